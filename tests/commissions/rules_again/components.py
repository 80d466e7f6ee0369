"""What each component of a plan earns on a line, day by day and never rounded (2.4, steps 4 to 7 and 10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from tests.commissions.rules_again.calendars import window_of
from tests.commissions.rules_again.case import Line, number
from tests.commissions.rules_again.plans import Plan
from tests.commissions.rules_again.tiers import Reached, earned_by
from tests.commissions.rules_again.values import NOTHING, DayValue

Component = Mapping[str, Any]
# of each day of a line, in the order of its values
ByDay = Sequence[Fraction]


def rated_on(component: Component, rates: Plan) -> Component | None:
    """The component as a version of the plan has it, if it has one of that name and kind."""
    same = (one for one in rates["components"] if one["name"] == component["name"])
    return next((one for one in same if one["kind"] == component["kind"]), None)


def percent_of(component: Component | None, line: Line) -> Fraction:
    """The most specific rate: station and product > station > product > category > none."""
    if component is None:
        return NOTHING
    best, found = -1, number(component.get("percent"))
    for rate in component.get("rates") or []:
        keys = set(rate) - {"percent"}
        if any(getattr(line, key) != rate[key] for key in keys):
            continue
        rank = [{"category"}, {"product"}, {"station"}, {"station", "product"}].index(keys)
        if rank > best:
            best, found = rank, number(rate["percent"])
    return found


def by_percent(component: Component, line: Line, values: Sequence[DayValue]) -> ByDay:
    """Also an override, of which the percent is the same for every line."""
    return [value.basis * percent_of(rated_on(component, value.rates), line) / 100 for value in values]


def by_unit(component: Component, values: Sequence[DayValue]) -> ByDay:
    found = []
    for value in values:
        rated = rated_on(component, value.rates) or {"amount": "0"}
        found.append(value.units * number(rated["amount"]) / number(rated.get("per"), "1"))
    return found


def by_tiers(component: Component, values: Sequence[DayValue]) -> ByDay:
    """Scope line: window after window, what each day adds to what its window has earned."""
    reached: dict[str, Reached] = {}
    found = []
    for value in values:
        window = reached.setdefault(window_of(value.period, component["window"]), Reached())
        before = earned_by(component, window)
        window.add(Reached(value.measure(component["measure"]), value.basis, Fraction(value.units)))
        found.append(earned_by(component, window) - before)
    return found


def by_bonus(component: Component, values: Sequence[DayValue], earlier: Sequence[ByDay]) -> ByDay:
    """A part of what the components before it earned, or once a sum; nothing while nothing is billable."""
    part = number(component.get("percent_of_commission")) / 100
    flat = number(component.get("flat"))
    found: list[Fraction] = []
    units, sums, before = 0, NOTHING, NOTHING
    for place, value in enumerate(values):
        units += value.units
        sums += sum((earned[place] for earned in earlier), NOTHING)
        now = sums * part + flat if units > 0 else NOTHING
        found.append(now - before)
        before = now
    return found
