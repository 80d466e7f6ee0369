"""Tiers over all lines of a partner, and each line's part of them by run of days (2.5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from tests.commissions.rules_again.calendars import window_of
from tests.commissions.rules_again.rounding import half_up, shared
from tests.commissions.rules_again.tiers import Reached, earned_by
from tests.commissions.rules_again.values import DayValue

# a period, the day from which the terms hold, and which version of the rates does
Run = tuple[str, date, int]


@dataclass
class Part:
    """A line's part, by run of days: in minor units, and exact in major units."""

    minor: dict[Run, int] = field(default_factory=dict)
    exact: dict[Run, Fraction] = field(default_factory=dict)


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
        weights = _weights({ref: of_line.measure for ref, of_line in months[period].items()})
        amount = half_up(after * 10**decimals) - half_up(before * 10**decimals)
        for ref, minor in shared(amount, weights).items():
            exact = (after - before) * weights[ref] / sum(weights.values())
            runs = _measures(component, [value for value in lines[ref] if value.period == period])
            _to_runs(found[ref], runs, minor, exact)
    return found


def _measures(component: Mapping[str, Any], month: Sequence[DayValue]) -> dict[Run, Fraction]:
    """What each run of days of a line adds to the measure, in order of time."""
    found: dict[Run, Fraction] = defaultdict(Fraction)
    for value in month:
        found[value.run] += value.measure(component["measure"])
    return found


def _to_runs(part: Part, measures: Mapping[Run, Fraction], minor: int, exact: Fraction) -> None:
    """The line's part of a month goes to its runs by their measure; ties to the earlier one."""
    runs = list(measures)
    weights = _weights({f"{place:03}": measures[run] for place, run in enumerate(runs)})
    for key, amount in shared(minor, weights).items():
        part.minor[runs[int(key)]] = amount
        part.exact[runs[int(key)]] = exact * weights[key] / sum(weights.values())


def _weights(measures: Mapping[str, Fraction]) -> dict[str, Fraction]:
    found = {key: max(Fraction(0), measure) for key, measure in measures.items()}
    return found if any(found.values()) else dict.fromkeys(found, Fraction(1))
