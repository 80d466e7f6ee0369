"""Which page of one version became which of another: by likeness, in order; an inserted page moves none.

Pure. Equal pages are anchors; between two anchors the pairing with the greatest sum of likeness is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import cached_property

# less than that in common, and it is another page
LEAST_LIKENESS = 0.4
# a page that is found elsewhere has moved when it is nearly the same
MOVED_LIKENESS = 0.9
# two pages without words may be the same, drawn anew
BLANK_LIKENESS = 0.5
SAME_TITLE = 0.5
# above so many pairs in one stretch pages are paired by their place
MOST_PAIRS = 120_000

_WORD = re.compile(r"\w+")


class Change(StrEnum):
    SAME = "same"
    CHANGED = "changed"
    MOVED = "moved"
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True)
class PageFace:
    """What a page is known by: its words, and the SHA-256 of its picture."""

    number: int
    title: str
    text: str
    image: str | None

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(_WORD.findall(self.text.lower()))

    @property
    def print(self) -> tuple[str, str | None]:
        return (" ".join(self.text.split()), self.image)


@dataclass(frozen=True, slots=True)
class PagePair:
    """Page numbers of a page before and after; None where there is none."""

    before: int | None
    after: int | None
    change: Change


def matched(before: Sequence[PageFace], after: Sequence[PageFace]) -> list[PagePair]:
    """Every page of both, in the order of the later version, a page that is gone where it used to stand."""
    found: list[tuple[PageFace | None, PageFace | None]] = []
    steps = SequenceMatcher(None, [p.print for p in before], [p.print for p in after], autojunk=False)
    for _, start, end, new_start, new_end in steps.get_opcodes():
        found += _aligned(before[start:end], after[new_start:new_end])
    if len(before) == len(after) == 1:
        found = [(before[0], after[0])]
    return list(_told(_with_moves(found)))


def likeness(one: PageFace, other: PageFace) -> float:
    """0 to 1: the words that both have, of all they have; equal titles are a sign as well."""
    if one.print == other.print:
        return 1.0
    if not one.words and not other.words:
        return BLANK_LIKENESS
    shared = 2 * len(one.words & other.words) / (len(one.words) + len(other.words))
    return max(shared, SAME_TITLE) if one.title and one.title == other.title else shared


def _aligned(
    before: Sequence[PageFace], after: Sequence[PageFace]
) -> Iterator[tuple[PageFace | None, PageFace | None]]:
    """Pairs of one stretch, in order."""
    paired = dict(_by_place(before, after) if len(before) * len(after) > MOST_PAIRS else _best(before, after))
    at = 0
    for place, page in enumerate(before):
        if place not in paired:
            yield (page, None)
            continue
        yield from ((None, new) for new in after[at : paired[place]])
        yield (page, after[paired[place]])
        at = paired[place] + 1
    yield from ((None, new) for new in after[at:])


def _by_place(before: Sequence[PageFace], after: Sequence[PageFace]) -> Iterator[tuple[int, int]]:
    for place, (one, other) in enumerate(zip(before, after, strict=False)):
        if likeness(one, other) >= LEAST_LIKENESS:
            yield (place, place)


def _best(before: Sequence[PageFace], after: Sequence[PageFace]) -> Iterator[tuple[int, int]]:
    """The order-keeping pairing with the greatest sum of likeness (Needleman and Wunsch, gaps are free)."""
    alike = [[likeness(one, other) for other in after] for one in before]
    best = [[0.0] * (len(after) + 1) for _ in range(len(before) + 1)]
    for row in reversed(range(len(before))):
        for column in reversed(range(len(after))):
            here = alike[row][column]
            pair = best[row + 1][column + 1] + here if here >= LEAST_LIKENESS else 0.0
            best[row][column] = max(pair, best[row + 1][column], best[row][column + 1])
    row = column = 0
    while row < len(before) and column < len(after):
        if best[row][column] == best[row + 1][column]:
            row += 1
        elif best[row][column] == best[row][column + 1]:
            column += 1
        else:
            yield (row, column)
            row, column = row + 1, column + 1


def _with_moves(
    pairs: list[tuple[PageFace | None, PageFace | None]],
) -> list[tuple[PageFace | None, PageFace | None]]:
    """Pages that are gone here and new there are one page."""
    gone = [one for one, other in pairs if one and not other]
    moved: dict[int, PageFace] = {}
    for _, page in [pair for pair in pairs if pair[0] is None]:
        if page is None or len(gone) * len(pairs) > MOST_PAIRS:
            continue
        source = max(gone, key=lambda one: likeness(one, page), default=None)
        if source is not None and page.words and likeness(source, page) >= MOVED_LIKENESS:
            moved[page.number] = source
            gone.remove(source)
    left = {page.number for page in moved.values()}
    return [
        (moved[other.number], other) if one is None and other and other.number in moved else (one, other)
        for one, other in pairs
        if not (one and not other and one.number in left)
    ]


def _told(pairs: list[tuple[PageFace | None, PageFace | None]]) -> Iterator[PagePair]:
    furthest = 0
    for one, other in pairs:
        if one is None or other is None:
            change = Change.NEW if one is None else Change.GONE
        elif one.number < furthest:
            change = Change.MOVED
        else:
            change = Change.SAME if one.print == other.print else Change.CHANGED
        furthest = max(furthest, one.number if one and change is not Change.GONE else 0)
        yield PagePair(one.number if one else None, other.number if other else None, change)
