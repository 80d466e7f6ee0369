"""Billable units of a line: the controlling count within the cap, less what credit notes take back (2.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from commissions.facts.fact_models import Cap


class Count(NamedTuple):
    """Units of the controlling source on consecutive days of one service period.

    Counts of a line are in order of time. A period is one count, or several where a price, split or
    rate changes within it.
    """

    period: str
    units: int


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The cap of a line: booked units in all, and by service period for `per_cycle`."""

    cap: Cap
    booked: int
    tolerance_percent: Fraction
    booked_by_period: Mapping[str, int]

    @property
    def is_open(self) -> bool:
        """Whether every unit that was aired is billed."""
        return self.cap is Cap.NONE

    @property
    def cumulative(self) -> int:
        """Booked units and their tolerance, rounded down."""
        if not self.tolerance_percent:
            return self.booked
        return int(self.booked * (1 + self.tolerance_percent / 100))


def allowed_units(counts: Sequence[Count], ceiling: Ceiling) -> list[int]:
    """Cumulative units within the cap after each count, never falling."""
    if ceiling.cap is Cap.PER_CYCLE:
        return _allowed_per_cycle(counts, ceiling.booked_by_period)
    most = None if ceiling.is_open else ceiling.cumulative
    delivered = 0
    allowed = []
    for count in counts:
        delivered += count.units
        allowed.append(delivered if most is None else min(delivered, most))
    return allowed


def _allowed_per_cycle(counts: Sequence[Count], booked: Mapping[str, int]) -> list[int]:
    allowed: list[int] = []
    before = delivered = 0
    period = ""
    for count in counts:
        if count.period != period:
            before, delivered, period = (allowed[-1] if allowed else 0), 0, count.period
        delivered += count.units
        allowed.append(before + min(delivered, booked.get(period, 0)))
    return allowed


def booked_before(day: date, *, booked: int, first_day: date, end_day: date) -> int:
    """Booked units of the flight's days before `day`: spread evenly, what is left to the earlier days."""
    days = (end_day - first_day).days
    passed = min(max((day - first_day).days, 0), days)
    each, left = divmod(booked, days)
    return each * passed + min(left, passed)


def take_back(left: Sequence[Fraction], amount: Fraction, *, order: Iterable[int]) -> dict[int, Fraction]:
    """What a credit takes from each run of days, in the given order, each down to nothing."""
    taken: dict[int, Fraction] = {}
    for run in order:
        part = min(amount, left[run])
        if part > 0:
            taken[run] = part
            amount -= part
    return taken
