"""Pictures of pages: re-encoded, at the resolution of a screen, and a cover where a file has none."""

from __future__ import annotations

import hashlib
import textwrap
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from content.reading.result import Reading, ReadPage, Unreadable

PAGE_WIDTH, PAGE_HEIGHT = 1600, 2400
THUMBNAIL = (480, 640)
COVER = (1280, 720)
MOST_PIXELS = 80_000_000
# ground, ink and band of a drawn cover: chosen by the title, so that one asset always looks the same
SHADES = (
    ("#23304f", "#ffffff", "#8ea2f5"),
    ("#e9e4d8", "#2a2620", "#b5533c"),
    ("#1f3d3a", "#f3f7f4", "#79c2a4"),
    ("#f0d9c4", "#3a2418", "#c2672e"),
    ("#3d2a44", "#f8f1fa", "#c89bd6"),
    ("#dfe7ea", "#1d2b33", "#3f7f97"),
)


def save_page(picture: Image.Image, folder: Path, page: ReadPage) -> ReadPage:
    """Write the page's picture and its thumbnail; the page with both named."""
    shown = picture.convert("RGB")
    shown.thumbnail((PAGE_WIDTH, PAGE_HEIGHT))
    image, thumbnail = f"page-{page.number}.webp", f"thumb-{page.number}.webp"
    _encode(shown, folder / image)
    _encode(_small(shown), folder / thumbnail)
    return ReadPage(page.number, page.title, page.text, image, thumbnail, *shown.size)


def read_image(source: Path, folder: Path, title: str) -> Reading:
    """An image as one page; its metadata stays behind. Raises Unreadable."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with Image.open(source) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Unreadable(_too_large(picture.width, picture.height))
            upright = ImageOps.exif_transpose(picture)
            page = save_page(_on_white(upright), folder, ReadPage(1, title))
    except Image.DecompressionBombError as error:
        raise Unreadable("The image has more pixels than the portal opens.") from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise Unreadable("The image is broken: it cannot be opened.") from error
    return Reading((page,), page.thumbnail)


def draw_cover(folder: Path, title: str, kind: str) -> tuple[str, str]:
    """A card with the title on it: file names of the full picture and of the thumbnail."""
    ground, ink, band = SHADES[hashlib.sha256(title.encode()).digest()[0] % len(SHADES)]
    picture = Image.new("RGB", COVER, ground)
    draw = ImageDraw.Draw(picture)
    width, height = COVER
    draw.rectangle((96, 112, 104 + 72, 122), fill=band)
    draw.text((96, 148), kind, fill=band, font=ImageFont.load_default(34))
    lines = textwrap.wrap(title, 30)[:4] or [""]
    draw.multiline_text((96, 214), "\n".join(lines), fill=ink, font=ImageFont.load_default(72), spacing=20)
    draw.rectangle((0, height - 28, width, height), fill=band)
    _encode(picture, folder / "cover.webp")
    _encode(_small(picture), folder / "cover-small.webp")
    return "cover.webp", "cover-small.webp"


def covered(reading: Reading, folder: Path, title: str, kind: str) -> Reading:
    """The reading with a cover, drawn when its first page has no picture."""
    if reading.cover:
        return reading
    full, small = draw_cover(folder, title, kind)
    first, *rest = reading.pages or (None,)
    if first is None:
        return Reading((), small, reading.duration_ms)
    shown = ReadPage(first.number, first.title, first.text, full, small, *COVER)
    return Reading((shown, *rest), small, reading.duration_ms)


def _small(picture: Image.Image) -> Image.Image:
    small = picture.copy()
    small.thumbnail(THUMBNAIL)
    return small


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode not in {"RGBA", "LA", "PA", "P"}:
        return picture
    layered = picture.convert("RGBA")
    ground = Image.new("RGBA", layered.size, "#ffffff")
    return Image.alpha_composite(ground, layered)


def _encode(picture: Image.Image, target: Path) -> None:
    # method 0 is a third of the time of the default for a tenth more bytes
    picture.save(target, "WEBP", quality=78, method=0)


def _too_large(width: int, height: int) -> str:
    return f"The image is {width:,} by {height:,} pixels, more than the portal opens."
