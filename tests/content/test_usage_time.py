"""Time that can be trusted: what a browser reports, and what is counted of it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.usage.usage_time import (
    EDGES,
    Beat,
    Cap,
    ViewTime,
    bucket_of,
    merged,
    percentile,
    seconds_of,
    with_added,
)

OPENED = datetime(2026, 6, 9, 8, 52, tzinfo=UTC)


def a_view(page_count: int = 8) -> ViewTime:
    return ViewTime(OPENED, OPENED, page_count, {}, {})


def a_beat(seq: int, pages: dict[int, int], tab: str = "a") -> Beat:
    return Beat(tab, seq, pages, human=True)


def after(seconds: float) -> datetime:
    return OPENED + timedelta(seconds=seconds)


def test_beats_are_cumulative_and_the_maximum_stays() -> None:
    view = merged(a_view(), a_beat(1, {1: 9_000}), after(15))
    view = merged(view, a_beat(2, {1: 9_000, 3: 12_000}), after(30))
    assert view.page_ms == {1: 9_000, 3: 12_000}
    assert view.total_ms == 21_000
    assert view.read_pages == 2


def test_growth_is_at_most_the_wall_time_since_the_last_beat_plus_two_seconds() -> None:
    view = merged(a_view(), a_beat(1, {1: 5_000}), after(15))
    view = merged(view, a_beat(2, {1: 500_000}), after(30))
    [time] = view.pages.values()
    assert (time.raw_ms, time.counted_ms, time.cap) == (500_000, 5_000 + 17_000, Cap.WALL_TIME)


def test_what_was_cut_is_not_counted_later_by_sending_it_again() -> None:
    view = merged(a_view(), a_beat(1, {1: 500_000}), after(15))
    again = merged(view, a_beat(2, {1: 500_000}), after(100))
    assert again.page_ms == view.page_ms == {1: 15_000}


def test_a_page_counts_ten_minutes_at_most_in_a_view() -> None:
    view = a_view()
    for minute in range(1, 16):
        view = merged(view, a_beat(minute, {1: minute * 60_000}), after(minute * 60))
    [time] = view.pages.values()
    assert (time.raw_ms, time.counted_ms, time.cap) == (900_000, 600_000, Cap.PAGE_LIMIT)


def test_the_page_limit_holds_over_tabs() -> None:
    view = a_view()
    for minute in range(1, 16):
        tab = "ab"[minute % 2]
        view = merged(view, a_beat(minute, {1: minute * 60_000}, tab), after(minute * 60))
    assert view.page_ms[1] == 600_000


def test_a_page_that_the_version_does_not_have_is_not_believed() -> None:
    view = merged(a_view(page_count=2), a_beat(1, {0: 3_000, 2: 3_000, 3: 3_000}), after(15))
    assert view.page_ms == {2: 3_000}


def test_a_view_is_over_three_minutes_after_its_last_beat() -> None:
    view = merged(a_view(), a_beat(1, {1: 9_000}), after(15))
    assert not view.is_over_at(after(15 + 179))
    assert view.is_over_at(after(15 + 180))


growths = st.lists(
    st.tuples(st.integers(1, 40_000), st.integers(1, 3), st.integers(0, 100)), min_size=1, max_size=12
)


def honest_beats(steps: list[tuple[int, int, int]]) -> list[tuple[Beat, datetime]]:
    """Beats of a browser that tells the truth: each step reads one page for a share of what passed."""
    now, pages, beats = 0, dict[int, int](), []
    for number, (passed, page, percent) in enumerate(steps, start=1):
        now += passed
        pages[page] = pages.get(page, 0) + passed * percent // 100
        beats.append((a_beat(number, dict(pages)), OPENED + timedelta(milliseconds=now)))
    return beats


@given(growths, st.data())
def test_an_honest_browser_is_believed_whatever_is_lost_late_or_twice(
    steps: list[tuple[int, int, int]], data: st.DataObject
) -> None:
    beats = honest_beats(steps)
    last = len(beats) - 1
    on_time = sorted({*data.draw(st.sets(st.integers(0, last))), last})
    view = a_view(page_count=3)
    for index in on_time:
        beat, at = beats[index]
        view = merged(view, beat, at)
        for old in data.draw(st.lists(st.integers(0, index), max_size=3)):
            view = merged(view, beats[old][0], at + timedelta(milliseconds=1))
    truth = {page: ms for page, ms in beats[-1][0].pages.items() if ms}
    assert {page: ms for page, ms in view.page_ms.items() if ms} == truth


wild_beats = st.lists(
    st.tuples(
        st.sampled_from(["a", "b"]),
        st.integers(0, 9),
        st.dictionaries(st.integers(0, 4), st.integers(0, 2_000_000), max_size=4),
        st.integers(0, 60_000),
    ),
    max_size=15,
)


@given(wild_beats)
def test_no_browser_makes_more_time_than_has_passed(
    claims: list[tuple[str, int, dict[int, int], int]],
) -> None:
    view, now = a_view(page_count=3), OPENED
    for tab, seq, pages, passed in claims:
        now += timedelta(milliseconds=passed)
        view = merged(view, a_beat(seq, pages, tab), now)
        assert view.total_ms <= (now - OPENED) // timedelta(milliseconds=1)
        assert all(time.counted_ms <= time.raw_ms for time in view.pages.values())


@given(wild_beats, st.integers(0, 90_000))
def test_the_same_beat_again_changes_nothing(
    claims: list[tuple[str, int, dict[int, int], int]], later: int
) -> None:
    view, now = a_view(page_count=3), OPENED
    for tab, seq, pages, passed in claims:
        now += timedelta(milliseconds=passed)
        beat = a_beat(seq, pages, tab)
        view = merged(view, beat, now)
        assert merged(view, beat, now + timedelta(milliseconds=later)) == view


@pytest.mark.parametrize(
    ("seconds", "stands_for"),
    [(0, 0), (1.999, 1), (2, 2), (119.999, 119), (120, 123), (126, 129), (3_600, 3_600)],
)
def test_a_bucket_stands_for_its_time(seconds: float, stands_for: int) -> None:
    found = seconds_of(bucket_of(int(seconds * 1_000)))
    assert abs(found - stands_for) <= stands_for * 0.03


@given(st.integers(0, 10**9))
def test_every_time_lies_in_its_bucket(ms: int) -> None:
    bucket = bucket_of(ms)
    assert EDGES[bucket] <= ms
    assert bucket + 1 == len(EDGES) or ms < EDGES[bucket + 1]


def histogram_of(times: list[int]) -> Counter[int]:
    return Counter(map(bucket_of, times))


@given(st.lists(st.integers(0, 119_999), min_size=1), st.sampled_from([50, 75]))
def test_a_percentile_is_the_nearest_rank(times: list[int], percent: int) -> None:
    rank = -(-percent * len(times) // 100)
    assert percentile(histogram_of(times), percent) == sorted(times)[rank - 1] // 1_000


def test_nothing_has_no_median() -> None:
    assert percentile({}, 50) is None


@given(st.lists(st.integers(0, 10**7)), st.lists(st.integers(0, 10**7)))
def test_histograms_add_up(first: list[int], second: list[int]) -> None:
    assert with_added(histogram_of(first), histogram_of(second)) == histogram_of(first + second)
