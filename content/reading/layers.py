"""Where each word stands on the picture of a page: to be selected, copied and marked there."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

# a page with more letters is a data dump; its text can still be read beside the picture
MOST_LETTERS = 20_000

Box = tuple[float, float, float, float]


def layer_of(page: pdfium.PdfPage, scale: float) -> str:
    """JSON of [x, y, width, height, word] in pixels of the picture at that scale; "" when there is none."""
    if page.get_rotation():
        return ""
    text = page.get_textpage()
    try:
        left, _, _, top = page.get_bbox()
        words = [
            [*(round(part) for part in _placed(box, left, top, scale)), word] for word, box in _words(text)
        ]
    except pdfium.PdfiumError:
        return ""
    finally:
        text.close()
    return json.dumps(words, ensure_ascii=False, separators=(",", ":")) if words else ""


def _placed(box: Box, left: float, top: float, scale: float) -> Box:
    """A box of the PDF's canvas (from below) as x, y, width and height on the picture (from above)."""
    x, low, far, high = box
    return ((x - left) * scale, (top - high) * scale, (far - x) * scale, (high - low) * scale)


def _words(text: pdfium.PdfTextPage) -> Iterator[tuple[str, Box]]:
    letters: list[str] = []
    box: Box | None = None
    for place in range(min(text.count_chars(), MOST_LETTERS)):
        letter = _letter(text, place)
        if letter.isspace():
            if box is not None:
                yield "".join(letters), box
            letters, box = [], None
            continue
        here = text.get_charbox(place, loose=True)
        if box is not None and _is_elsewhere(box, here):
            yield "".join(letters), box
            letters, box = [], None
        letters.append(letter)
        box = here if box is None else _around(box, here)
    if box is not None:
        yield "".join(letters), box


def _letter(text: pdfium.PdfTextPage, place: int) -> str:
    code = pdfium_c.FPDFText_GetUnicode(text, place)
    # half of a pair of surrogates, or what is no letter at all, ends a word
    return " " if code < ord("!") or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF else chr(code)


def _is_elsewhere(box: Box, here: Box) -> bool:
    """Whether a letter stands on another line, though no space came before it."""
    return here[1] > box[3] or here[3] < box[1]


def _around(one: Box, other: Box) -> Box:
    return (min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3]))
