"""The rules for the simplest line: one price, one split, one percent of net."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor

from tests.commissions.rules_again.rounding import half_up, shared


@dataclass
class PlainLine:
    """A line in plain numbers: units by period in order, one price, one split, one percent of net."""

    units: Sequence[tuple[str, int]]
    rate: Fraction
    per: int
    agency: Fraction
    booked: int
    tolerance: Fraction
    capped: bool
    percent: Fraction
    weights: Mapping[str, Fraction]
    credits: Sequence[tuple[str, int]] = field(default_factory=list)
    decimals: int = 2


def billable(line: PlainLine) -> dict[str, int]:
    """Billable units by period: within the cap, then less credits, latest period first."""
    most = floor(line.booked * (1 + line.tolerance / 100))
    left: dict[str, int] = {}
    so_far = 0
    for period, units in line.units:
        room = max(most - so_far, 0) if line.capped else units
        left[period] = min(units, room)
        so_far += units
    for issued_in, units in line.credits:
        rest = units
        for period in sorted(left, reverse=True):
            if period <= issued_in:
                taken = min(rest, left[period])
                left[period] -= taken
                rest -= taken
    return left


def earned(line: PlainLine) -> dict[str, dict[str, int]]:
    """Minor units by period and payee: the pool to date rounded, shared, less what it was before."""
    exact = Fraction(0)
    before = dict.fromkeys(line.weights, 0)
    found: dict[str, dict[str, int]] = {}
    for period, units in billable(line).items():
        net = Fraction(units) * line.rate / line.per * (1 - line.agency / 100)
        exact += net * line.percent / 100
        now = shared(half_up(exact * 10**line.decimals), line.weights)
        found[period] = {payee: now[payee] - before[payee] for payee in now}
        before = now
    return found
