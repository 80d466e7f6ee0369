"""Everything known of a set of lines, loaded with a few queries and laid out for the calculation."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from sqlalchemy.orm import Session

from commissions.facts.cash import collected_net
from commissions.facts.delivered import delivered_units
from commissions.facts.fact_models import BillingSource, Cap
from commissions.facts.house_rules import HouseRules
from commissions.facts.lines import Line, lines_as_known
from commissions.facts.problems import Problem
from commissions.plans.plan_rules import Basis
from commissions.reckoning.billable import Ceiling
from commissions.reckoning.components import has_rate
from commissions.reckoning.contracted_units import booked_by_period, contracted_days, contracted_units
from commissions.reckoning.counted_units import NOTHING_GIVEN, Bounds, day_sums, given_by_line, struck_units
from commissions.reckoning.day_runs import (
    NOTHING_BESIDE,
    Beside,
    Rating,
    coarse_runs,
    fine_runs,
    has_cuts_inside,
)
from commissions.reckoning.make_good_lines import make_good_lines, make_goods, only_make_goods, pairs_of
from commissions.reckoning.plan_book import PlanBook
from commissions.reckoning.reckoning_facts import LineFacts, Rules, Step
from portal.kernel.money import exponent


@dataclass(frozen=True, slots=True)
class Horizon:
    """How far the facts are taken: last service day, last import (both open when empty), and today."""

    house: HouseRules
    book: PlanBook
    today: date
    through: date | None = None
    known_through: int | None = None

    @property
    def bounds(self) -> Bounds:
        return Bounds(self.through, self.known_through)

    @property
    def last_day(self) -> date:
        """The last day that counts as passed."""
        return self.today if self.through is None else min(self.through, self.today)


class Known(NamedTuple):
    """A line with its facts, or with the problem that stands in the way.

    `sources` are those of its billing kind that reported, `periods` the periods with a count. A make-good
    line has facts without days: its units are those of the line that it makes good.
    """

    line: Line
    facts: LineFacts | None
    problem: Problem | None
    sources: tuple[str, ...]
    periods: tuple[str, ...]
    delivered: int
    # units to date by kind of source, each of its smallest name
    by_kind: Mapping[str, int]
    # units on days that a later revision of the order took out of its flight; they are not paid
    outside: int = 0

    @property
    def is_countable(self) -> bool:
        """Whether its commission can be calculated."""
        return self.facts is not None and self.problem is None


def known_lines(
    session: Session,
    line_ids: Collection[int],
    horizon: Horizon,
    *,
    with_make_goods: bool = False,
) -> Iterator[Known]:
    """The lines in order of id, with all that the calculation needs.

    `with_make_goods` reads all make-good lines in the same query, not in one of their own: for few lines.
    """
    known_through = horizon.known_through
    found = lines_as_known(
        session, line_ids=line_ids, known_through=known_through, with_make_goods=with_make_goods
    )
    lines = {line_id: found[line_id] for line_id in sorted(found.keys() & set(line_ids))}
    makers = only_make_goods(found) if with_make_goods else None
    yield from with_facts(session, lines, horizon, makers=makers)


def with_facts(
    session: Session,
    lines: Mapping[int, Line],
    horizon: Horizon,
    *,
    makers: Mapping[int, Line] | None = None,
) -> Iterator[Known]:
    """Lines that are loaded already, by id and in its order, with all that the calculation needs.

    `makers` are all make-good lines by id; they are read when the caller has not.
    """
    line_ids, bounds, calendar = lines.keys(), horizon.bounds, horizon.house.calendar
    counts = _counts(session, line_ids, horizon)
    pairs = pairs_of(lines, make_good_lines(session, bounds) if makers is None else makers)
    struck = struck_units(session, {*line_ids, *pairs.lines}, bounds)
    given = given_by_line(session, line_ids, struck, bounds, calendar)
    made_good = {maker.makegood_for for maker in pairs.lines.values()}
    fine = {
        line_id
        for line_id, line in lines.items()
        if _is_fine(line, horizon, is_made_good=line.line_ref in made_good)
    }
    by_day = day_sums(session, {*fine, *pairs.lines}, bounds) if fine or pairs.lines else {}
    aired = make_goods(pairs, by_day, struck.disallowed, house=horizon.house, last_day=horizon.last_day)
    by_cash = [line_id for line_id, line in lines.items() if _pays_on_cash(line, horizon)]
    cash = collected_net(session, by_cash, known_through=horizon.known_through) if by_cash else {}
    for line_id, line in lines.items():
        beside = _beside(struck.disallowed.get(line_id), aired.by_line.get(line.line_ref))
        counted = counts.get(line_id, {})
        days = by_day.get(line_id, {}) if line_id in fine else {}
        known = known_from_counts(line, counted, days, horizon, beside=beside)
        if line.line_ref in aired.chained:
            known = known._replace(problem=Problem.MAKEGOOD)
        backed = given.get(line_id, NOTHING_GIVEN)
        if known.facts is None or (backed is NOTHING_GIVEN and line_id not in cash):
            yield known
            continue
        facts = known.facts._replace(
            credits=backed.credits,
            settled=backed.settled,
            written_off=backed.written_off,
            collected=Fraction(cash.get(line_id, 0)) / 10 ** exponent(line.currency),
        )
        yield known._replace(facts=facts)


def _beside(disallowed: Mapping[date, int] | None, made_good: Mapping[date, int] | None) -> Beside:
    if not disallowed and not made_good:
        return NOTHING_BESIDE
    return Beside(disallowed or {}, made_good or {})


def known_from_counts(
    line: Line,
    counts: Mapping[str, Mapping[str, int]],
    days: Mapping[str, Mapping[date, int]],
    horizon: Horizon,
    *,
    beside: Beside = NOTHING_BESIDE,
) -> Known:
    """A line of its counts by source and period, and by source and day where days are told apart."""
    sources = _controlling(line, counts, horizon.house)
    units: Mapping[str, int] = counts.get(sources[0], {}) if sources else {}
    own_days: Mapping[date, int] = days.get(sources[0], {}) if sources else {}
    if line.billing_source is BillingSource.CONTRACTED:
        units = contracted_units(line, horizon.last_day, horizon.house.calendar)
        is_fine = _is_fine(line, horizon, is_made_good=bool(beside.made_good))
        own_days = contracted_days(line, horizon.last_day, horizon.house.calendar) if is_fine else {}
    inside = {day: count for day, count in own_days.items() if line.runs_on(day)}
    outside = sum(own_days.values()) - sum(inside.values()) if line.was_longer else 0
    facts, problem = _by_rules(line, units, inside, horizon, beside)
    periods = {*units, *(step.period for step in facts.steps)} if facts is not None else units
    return Known(
        line=line,
        facts=facts,
        problem=problem,
        sources=sources,
        periods=tuple(sorted(periods)),
        delivered=sum(units.values()) - outside,
        by_kind=_by_kind(counts, horizon.house),
        outside=outside,
    )


def _by_rules(
    line: Line, units: Mapping[str, int], days: Mapping[date, int], horizon: Horizon, beside: Beside
) -> tuple[LineFacts | None, Problem | None]:
    """The line's runs of days under its plan, or what stands in the way."""
    rules = horizon.book.rules_for(line)
    if line.makegood_for is not None:
        return (None if rules is None else _facts(line, rules, [], horizon)), None
    if rules is None:
        return None, Problem.NO_PLAN
    if rules.plan.currency not in {None, line.currency}:
        return None, Problem.OTHER_CURRENCY
    rating = Rating(rules, horizon.book, horizon.house)
    if _is_fine(line, horizon, is_made_good=bool(beside.made_good)):
        steps = fine_runs(line, days, beside, rating)
    else:
        steps = coarse_runs(line, units, beside, rating)
    facts = _facts(line, rules, steps, horizon)
    return facts, None if not steps or has_rate(facts) else Problem.NO_RATE


