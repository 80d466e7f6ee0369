"""A plan tried on given lines, by the engine's own calculation: pure, nothing is written (2.12, 26)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from commissions.facts.billing_models import CommissionEffect
from commissions.facts.fact_models import BillingSource
from commissions.facts.house_rules import HouseRules
from commissions.facts.lines import Line
from commissions.facts.problems import Problem
from commissions.facts.service_calendar import period_of
from commissions.reckoning.contracted_units import contracted_days
from commissions.reckoning.day_runs import NOTHING_BESIDE, Beside
from commissions.reckoning.line_facts import Horizon, Known, known_from_counts
from commissions.reckoning.plan_book import PlanBook
from commissions.reckoning.reckoning import Reckoned, reckon
from commissions.reckoning.reckoning_facts import Credit, LineFacts, Relief, Rules
from commissions.simulation.simulation_reading import GivenCase, GivenFact, GivenLine
from portal.kernel.json_fields import FieldRefused

# units by source and service day
ByDay = Mapping[str, Mapping[date, int]]

# a source that is called by a kind is of that kind, where the settings do not say otherwise
_KINDS = {kind.value: kind.value for kind in (BillingSource.THIRD_PARTY, BillingSource.MANUAL)}
_SENTENCES = {
    Problem.NO_PLAN: "The plan is not valid on the day on which the order was signed.",
    Problem.NO_RATE: "No rate of the plan fits this line.",
    Problem.MIXED_PRICING: "Tiers that count the units of several lines need one pricing for all of them.",
}


@dataclass(frozen=True, slots=True)
class Simulated:
    """A line with its value by service period and what its payees would have earned.

    `delivered` is the count of its controlling source. A make-good line earns nothing itself: its units
    are part of the line that it makes good for.
    """

    given: GivenLine
    delivered: int
    reckoned: Reckoned


def simulate(case: GivenCase, house: HouseRules) -> list[Simulated]:
    """What the engine would post for the lines if all of their periods were open. Raises FieldRefused."""
    house = replace(house, sources={**_KINDS, **house.sources})
    book = PlanBook({case.plan.name: (Rules(case.plan, 1),)}, {})
    last = max((one.line.end_day for one in case.lines), default=date.max)
    horizon = Horizon(house, book, last)
    days = [_believed(given.facts, f"lines[{index}]") for index, given in enumerate(case.lines)]
    made_good = _made_good(case, days, horizon)
    known = [
        _known(given, by_day, made_good.get(given.line.line_ref, {}), horizon)
        for given, by_day in zip(case.lines, days, strict=True)
    ]
    facts = [_facts(given, one, horizon, index) for index, (given, one) in enumerate(_pairs(case, known))]
    reckoned = reckon(facts)
    for index, one in enumerate(reckoned):
        if one.problem is not None:
            raise FieldRefused(f"lines[{index}]", _SENTENCES[one.problem])
    return [
        Simulated(given, one.delivered, found)
        for given, one, found in zip(case.lines, known, reckoned, strict=True)
    ]


def _pairs(case: GivenCase, known: Sequence[Known]) -> Iterable[tuple[GivenLine, Known]]:
    return zip(case.lines, known, strict=True)


def _made_good(case: GivenCase, days: Sequence[ByDay], horizon: Horizon) -> dict[str, dict[date, int]]:
    """Units that make-good lines aired by day, by the ref of the line that they make good for."""
    found: dict[str, dict[date, int]] = {}
    for given, by_day in zip(case.lines, days, strict=True):
        if given.line.makegood_for is None:
            continue
        aired = found.setdefault(given.line.makegood_for, {})
        for day, units in _controlling_days(given.line, by_day, horizon).items():
            aired[day] = aired.get(day, 0) + max(0, units - given.disallowed.get(day, 0))
    return found


def _controlling_days(line: Line, by_day: ByDay, horizon: Horizon) -> Mapping[date, int]:
    if line.billing_source is BillingSource.CONTRACTED:
        return contracted_days(line, horizon.last_day, horizon.house.calendar)
    kind = line.billing_source.value
    sources = sorted(source for source in by_day if horizon.house.kind_of(source) == kind)
    return by_day[sources[0]] if sources else {}


def _known(given: GivenLine, by_day: ByDay, made_good: Mapping[date, int], horizon: Horizon) -> Known:
    beside = Beside(given.disallowed, made_good) if given.disallowed or made_good else NOTHING_BESIDE
    return known_from_counts(given.line, _by_period(by_day, horizon), by_day, horizon, beside=beside)


def _facts(given: GivenLine, known: Known, horizon: Horizon, index: int) -> LineFacts:
    return _without_problem(known, f"lines[{index}]")._replace(
        credits=_credits(given, horizon),
        settled=_settled(given, horizon),
        collected=given.collected,
        above={level: payee for payee, level in given.overrides.items()},
    )


def _without_problem(known: Known, path: str) -> LineFacts:
    if known.facts is None or known.problem is not None:
        sentence = _SENTENCES.get(known.problem or Problem.NO_PLAN, "The engine cannot calculate this line.")
        raise FieldRefused(path, sentence)
    return known.facts


def _believed(facts: Sequence[GivenFact], path: str) -> dict[str, dict[date, int]]:
    """The count that stands by source and day: that of the highest revision (2.2)."""
    latest: dict[tuple[str, date], int] = {}
    said: dict[tuple[str, date, int], int] = {}
    found: dict[str, dict[date, int]] = {}
    for index, fact in enumerate(facts):
        key = (fact.source, fact.service_date)
        days = found.setdefault(fact.source, {})
        if fact.revision is None and days.get(fact.service_date) == fact.units:
            continue
        revision = latest.get(key, 0) + 1 if fact.revision is None else fact.revision
        if said.setdefault((*key, revision), fact.units) != fact.units:
            raise FieldRefused(
                f"{path}.facts[{index}].revision", f"Revision {revision} of this day said something else."
            )
        if revision >= latest.get(key, revision):
            latest[key], days[fact.service_date] = revision, fact.units
    return found


def _by_period(by_day: ByDay, horizon: Horizon) -> dict[str, dict[str, int]]:
    calendar = horizon.house.calendar
    found: dict[str, dict[str, int]] = {}
    for source, days in by_day.items():
        sums = found.setdefault(source, {})
        for day, units in days.items():
            period = period_of(day, calendar)
            sums[period] = sums.get(period, 0) + units
    return found


def _credits(given: GivenLine, horizon: Horizon) -> tuple[Credit, ...]:
    """Those with effect `reduce`, the first to be issued first."""
    return tuple(
        Credit(
            units=one.units,
            net=one.net,
            import_id=0,
            issued_in=period_of(one.on, horizon.house.calendar),
            service_period=one.service_month,
        )
        for one in sorted(given.credits, key=lambda one: one.on)
        if one.effect is CommissionEffect.REDUCE
    )


def _settled(given: GivenLine, horizon: Horizon) -> tuple[Relief, ...]:
    """Units that nobody owes any more: credited with another effect."""
    return tuple(
        Relief(one.units, one.service_month or period_of(one.on, horizon.house.calendar))
        for one in given.credits
        if one.units and one.effect is not CommissionEffect.REDUCE
    )
