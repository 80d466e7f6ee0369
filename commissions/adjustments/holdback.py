"""What a close keeps back and gives free, and what the partner owes afterwards: pure arithmetic (2.7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from commissions.adjustments.adjustment_models import ReleaseReason
from portal.kernel.money import round_half_up


@dataclass(frozen=True, slots=True, order=True)
class HoldbackTerms:
    """What a plan version holds back: a percent of what becomes payable, for so many days."""

    plan: str
    version: int
    percent: Fraction
    days: int


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A holdback that stands, with what is left of it in minor units.

    `holdback_id` is empty for one that this very close withholds. `is_due` says that its time has come.
    """

    holdback_id: int | None
    period: str
    left: int
    due_on: date
    is_due: bool
    plan: str = ""
    adjustment_ref: str = ""


@dataclass(frozen=True, slots=True)
class Withheld:
    """Minor units kept of what became payable by one plan version."""

    terms: HoldbackTerms
    moved: int
    amount: int
    due_on: date


@dataclass(frozen=True, slots=True)
class Released:
    """Minor units given free. `withheld` is the place of one withheld in this very close."""

    held: HeldBack
    amount: int
    why: ReleaseReason
    withheld: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A partner's account in one currency just before its statement, in minor units.

    `payable` is account 2310 with all that moves at this close in it (negative: more was taken back than
    was payable), `receivable` what the partner owes from earlier closes, `moved` what moves by plan version.
    `cleared_later` of the receivable is written off or paid back in a later period already.
    """

    payable: int
    receivable: int
    moved: Sequence[tuple[HoldbackTerms, int]] = ()
    held: Sequence[HeldBack] = ()
    cleared_later: int = 0


@dataclass(frozen=True, slots=True)
class Settled:
    """What a close does to the account; `payable` and `receivable` are what stands afterwards."""

    withheld: tuple[Withheld, ...]
    released: tuple[Released, ...]
    payable: int
    receivable: int

    @property
    def withheld_sum(self) -> int:
        return sum(one.amount for one in self.withheld)

    @property
    def released_sum(self) -> int:
        return sum(one.amount for one in self.released)


def settle(standing: Standing, *, period: str, last_day: date) -> Settled:
    """Withhold, release what is due, use holdback before a receivable arises, recover a receivable.

    Nothing is withheld while a receivable stands from an earlier close. What is used goes oldest first.
    What a later period clears of a receivable stands until then: it is not recovered as well.
    """
    withheld = () if standing.receivable else tuple(_withheld(standing.moved, last_day))
    released = [Released(held, held.left, ReleaseReason.DUE) for held in standing.held if held.is_due]
    free = (
        standing.payable
        - (standing.receivable - standing.cleared_later)
        - sum(one.amount for one in withheld)
        + sum(one.amount for one in released)
    )
    if free < 0:
        used = list(_used(-free, standing.held, _as_held(withheld, period)))
        released += used
        free += sum(one.amount for one in used)
    owing = standing.cleared_later + max(-free, 0)
    return Settled(withheld, tuple(released), payable=max(free, 0), receivable=owing)


def _withheld(moved: Iterable[tuple[HoldbackTerms, int]], last_day: date) -> Iterable[Withheld]:
    """round(percent x max(0, what moves)) for each plan version."""
    for terms, minor in sorted(moved):
        amount = round_half_up(terms.percent * max(minor, 0) / 100)
        if amount:
            yield Withheld(terms, minor, amount, last_day + timedelta(days=terms.days))


def _as_held(withheld: Sequence[Withheld], period: str) -> list[HeldBack]:
    return [
        HeldBack(
            holdback_id=None,
            period=period,
            left=one.amount,
            due_on=one.due_on,
            is_due=False,
            plan=one.terms.plan,
        )
        for one in withheld
    ]


def _used(needed: int, standing: Sequence[HeldBack], new: Sequence[HeldBack]) -> Iterable[Released]:
    places: list[tuple[HeldBack, int | None]] = [(held, None) for held in standing if not held.is_due]
    places += [(held, place) for place, held in enumerate(new)]
    for held, place in places:
        amount = min(needed, held.left)
        if amount:
            yield Released(held, amount, ReleaseReason.RECEIVABLE, withheld=place)
            needed -= amount
