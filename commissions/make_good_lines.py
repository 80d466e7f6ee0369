"""Which lines make good for which, and the units that they aired for them (2.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from commissions.contracted_units import contracted_days
from commissions.counted_units import Bounds, Days, day_sums, disallowed_days
from commissions.fact_models import BillingSource, LineRevision
from commissions.fact_queries import Line, lines_as_known
from commissions.house_rules import HouseRules


@dataclass(frozen=True, slots=True)
class MakeGoods:
    """Units by the line that they make good and service day; `chained` are make-goods of make-goods."""

    by_line: Mapping[str, Days] = field(default_factory=dict)
    chained: frozenset[str] = frozenset()


def make_goods(
    session: Session, lines: Mapping[int, Line], bounds: Bounds, *, house: HouseRules, last_day: date
) -> MakeGoods:
    """What was aired to make good for these lines, as each make-good line counts by its own source.

    A make-good line's price, rate, cap and credit notes are ignored: it has only units.
    """
    found = _make_good_lines(session, bounds)
    if not found:
        return MakeGoods()
    names = {line.line_ref for line in found.values()}
    refs = {line.line_ref for line in lines.values()} - names
    theirs = {line_id: line for line_id, line in found.items() if line.makegood_for in refs}
    chained = frozenset(line.line_ref for line in found.values() if line.makegood_for in names)
    return MakeGoods(_aired(session, theirs, bounds, (house, last_day)), chained)


def _make_good_lines(session: Session, bounds: Bounds) -> dict[int, Line]:
    query = select(LineRevision.line_id).where(LineRevision.makegood_for.is_not(None)).distinct()
    ids = list(session.scalars(query))
    if not ids:
        return {}
    known = lines_as_known(session, line_ids=ids, known_through=bounds.known_through)
    return {line_id: line for line_id, line in known.items() if line.makegood_for is not None}


def _aired(
    session: Session, lines: Mapping[int, Line], bounds: Bounds, house: tuple[HouseRules, date]
) -> dict[str, Days]:
    counts = day_sums(session, lines.keys(), bounds) if lines else {}
    disallowed = disallowed_days(session, lines.keys(), bounds) if lines else {}
    found: dict[str, Days] = {}
    for line_id, line in lines.items():
        days = aired_days(line, counts.get(line_id, {}), house)
        by_day = found.setdefault(line.makegood_for or "", {})
        for day, units in days.items():
            counted = max(0, units - disallowed.get(line_id, {}).get(day, 0))
            by_day[day] = by_day.get(day, 0) + counted
    return found


def aired_days(line: Line, by_source: Mapping[str, Days], house: tuple[HouseRules, date]) -> Days:
    """Units of a make-good line by day, of the source that controls it, inside its flight."""
    rules, last_day = house
    if line.billing_source is BillingSource.CONTRACTED:
        return contracted_days(line, last_day)
    sources = sorted(name for name in by_source if rules.kind_of(name) == line.billing_source.value)
    if not sources:
        return {}
    return {day: units for day, units in by_source[sources[0]].items() if line.runs_on(day)}
