"""Text of any length as pages: what is long for one page goes on to the next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from content.reading.result import MOST_PAGES, Reading, ReadPage, cleaned, first_line

# some seven printed pages: a reader finds the place, and the search index need not split it
PAGE_TEXT = 20_000
BETWEEN = ("\n\n", "\n", " ")
LEFT_OUT = (
    f"Only its first {MOST_PAGES:,} pages were read; "
    "what comes after them is not shown and is not found by a search."
)


def as_pages(texts: Iterable[tuple[str, str]], title: str = "") -> Reading:
    """Pages of texts with their titles; one without has its first line, or `title` if that has no words."""
    texts = list(texts)
    parts = ((name, part) for name, text in texts for part in _parts(cleaned(text)))
    found = list(islice(parts, MOST_PAGES + 1))
    pages = tuple(
        ReadPage(number, cleaned(name)[:120] or first_line(part) or title, part)
        for number, (name, part) in enumerate(found[:MOST_PAGES], 1)
    )
    note = LEFT_OUT if len(found) > MOST_PAGES else None
    return Reading(pages, note=note, is_cut=note is not None or len(found) > len(texts))


def _parts(text: str) -> Iterator[str]:
    """At least one, each of at most PAGE_TEXT characters."""
    start = 0
    while len(text) - start > PAGE_TEXT:
        end = _end(text, start)
        yield text[start:end].strip()
        start = end
    yield text[start:].strip()


def _end(text: str, start: int) -> int:
    """Where a part that starts there ends: between paragraphs, lines or words, in its second half."""
    middle, last = start + PAGE_TEXT // 2, start + PAGE_TEXT
    ends = (text.rfind(between, middle, last) for between in BETWEEN)
    return next((end for end in ends if end > 0), last)
