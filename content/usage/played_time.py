"""What was played of a film or a sound: stretches of it, merged (rule 6). Pure; milliseconds throughout."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from content.usage.usage_time import SLACK_MS

Span = tuple[int, int]

# nobody takes in more than this much of a recording in a second
FASTEST = 4
PARTS = 40
MOST_SPANS = 500


def merged_spans(*several: Iterable[Sequence[int]], end: int) -> list[Span]:
    """The union of half-open stretches, in order, none touching another, all within 0 to `end`."""
    cut = sorted((max(0, start), min(stop, end)) for spans in several for start, stop in spans)
    found: list[Span] = []
    for start, stop in cut:
        if stop <= start:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], stop))
        else:
            found.append((start, stop))
    return found


def length_of(spans: Iterable[Sequence[int]]) -> int:
    return sum(stop - start for start, stop in spans)


def most_played(age: timedelta) -> int:
    """What can have been played in a view that is so old; a browser that says more is not believed."""
    return FASTEST * (max(0, age // timedelta(milliseconds=1)) + SLACK_MS)


def parts_played(spans: Iterable[Sequence[int]], *, duration: int, parts: int = PARTS) -> list[bool]:
    """Of each of so many equal parts whether any of it was played."""
    found = [False] * parts
    for start, stop in spans:
        first, last = start * parts // duration, (min(stop, duration) - 1) * parts // duration
        for part in range(max(0, first), min(last, parts - 1) + 1):
            found[part] = True
    return found
