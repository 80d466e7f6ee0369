"""What a ladder of tiers pays for a measure, tier by tier, exact (2.5)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from commissions.facts.amounts import NOTHING, Value, less
from commissions.plans.plan_rules import Basis, Measure, TierMode, TiersComponent, Window


class Reached(NamedTuple):
    """Cumulative in a window: measure, basis (major unit) and billable units."""

    measure: Fraction = NOTHING
    basis: Fraction = NOTHING
    units: int = 0

    def plus(self, other: Reached) -> Reached:
        units = self.units + other.units
        if not self.measure and not self.basis:
            return Reached(other.measure, other.basis, units)
        measure = self.measure + other.measure
        if self.measure is self.basis and other.measure is other.basis:
            return Reached(measure, measure, units)
        return Reached(measure, self.basis + other.basis, units)


NOT_BEGUN = Reached()


class Band(NamedTuple):
    """The part of the measure that lies in a tier, with its part of the basis, and what it earned.

    `units` is its part of the units, where the tier pays by them.
    """

    tier: int
    width: Fraction
    basis: Fraction
    units: Fraction
    earned: Fraction


def gained(component: TiersComponent, before: Value, after: Value, basis: tuple[Basis, Fraction]) -> Reached:
    """What a run of days adds to its window; `basis` is the plan's, and what the run adds to it."""
    units, (kind, amount) = after.units - before.units, basis
    if str(component.measure) == str(kind):
        return Reached(amount, amount, units)
    if component.measure is Measure.UNITS:
        return Reached(Fraction(units), amount, units)
    if component.measure is Measure.GROSS:
        return Reached(after.gross_basis - before.gross_basis, amount, units)
    return Reached(after.net - before.net, amount, units)


def bands(component: TiersComponent, reached: Reached) -> list[Band]:
    """The tiers that pay: all that were entered (marginal), or the last of them for everything (whole).

    A tier is entered when the measure is above its lower bound, so a measure of nothing enters none.
    """
    if reached.measure <= 0:
        return []
    entered: list[tuple[int, Fraction]] = []
    lower = NOTHING
    for number, tier in enumerate(component.tiers):
        if reached.measure <= lower:
            break
        upper = reached.measure if tier.upto is None else min(tier.upto, reached.measure)
        entered.append((number, less(upper, lower)))
        lower = upper if tier.upto is None else tier.upto
    if component.mode is TierMode.WHOLE:
        entered = [(entered[-1][0], reached.measure)]
    return [_band(component, number, width, reached) for number, width in entered]


def _band(component: TiersComponent, number: int, width: Fraction, reached: Reached) -> Band:
    """A part of the measure brings its part of basis and units with it."""
    tier = component.tiers[number]
    # nearly always the measure is the basis, and then the band is its own part of it
    same = reached.basis is reached.measure or reached.basis == reached.measure
    basis = width if same else reached.basis * width / reached.measure
    earned, units = NOTHING, NOTHING
    if tier.percent:
        percent = tier.percent
        earned = Fraction(basis.numerator * percent.numerator, basis.denominator * percent.denominator * 100)
    if tier.flat:
        earned += tier.flat
    if tier.per_unit is not None:
        units = reached.units * width / reached.measure
        earned += units / tier.per * tier.per_unit
    return Band(number, width, basis, units, earned)


def total(found: Sequence[Band]) -> Fraction:
    """What the window has earned, in the major unit."""
    if len(found) == 1:
        return found[0].earned
    return sum((band.earned for band in found), NOTHING)


@lru_cache(maxsize=1000)
def window_of(period: str, window: Window) -> str:
    """The window that holds a service period: "2026-05", "2026-Q2", "2026", or "line" for all of them."""
    if window is Window.LINE:
        return window.value
    if window is Window.MONTH:
        return period
    if window is Window.YEAR:
        return period[:4]
    return f"{period[:4]}-Q{(int(period[5:]) + 2) // 3}"
