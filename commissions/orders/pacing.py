"""How a line item paces: delivered to date against the booked units spread over its flight, day by day."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from commissions.facts.delivered import source_names
from commissions.facts.fact_models import BillingSource, DeliveryRow, LineItem, LineRevision
from commissions.facts.house_rules import HouseRules
from commissions.facts.lines import Line
from commissions.facts.newest import is_newest_line
from commissions.orders.order_pages import visible_lines
from commissions.reckoning.billable import booked_before
from portal.kernel.identity import Identity

# charts that a page draws at once; the others open one by one
MOST_LINES = 12


@dataclass(frozen=True, slots=True)
class PaceDay:
    """A day of the flight: booked and delivered units up to and with it.

    `units` is the day's own count (None: not reported), `delivered` None for days to come. `before` is
    what an earlier revision had said, `made_good` what make-good lines aired on it.
    """

    day: date
    pace: int
    units: int | None
    delivered: int | None
    before: int | None = None
    made_good: int = 0


@dataclass(frozen=True, slots=True)
class Pacing:
    """A line's days from the first to the last that matters, and the make-good lines that name it."""

    days: Sequence[PaceDay]
    made_good_by: Sequence[str]
    end_day: date

    @property
    def counted(self) -> Sequence[PaceDay]:
        return [day for day in self.days if day.delivered is not None]

    @property
    def delivered(self) -> int:
        return self.counted[-1].delivered or 0 if self.counted else 0

    @property
    def aired(self) -> int:
        """What the line itself was counted, without its make-goods."""
        return sum(day.units or 0 for day in self.days)

    @property
    def expected(self) -> int:
        """Booked units up to the last day that is over."""
        return self.counted[-1].pace if self.counted else 0

    @property
    def unreported(self) -> int:
        """Days that are over, lie in the flight, and nobody has counted."""
        return sum(1 for day in self.counted if day.units is None and day.day < self.end_day)

    @property
    def restated(self) -> Sequence[PaceDay]:
        return [day for day in self.days if day.before is not None]


def pacing(
    session: Session, identity: Identity, lines: Sequence[Line], *, house: HouseRules, today: date
) -> dict[int, Pacing]:
    """By line id, of lines that the asker may see: three queries, whatever the number of lines."""
    helpers = _helpers(session, identity, {line.line_ref for line in lines})
    ids = [line.line_id for line in lines] + [line_id for found in helpers.values() for line_id, _ in found]
    rows = _rows(session, ids)
    names = source_names(session)
    found = {}
    for line in lines:
        own = _counts(rows.get(line.line_id, ()), line, house, names)
        made: dict[date, int] = {}
        for helper, _ in helpers.get(line.line_ref, ()):
            for row in _latest(rows.get(helper, ())).values():
                made[row.service_date] = made.get(row.service_date, 0) + row.units
        refs = [ref for _, ref in helpers.get(line.line_ref, ())]
        found[line.line_id] = Pacing(_days(line, own, made, today), refs, line.end_day)
    return found


def _helpers(session: Session, identity: Identity, refs: Collection[str]) -> dict[str, list[tuple[int, str]]]:
    """Make-good lines that the asker may see (id and ref) by the line that they make good."""
    query = (
        select(LineRevision.makegood_for, LineItem.id, LineItem.line_ref)
        .join(LineItem, LineItem.id == LineRevision.line_id)
        .where(LineRevision.makegood_for.in_(refs), is_newest_line(), *visible_lines(identity))
        .order_by(LineItem.line_ref)
    )
    found: dict[str, list[tuple[int, str]]] = {}
    for original, line_id, line_ref in session.execute(query):
        found.setdefault(str(original), []).append((line_id, line_ref))
    return found


def _rows(session: Session, ids: Sequence[int]) -> dict[int, list[DeliveryRow]]:
    query = (
        select(DeliveryRow)
        .where(DeliveryRow.line_id.in_(ids))
        .order_by(DeliveryRow.service_date, DeliveryRow.source_id, DeliveryRow.revision)
    )
    found: dict[int, list[DeliveryRow]] = {}
    for row in session.scalars(query):
        found.setdefault(row.line_id, []).append(row)
    return found


def _latest(rows: Sequence[DeliveryRow]) -> dict[tuple[date, int], DeliveryRow]:
    return {(row.service_date, row.source_id): row for row in rows}


def _counts(
    rows: Sequence[DeliveryRow], line: Line, house: HouseRules, names: Mapping[int, str]
) -> dict[date, tuple[int, int | None]]:
    """Units by day of the source that the line bills on, with what an earlier revision had said."""
    billed = line.billing_source
    kind = (BillingSource.OWN if billed is BillingSource.CONTRACTED else billed).value
    of_kind = {row.source_id for row in rows if house.kind_of(names[row.source_id]) == kind}
    if not of_kind:
        return {}
    source = min(of_kind, key=lambda one: names[one].encode())
    found: dict[date, tuple[int, int | None]] = {}
    for row in rows:
        if row.source_id == source:
            earlier = found.get(row.service_date)
            before = None if earlier is None or earlier[0] == row.units else earlier[0]
            found[row.service_date] = (row.units, before)
    return found


def _days(
    line: Line, own: Mapping[date, tuple[int, int | None]], made: Mapping[date, int], today: date
) -> list[PaceDay]:
    first = min([line.first_day, *own, *made])
    last = max([line.end_day - timedelta(days=1), *own, *made])
    total, days = 0, []
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        units, before = own.get(day, (None, None))
        total += (units or 0) + made.get(day, 0)
        pace = booked_before(
            day + timedelta(days=1), booked=line.booked_units, first_day=line.first_day, end_day=line.end_day
        )
        is_over = day < today or units is not None
        days.append(PaceDay(day, pace, units, total if is_over else None, before, made.get(day, 0)))
    return days
