"""What a ladder of tiers earns for a measure (2.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.commissions.rules_again.case import number

NOTHING = Fraction(0)


@dataclass
class Reached:
    """Cumulative in a window: measure, basis and billable units."""

    measure: Fraction = NOTHING
    basis: Fraction = NOTHING
    units: Fraction = NOTHING

    def add(self, other: Reached) -> None:
        self.measure += other.measure
        self.basis += other.basis
        self.units += other.units


def earned_by(component: Mapping[str, Any], reached: Reached) -> Fraction:
    """In major units, exact. A measure of 0 earns nothing, flats neither."""
    if reached.measure <= 0:
        return NOTHING
    entered = []
    lower = NOTHING
    for tier in component["tiers"]:
        upper = reached.measure if tier["upto"] is None else number(tier["upto"])
        if reached.measure > lower:
            entered.append((tier, min(upper, reached.measure) - lower))
        lower = upper
    if component.get("mode") == "whole":
        entered = [(entered[-1][0], reached.measure)]
    return sum((_band(tier, width, reached) for tier, width in entered), NOTHING)


def _band(tier: Mapping[str, Any], width: Fraction, reached: Reached) -> Fraction:
    """A part of the measure brings its part of basis and units with it."""
    part = width / reached.measure
    by_percent = reached.basis * part * number(tier.get("percent")) / 100
    by_unit = reached.units * part / number(tier.get("per"), "1") * number(tier.get("per_unit"))
    return by_percent + by_unit + number(tier.get("flat"))


def check(tiers: Sequence[Mapping[str, Any]]) -> None:
    """A ladder of a case that was made by hand has to climb."""
    bounds = [number(tier["upto"]) for tier in tiers[:-1]]
    assert bounds == sorted(set(bounds))
    assert tiers[-1]["upto"] is None
