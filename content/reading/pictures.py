"""Pictures of pages: re-encoded, for a screen and for a phone, and a cover where a file has none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PIL import Image, ImageOps

from content.reading.covers import Card, drawn
from content.reading.result import SMALL, Reading, ReadPage, Unreadable

# a whole screen or projector
PAGE_WIDTH, PAGE_HEIGHT = 1920, 2400
THUMBNAIL = (480, 640)
MOST_PIXELS = 80_000_000


def save_page(picture: Image.Image, folder: Path, page: ReadPage) -> ReadPage:
    """Write the page's picture, a smaller one where it is large, and its thumbnail; the page names them."""
    shown = picture.convert("RGB")
    shown.thumbnail((PAGE_WIDTH, PAGE_HEIGHT))
    width, height = shown.size
    image, small, thumbnail = (f"{name}-{page.number}.webp" for name in ("page", "small", "thumb"))
    _encode(shown, folder / image)
    is_large = width > SMALL[0] or height > SMALL[1]
    if is_large:
        # each is made of the one before, so that the large picture is scaled once
        shown.thumbnail(SMALL)
        _encode(shown, folder / small)
    _encode(_small(shown), folder / thumbnail)
    made = replace(page, image=image, small=small if is_large else None, thumbnail=thumbnail)
    return replace(made, width=width, height=height)


def read_image(source: Path, folder: Path, title: str) -> Reading:
    """An image as one page; its metadata stays behind. Raises Unreadable."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with Image.open(source) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Unreadable(_too_large(picture.width, picture.height))
            # made small first: a picture is held once, and what turns it works on little
            small = picture.convert("RGBA") if picture.mode in {"P", "PA"} else picture
            small.thumbnail((PAGE_HEIGHT, PAGE_HEIGHT))
            page = save_page(_on_white(ImageOps.exif_transpose(small)), folder, ReadPage(1, title))
    except Image.DecompressionBombError as error:
        raise Unreadable("The image has more pixels than the portal opens.") from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise Unreadable("The image is broken: it cannot be opened.") from error
    return Reading((page,), page.thumbnail)


def covered(reading: Reading, source: Path, folder: Path, card: Card) -> Reading:
    """The reading with a cover, drawn when its first page has no picture."""
    if reading.cover:
        return reading
    picture = drawn(card, source)
    full, small = "cover.webp", "cover-small.webp"
    _encode(picture, folder / full)
    _encode(_small(picture), folder / small)
    first, *rest = reading.pages or (None,)
    if first is None:
        return replace(reading, cover=small)
    width, height = picture.size
    shown = replace(first, image=full, thumbnail=small, width=width, height=height)
    return replace(reading, pages=(shown, *rest), cover=small)


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
