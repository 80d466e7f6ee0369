"""Active time that can be trusted: how beats are merged, capped and counted. Pure; milliseconds throughout.

The browser reports cumulative milliseconds, the server keeps maxima: a retry, a reorder or a double beat
changes nothing. See docs/domain-enablement.md, "Time that can be trusted", rules 2, 3, 5 and 10.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

READ_MS = 2_000
SLACK_MS = 2_000
PAGE_LIMIT_MS = 10 * 60 * 1_000
VIEW_ENDS_AFTER = timedelta(minutes=3)
FINE_SECONDS = 120
LONGEST_MS = 24 * 60 * 60 * 1_000


class Cap(StrEnum):
    """Why less was counted than the browser reported."""

    WALL_TIME = "wall_time"
    PAGE_LIMIT = "page_limit"


@dataclass(frozen=True, slots=True)
class Beat:
    """What a browser says: `pages` holds cumulative active milliseconds of each page in this tab."""

    tab: str
    seq: int
    pages: Mapping[int, int]
    human: bool


@dataclass(frozen=True, slots=True)
class PageTime:
    """One page in one tab: as reported, as counted, and why the two differ."""

    raw_ms: int = 0
    counted_ms: int = 0
    cap: Cap | None = None


@dataclass(frozen=True, slots=True)
class ViewTime:
    """One sitting. `seqs` is the highest number seen of each tab, `pages` is keyed by (tab, page)."""

    opened_at: datetime
    last_beat_at: datetime
    page_count: int
    seqs: Mapping[str, int]
    pages: Mapping[tuple[str, int], PageTime]
    human: bool = False

    @property
    def page_ms(self) -> dict[int, int]:
        """Counted milliseconds of each page, over all tabs."""
        sums: dict[int, int] = {}
        for (_tab, page), time in sorted(self.pages.items()):
            sums[page] = sums.get(page, 0) + time.counted_ms
        return sums

    @property
    def total_ms(self) -> int:
        return sum(time.counted_ms for time in self.pages.values())

    @property
    def read_pages(self) -> int:
        return sum(1 for ms in self.page_ms.values() if ms >= READ_MS)

    def is_over_at(self, at: datetime) -> bool:
        return at - self.last_beat_at >= VIEW_ENDS_AFTER


def merged(view: ViewTime, beat: Beat, at: datetime) -> ViewTime:
    """The view after a beat that was received at `at`.

    Growth is what the maxima grew by, so a beat that was seen before adds nothing. It is counted up to the
    wall time since the last beat plus 2 s, up to 10 minutes for a page, and never beyond the view's own age.
    Only a number that is new in its tab is a sign of life: a late copy must not shorten the next allowance.
    """
    growth = {
        page: ms - view.pages.get((beat.tab, page), PageTime()).raw_ms
        for page, ms in beat.pages.items()
        if 1 <= page <= view.page_count and ms > view.pages.get((beat.tab, page), PageTime()).raw_ms
    }
    counted = _counted_growth(view, growth, at)
    pages = dict(view.pages)
    for page, raw in growth.items():
        before = pages.get((beat.tab, page), PageTime())
        added, cap = counted[page]
        pages[beat.tab, page] = PageTime(before.raw_ms + raw, before.counted_ms + added, cap or before.cap)
    is_new = beat.seq > view.seqs.get(beat.tab, -1)
    return replace(
        view,
        last_beat_at=max(at, view.last_beat_at) if is_new else view.last_beat_at,
        seqs={**view.seqs, beat.tab: beat.seq} if is_new else view.seqs,
        pages=pages,
        human=view.human or beat.human,
    )


def _counted_growth(
    view: ViewTime, growth: Mapping[int, int], at: datetime
) -> dict[int, tuple[int, Cap | None]]:
    so_far = view.page_ms
    within_limit = {
        page: min(raw, max(0, PAGE_LIMIT_MS - so_far.get(page, 0))) for page, raw in growth.items()
    }
    allowance = _allowance(view, at)
    claimed = sum(within_limit.values())
    counted: dict[int, tuple[int, Cap | None]] = {}
    for page, ms in within_limit.items():
        cap = Cap.PAGE_LIMIT if ms < growth[page] else None
        if claimed <= allowance:
            counted[page] = (ms, cap)
            continue
        # the claim is cut in proportion: which page was really read cannot be known
        counted[page] = (ms * allowance // claimed, cap or Cap.WALL_TIME)
    return counted


def _allowance(view: ViewTime, at: datetime) -> int:
    since_beat = max(0, _milliseconds(at - view.last_beat_at)) + SLACK_MS
    left_of_age = max(0, _milliseconds(at - view.opened_at) - view.total_ms)
    return min(since_beat, left_of_age)


def _milliseconds(span: timedelta) -> int:
    return span // timedelta(milliseconds=1)


def _edges() -> tuple[int, ...]:
    edges = [second * 1_000 for second in range(FINE_SECONDS + 1)]
    while edges[-1] < LONGEST_MS:
        edges.append(edges[-1] * 105 // 100)
    return tuple(edges)


# lower edges in milliseconds: 1 s steps to two minutes, then 5% steps; changing them needs a rebuild
EDGES = _edges()


def bucket_of(milliseconds: int) -> int:
    """The histogram bucket of an active time."""
    return bisect_right(EDGES, max(0, milliseconds)) - 1


def seconds_of(bucket: int) -> int:
    """The time a bucket stands for: its lower edge in the 1 s steps, its middle in the 5% steps."""
    if bucket < FINE_SECONDS or bucket + 1 >= len(EDGES):
        return EDGES[bucket] // 1_000
    return (EDGES[bucket] + EDGES[bucket + 1]) // 2_000


READ_BUCKET = bucket_of(READ_MS)


def percentile(histogram: Mapping[int, int], percent: int) -> int | None:
    """Seconds at the nearest rank (the least time that `percent` of the n do not exceed); None of none."""
    n = sum(histogram.values())
    if n <= 0:
        return None
    rank = -(-percent * n // 100)
    seen = 0
    for bucket in sorted(histogram):
        seen += histogram[bucket]
        if seen >= rank:
            return seconds_of(bucket)
    raise AssertionError("the ranks of a histogram reach its n")


def with_added(first: Mapping[int, int], second: Mapping[int, int]) -> dict[int, int]:
    """Two histograms as one: buckets add up over days, percentiles do not."""
    return {bucket: first.get(bucket, 0) + second.get(bucket, 0) for bucket in sorted({*first, *second})}
