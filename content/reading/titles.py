"""Titles of covers in letters that Geist does not have: set by Typst, in their own font and direction."""

from __future__ import annotations

import re
import unicodedata
from io import BytesIO
from pathlib import Path

import typst
from PIL import Image

from content.reading.fonts import packaged_fonts

TITLE = Path(__file__).parent / "title.typ"
# Latin with its marks, punctuation, signs of currencies and the like
_BEYOND_GEIST = re.compile(r"[^\u0000-\u024f\u2000-\u206f\u20a0-\u20bf\u2100-\u214f]")
_FROM_THE_RIGHT = {"R", "AL"}


def is_beyond_geist(text: str) -> bool:
    return _BEYOND_GEIST.search(text) is not None


def set_title(text: str, size: tuple[int, int], *, ink: str, largest: int, at_foot: bool) -> Image.Image:
    """The title on nothing, as large as fits; `largest` is its size in pixels where it is short."""
    inputs = {
        "title": text,
        "width": str(size[0]),
        "height": str(size[1]),
        "ink": ink,
        "largest": str(largest),
        "direction": "rtl" if _starts_right(text) else "ltr",
        "place": "bottom" if at_foot else "top",
    }
    made = typst.compile(
        TITLE,
        root=TITLE.parent,
        font_paths=packaged_fonts(),
        sys_inputs=inputs,
        timestamp=0,
        format="png",
        ppi=72,
    )
    assert isinstance(made, bytes)
    return Image.open(BytesIO(made)).convert("RGBA")


def _starts_right(text: str) -> bool:
    """By the first letter that has a direction, as the algorithm of Unicode has it."""
    strong = (unicodedata.bidirectional(letter) for letter in text)
    return next((one for one in strong if one in {"L", *_FROM_THE_RIGHT}), "L") in _FROM_THE_RIGHT
