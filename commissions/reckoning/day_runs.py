"""Days of a line become runs: one a service period, or several where price, split or rate changes within."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from commissions.facts.house_rules import HouseRules
from commissions.facts.lines import Line
from commissions.facts.service_calendar import EARLIEST, LATEST, period_of, span
from commissions.plans.plan_rules import RateAsOf
from commissions.reckoning.plan_book import PlanBook
from commissions.reckoning.reckoning_facts import Rules, Step

_Days = Mapping[date, int]
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the counts of a line: units disallowed by finance, and units of make-good lines."""

    disallowed: _Days = field(default_factory=dict)
    made_good: _Days = field(default_factory=dict)


NOTHING_BESIDE = Beside()


@dataclass(frozen=True, slots=True)
class Rating:
    """Which rates hold when: the line's plan as signed, or by the service day."""

    rules: Rules
    book: PlanBook
    house: HouseRules

    def on(self, day: date) -> Rules:
        if self.rules.plan.rate_as_of is RateAsOf.ORDER_SIGNED:
            return self.rules
        return self.book.version_on(self.rules.plan.name, day) or self.rules


def has_cuts_inside(
    line: Line, rules: Rules | None, book: PlanBook, house: HouseRules, *, is_made_good: bool
) -> bool:
    """Whether something changes within a service period, so that days have to be told apart.

    What makes a line good may run on any day, also outside its flight, of the years that books hold.
    """
    if line.was_longer:
        return True
    cuts = {part.valid_from for part in line.stretches if part.valid_from is not None}
    if rules is not None and rules.plan.rate_as_of is RateAsOf.SERVICE_DATE:
        cuts |= book.changes_of(rules.plan.name)
    calendar = house.calendar
    return any(
        (EARLIEST <= day <= LATEST if is_made_good else line.first_day < day < line.end_day)
        and span(period_of(day, calendar), calendar).first_day != day
        for day in cuts
    )


def coarse_runs(line: Line, units: Mapping[str, int], beside: Beside, rating: Rating) -> list[Step]:
    """One run of days for each service period. What was disallowed is never more than was counted.

    Price, split and rate are those of the last day that can hold a unit: a change after it is not theirs.
    """
    calendar, last_of_flight = rating.house.calendar, line.end_day - _DAY
    disallowed, made_good = ({}, {}) if beside is NOTHING_BESIDE else (
        _by_period(beside.disallowed, rating), _by_period(beside.made_good, rating)
    )  # fmt: skip
    found = []
    for period in sorted({*units, *made_good}):
        last_day = span(period, calendar).last_day
        if not made_good:
            last_day = min(last_day, last_of_flight)
        counted = units.get(period, 0)
        found.append(
            Step(
                period,
                counted,
                line.terms_on(last_day),
                rating.on(last_day),
                min(disallowed.get(period, 0), counted),
                made_good.get(period, 0),
            )
        )
    return found


def _by_period(days: _Days, rating: Rating) -> dict[str, int]:
    found: dict[str, int] = {}
    for day, units in days.items():
        period = period_of(day, rating.house.calendar)
        found[period] = found.get(period, 0) + units
    return found


def fine_runs(line: Line, days: _Days, beside: Beside, rating: Rating) -> list[Step]:
    """Runs of days between the days on which price, split or rate changes."""
    disallowed = spread_disallowed(days, beside.disallowed, rating)
    found: list[Step] = []
    for day in sorted({*days, *beside.made_good}):
        step = Step(
            period_of(day, rating.house.calendar),
            days.get(day, 0),
            line.terms_on(day),
            rating.on(day),
            disallowed.get(day, 0),
            beside.made_good.get(day, 0),
        )
        last = found[-1] if found else None
        if last and (last.period, last.stretch, last.rates) == (step.period, step.stretch, step.rates):
            found[-1] = joined(last, step)
            continue
        found.append(step)
    return found


def joined(one: Step, other: Step) -> Step:
    return one._replace(
        units=one.units + other.units,
        disallowed=one.disallowed + other.disallowed,
        made_good=one.made_good + other.made_good,
    )


def spread_disallowed(days: _Days, disallowed: _Days, rating: Rating) -> dict[date, int]:
    """What a day cannot bear, because it was restated to less, falls on other days of its period."""
    left, found = dict(days), dict[date, int]()
    for bad_day in sorted(disallowed):
        period, units = period_of(bad_day, rating.house.calendar), disallowed[bad_day]
        same = [day for day in left if period_of(day, rating.house.calendar) == period]
        for day in sorted(same, key=lambda day: (day != bad_day, day)):
            part = min(units, left[day])
            left[day] -= part
            units -= part
            found[day] = found.get(day, 0) + part
    return {day: units for day, units in found.items() if units}
