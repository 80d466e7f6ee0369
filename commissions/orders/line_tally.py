"""A line item's units and values in columns that add up (domain-commissions 2.9): pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from portal.kernel.money import Money


class Standing(Protocol):
    """Where a line stood at the last accrual (ledger_models.LineStanding); units to date."""

    booked: int
    delivered: int
    disallowed: int
    allowed: int
    billable: int
    credited_reduce: int
    made_good: int
    written_off: int
    credited_other: int
    cancelled: int
    debt: int


@dataclass(frozen=True, slots=True)
class UnitTally:
    """Where the booked units of a line went.

    `billable` are paid for; `credited` were taken back by credit notes and not made good since; `remaining`
    is still to come or owed as make-good; `relieved` was settled with the advertiser or written off;
    `cancelled` is given up; `lost` aired above a month's cap and will not be paid, though it lies within
    what was booked; `elsewhere` aired for the line that this one makes good. `over` is billable above what
    was booked, within the tolerance or without a cap.
    """

    booked: int
    billable: int
    credited: int
    remaining: int
    relieved: int
    cancelled: int
    lost: int
    elsewhere: int
    over: int

    @property
    def difference(self) -> int:
        """0 when they tie."""
        counted = self.billable + self.credited + self.lost + self.elsewhere
        return self.booked + self.over - counted - self.remaining - self.relieved - self.cancelled


def unit_tally(standing: Standing, makegood_for: str | None = None) -> UnitTally:
    """The columns from what stands; each is worked out for itself, none is what is left of the others.

    `makegood_for` is the line that this one makes good.
    """
    if makegood_for is not None:
        return _of_a_make_good(standing)
    aired = min(standing.delivered - standing.disallowed, standing.booked)
    # what a credit note took back and nobody aired again is owed, but it is told apart from what never aired
    credited = min(standing.credited_reduce, standing.debt)
    above = _above(standing, aired)
    return UnitTally(
        booked=standing.booked,
        billable=standing.billable,
        credited=credited,
        remaining=standing.debt - credited,
        relieved=_relieved(standing, aired),
        cancelled=standing.cancelled,
        lost=max(0, aired - standing.allowed) + max(0, -above),
        elsewhere=0,
        over=max(0, above),
    )


def _of_a_make_good(standing: Standing) -> UnitTally:
    """It has only units: what it aired counts on the other line, and a debt is that line's."""
    aired = min(max(0, standing.delivered - standing.disallowed), standing.booked)
    cancelled = min(standing.cancelled, standing.booked - aired)
    rest = standing.booked - aired - cancelled
    return UnitTally(standing.booked, 0, 0, rest, 0, cancelled, 0, elsewhere=aired, over=0)


def _above(standing: Standing, aired: int) -> int:
    """Billable above what was booked: within the cap's tolerance, or aired after its place was made good.

    What the cap cut off of both is not billable; negative where it cut off more than that.
    """
    missing = max(0, standing.booked - aired + standing.credited_reduce)
    above = max(0, standing.allowed - standing.booked) + max(0, standing.made_good - missing)
    cut_off = standing.allowed - standing.credited_reduce + standing.made_good - standing.billable
    return above - cut_off


def _relieved(standing: Standing, aired: int) -> int:
    """Relief counts only as far as something was missing and nobody aired it again."""
    missing = standing.booked - aired + standing.credited_reduce - standing.made_good
    return max(0, min(standing.credited_other + standing.written_off, missing))


@dataclass(frozen=True, slots=True)
class ValueTally:
    """The net money of a line in its currency: what it is worth, billed, taken back, and paid.

    `value` is that of the billable units, empty where it cannot be calculated; `reduced` are credit notes
    but for goodwill (effect none), which is `goodwill`.
    """

    value: Money | None
    invoiced: Money
    reduced: Money
    goodwill: Money
    paid: Money

    @property
    def credited(self) -> Money:
        return self.reduced + self.goodwill

    @property
    def unbilled(self) -> Money | None:
        """Value that no invoice asks for yet; negative where more was billed than aired."""
        return None if self.value is None else self.value - (self.invoiced - self.reduced)

    @property
    def open(self) -> Money:
        """Invoiced and neither paid nor credited; negative where more was paid than is due."""
        return self.invoiced - self.paid - self.credited
