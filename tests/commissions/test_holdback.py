"""Holdback, receivable and payable at a close: by hand, and properties for every sequence of closes."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from commissions.adjustments.adjustment_models import ReleaseReason
from commissions.adjustments.holdback import HeldBack, HoldbackTerms, Settled, Standing, settle

TEN = HoldbackTerms("standard", 1, Fraction(10), 30)
MARCH = date(2026, 3, 31)


def held(left: int, *, period: str = "2026-01", due: bool = False, number: int = 1) -> HeldBack:
    return HeldBack(number, period, left, MARCH, is_due=due, plan="standard")


def march(standing: Standing) -> Settled:
    return settle(standing, period="2026-03", last_day=MARCH)


def test_a_percent_of_what_moves_is_withheld_for_each_plan_version() -> None:
    other = HoldbackTerms("standard", 2, Fraction("12.5"), 60)
    settled = march(Standing(payable=44_832, receivable=0, moved=((TEN, 33_832), (other, 11_000))))
    assert [(one.terms.version, one.amount, one.due_on) for one in settled.withheld] == [
        (1, 3383, date(2026, 4, 30)), (2, 1375, date(2026, 5, 30))
    ]  # fmt: skip
    assert settled.payable == 44_832 - 3383 - 1375


def test_nothing_is_withheld_of_what_moves_back() -> None:
    settled = march(Standing(payable=100, receivable=0, moved=((TEN, -2258),)))
    assert (settled.withheld, settled.payable) == ((), 100)


def test_nothing_is_withheld_while_a_receivable_stands() -> None:
    settled = march(Standing(payable=5000, receivable=1200, moved=((TEN, 5000),)))
    assert (settled.withheld, settled.payable, settled.receivable) == ((), 3800, 0)


def test_holdback_is_used_before_a_receivable_arises_oldest_first() -> None:
    standing = Standing(payable=-700, receivable=0, held=(held(500), held(500, period="2026-02", number=2)))
    settled = march(standing)
    assert [(one.held.holdback_id, one.amount, one.why) for one in settled.released] == [
        (1, 500, ReleaseReason.RECEIVABLE), (2, 200, ReleaseReason.RECEIVABLE)
    ]  # fmt: skip
    assert (settled.payable, settled.receivable) == (0, 0)


def test_what_holdback_does_not_cover_stands_as_a_receivable() -> None:
    settled = march(Standing(payable=-700, receivable=100, held=(held(500),)))
    assert (settled.released_sum, settled.payable, settled.receivable) == (500, 0, 300)


def test_holdback_that_is_due_is_released_whole() -> None:
    settled = march(Standing(payable=0, receivable=0, held=(held(500, due=True), held(200, number=2))))
    assert [(one.amount, one.why) for one in settled.released] == [(500, ReleaseReason.DUE)]
    assert settled.payable == 500


def test_what_a_later_month_clears_of_a_receivable_is_not_recovered_as_well() -> None:
    settled = march(Standing(payable=60_000, receivable=40_000, cleared_later=15_000))
    assert (settled.payable, settled.receivable) == (35_000, 15_000)
    settled = march(Standing(payable=-300, receivable=40_000, cleared_later=40_000))
    assert (settled.payable, settled.receivable) == (0, 40_300)


TERMS = st.builds(
    HoldbackTerms,
    plan=st.sampled_from(["a", "b"]),
    version=st.integers(1, 2),
    percent=st.fractions(min_value=0, max_value=100, max_denominator=1000),
    days=st.integers(0, 90),
)
MONTHS = st.lists(
    st.tuples(
        st.dictionaries(TERMS, st.integers(-(10**6), 10**6), max_size=3),
        # adjustments, payouts and what else changed the account
        st.integers(-(10**6), 10**6),
        # what is given up of a receivable, in the month after the one that closes next
        st.integers(0, 10**6),
    ),
    min_size=1,
    max_size=8,
)


@given(MONTHS)
def test_no_minor_unit_is_lost_or_made_over_any_sequence_of_closes(
    months: list[tuple[dict[HoldbackTerms, int], int, int]],
) -> None:
    """Payable less receivable plus holdback is always all that ever came in; none of the three is below 0."""
    payable = receivable = came_in = number = cleared_now = 0
    standing: list[HeldBack] = []
    for place, (moved, other, given_up) in enumerate(months):
        receivable -= cleared_now
        came_in += cleared_now
        cleared_later = min(given_up, receivable)
        last_day = MARCH + timedelta(days=30 * place)
        came_in += sum(moved.values()) + other
        before = Standing(
            payable=payable + sum(moved.values()) + other,
            receivable=receivable,
            moved=tuple(moved.items()),
            held=tuple(_due(one, last_day) for one in standing),
            cleared_later=cleared_later,
        )
        settled = settle(before, period=f"{place:04d}", last_day=last_day)
        payable, receivable = settled.payable, settled.receivable
        standing, number = _left(standing, settled, number)
        assert min(payable, receivable, *(one.left for one in standing), 0) == 0
        assert payable == 0 or receivable == cleared_later
        assert receivable == cleared_later or not any(standing)
        assert receivable >= cleared_later
        cleared_now = cleared_later
        assert not (before.receivable and settled.withheld)
        assert payable - receivable + sum(one.left for one in standing) == came_in


def _due(one: HeldBack, last_day: date) -> HeldBack:
    return HeldBack(one.holdback_id, one.period, one.left, one.due_on, is_due=one.due_on <= last_day)


def _left(standing: list[HeldBack], settled: Settled, number: int) -> tuple[list[HeldBack], int]:
    """What of all holdbacks is left after a close, with the new ones."""
    freed: dict[int | None, int] = {}
    used = [0] * len(settled.withheld)
    for one in settled.released:
        if one.withheld is None:
            freed[one.held.holdback_id] = freed.get(one.held.holdback_id, 0) + one.amount
        else:
            used[one.withheld] += one.amount
    left = [
        HeldBack(
            one.holdback_id, one.period, one.left - freed.get(one.holdback_id, 0), one.due_on, is_due=False
        )
        for one in standing
    ]
    for new, gone in zip(settled.withheld, used, strict=True):
        number += 1
        left.append(HeldBack(number, "", new.amount - gone, new.due_on, is_due=False))
    return [one for one in left if one.left], number
