"""Which lines make good for which, and the units that they aired for them (2.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from commissions.facts.fact_models import BillingSource
from commissions.facts.house_rules import HouseRules
from commissions.facts.lines import Line, lines_as_known
from commissions.reckoning.contracted_units import contracted_days
from commissions.reckoning.counted_units import Bounds, Days


@dataclass(frozen=True, slots=True)
class MakeGoods:
    """Units by the line that they make good and service day; `chained` are make-goods of make-goods."""

    by_line: Mapping[str, Days] = field(default_factory=dict)
    chained: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Pairs:
    """Make-good lines of a set of lines, by id; `chained` are make-goods of make-goods."""

    lines: Mapping[int, Line] = field(default_factory=dict)
    chained: frozenset[str] = frozenset()


def make_good_lines(session: Session, bounds: Bounds) -> dict[int, Line]:
    """All make-good lines by id, as known."""
    found = lines_as_known(session, line_ids=(), known_through=bounds.known_through, with_make_goods=True)
    return only_make_goods(found)


def only_make_goods(lines: Mapping[int, Line]) -> dict[int, Line]:
    return {line_id: line for line_id, line in lines.items() if line.makegood_for is not None}


def pairs_of(lines: Mapping[int, Line], makers: Mapping[int, Line]) -> Pairs:
    """Of all make-good lines those that make good for one of these lines."""
    names = {line.line_ref for line in makers.values()}
    refs = {line.line_ref for line in lines.values()} - names
    theirs = {line_id: line for line_id, line in makers.items() if line.makegood_for in refs}
    chained = frozenset(line.line_ref for line in makers.values() if line.makegood_for in names)
    return Pairs(theirs, chained)


def make_goods(
    pairs: Pairs,
    counts: Mapping[int, Mapping[str, Days]],
    disallowed: Mapping[int, Days],
    *,
    house: HouseRules,
    last_day: date,
) -> MakeGoods:
    """What was aired to make good, as each make-good line counts by its own source, of counts by line.

    A make-good line's price, rate, cap and credit notes are ignored: it has only units.
    """
    found: dict[str, Days] = {}
    for line_id, line in pairs.lines.items():
        days = aired_days(line, counts.get(line_id, {}), (house, last_day))
        by_day = found.setdefault(line.makegood_for or "", {})
        for day, units in days.items():
            counted = max(0, units - disallowed.get(line_id, {}).get(day, 0))
            by_day[day] = by_day.get(day, 0) + counted
    return MakeGoods(found, pairs.chained)


def aired_days(line: Line, by_source: Mapping[str, Days], house: tuple[HouseRules, date]) -> Days:
    """Units of a make-good line by day, of the source that controls it, inside its flight."""
    rules, last_day = house
    if line.billing_source is BillingSource.CONTRACTED:
        return contracted_days(line, last_day, rules.calendar)
    sources = sorted(name for name in by_source if rules.kind_of(name) == line.billing_source.value)
    if not sources:
        return {}
    return {day: units for day, units in by_source[sources[0]].items() if line.runs_on(day)}
