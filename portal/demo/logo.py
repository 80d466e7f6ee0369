"""The demo brand's logo, drawn: three bars of sound and the name."""

from __future__ import annotations

import io
from importlib.resources import files
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from portal.demo.channel import BRAND_NAME

HEIGHT, INK, ACCENT = 240, (28, 28, 32, 255), (44, 75, 209, 255)
BAR, GAP = 30, 22
BARS = (0.45, 0.85, 1.0, 0.6)


def logo() -> bytes:
    """A PNG on a clear ground."""
    font = _font()
    start = len(BARS) * (BAR + GAP) + 30
    picture = Image.new("RGBA", (start + int(font.getlength(BRAND_NAME)) + 10, HEIGHT), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    for number, part in enumerate(BARS):
        left, half = number * (BAR + GAP), part * 150 / 2
        box = (left, HEIGHT / 2 - half, left + BAR, HEIGHT / 2 + half)
        draw.rounded_rectangle(box, radius=BAR / 2, fill=ACCENT)
    draw.text((start, HEIGHT / 2), BRAND_NAME, font=font, fill=INK, anchor="lm")
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _font() -> ImageFont.FreeTypeFont:
    """Geist in semibold, as the portal itself."""
    file = Path(str(files("fontpkg_geist"))) / "files" / "Geist[wght].ttf"
    font = ImageFont.truetype(io.BytesIO(file.read_bytes()), 128)
    font.set_variation_by_axes([600])
    return font
