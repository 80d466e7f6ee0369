"""The brand's logo: whatever picture comes in, a clean PNG of modest size is kept."""

from __future__ import annotations

import io
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from portal.kernel.errors import Refusal

FORMATS = ("PNG", "JPEG", "WEBP")
# a page prints it 25 points high: 400 pixels are sharp at any zoom
WIDEST, HIGHEST = 1600, 400
MOST_PIXELS = 40_000_000


class NotALogo(Refusal):
    """The file is no picture of a format that is taken, or it is far too large."""

    def __init__(self) -> None:
        super().__init__("This is no picture that can be used. Choose a PNG, JPEG or WebP file.")


def clean_logo(stream: BinaryIO) -> bytes:
    """The picture drawn anew as PNG, without what else the file held, no larger than it can show.

    Raises NotALogo.
    """
    try:
        with Image.open(stream, formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise NotALogo
            drawn = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        raise NotALogo from None
    drawn.thumbnail((WIDEST, HIGHEST))
    out = io.BytesIO()
    drawn.save(out, "PNG", optimize=True)
    return out.getvalue()
