"""Tiers over all lines of a partner, and each line's part of them by period (2.5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from tests.commissions.rules_again.calendars import window_of
from tests.commissions.rules_again.rounding import half_up, shared
from tests.commissions.rules_again.tiers import Reached, earned_by
from tests.commissions.rules_again.values import DayValue


@dataclass
class Part:
    """A line's part, by period: in minor units, and exact in major units."""

    minor: dict[str, int] = field(default_factory=dict)
    exact: dict[str, Fraction] = field(default_factory=dict)


def parts_by_line(
    component: Mapping[str, Any], lines: Mapping[str, Sequence[DayValue]], decimals: int
) -> dict[str, Part]:
    """`lines`: the days of each line of one partner, by line_ref."""
    months: dict[str, dict[str, Reached]] = defaultdict(lambda: defaultdict(Reached))
    for ref, values in lines.items():
        for value in values:
            one = Reached(value.measure(component["measure"]), value.basis, Fraction(value.units))
            months[value.period][ref].add(one)
    reached: dict[str, Reached] = defaultdict(Reached)
    found = {ref: Part() for ref in lines}
    for period in sorted(months):
        window = reached[window_of(period, component["window"])]
        before = earned_by(component, window)
        for of_line in months[period].values():
            window.add(of_line)
        after = earned_by(component, window)
        weights = _weights(months[period])
        amount = half_up(after * 10**decimals) - half_up(before * 10**decimals)
        for ref, minor in shared(amount, weights).items():
            found[ref].minor[period] = minor
            found[ref].exact[period] = (after - before) * weights[ref] / sum(weights.values())
    return found


def _weights(month: Mapping[str, Reached]) -> dict[str, Fraction]:
    found = {ref: max(Fraction(0), reached.measure) for ref, reached in month.items()}
    return found if any(found.values()) else dict.fromkeys(found, Fraction(1))