def _facts(line: Line, rules: Rules, steps: list[Step], horizon: Horizon) -> LineFacts:
    return LineFacts(
        line=line,
        rules=rules,
        ceiling=_ceiling(line, horizon),
        steps=tuple(steps),
        above=horizon.book.above(line),
    )


def _ceiling(line: Line, horizon: Horizon) -> Ceiling:
    booked = booked_by_period(line, horizon.house.calendar) if line.cap is Cap.PER_CYCLE else {}
    return Ceiling(line.cap, line.booked_units, line.cap_tolerance_percent, booked)


def _controlling(line: Line, counts: Mapping[str, object], house: HouseRules) -> tuple[str, ...]:
    """Sources of the line's billing kind that reported it, smallest name first: the first one counts."""
    return tuple(sorted(name for name in counts if house.kind_of(name) == line.billing_source.value))


def _by_kind(counts: Mapping[str, Mapping[str, int]], house: HouseRules) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in sorted(counts):
        found.setdefault(house.kind_of(name), sum(counts[name].values()))
    return found


def _is_fine(line: Line, horizon: Horizon, *, is_made_good: bool) -> bool:
    book = horizon.book
    return has_cuts_inside(line, book.rules_for(line), book, horizon.house, is_made_good=is_made_good)


def _pays_on_cash(line: Line, horizon: Horizon) -> bool:
    rules = horizon.book.rules_for(line)
    return rules is not None and rules.plan.basis is Basis.COLLECTED


def _counts(
    session: Session, line_ids: Collection[int], horizon: Horizon
) -> dict[int, dict[str, dict[str, int]]]:
    """Units by line, source and service period."""
    found: dict[int, dict[str, dict[str, int]]] = {}
    sums = delivered_units(
        session,
        calendar=horizon.house.calendar,
        through=horizon.through,
        line_ids=line_ids,
        known_through=horizon.known_through,
    )
    for row in sums:
        found.setdefault(row.line_id, {}).setdefault(row.source, {})[row.period] = row.units
    return found
