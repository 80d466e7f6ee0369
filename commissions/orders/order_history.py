"""What an order said before: its revisions, and what each changed in its line items."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from commissions.facts.fact_models import LineItem, LineRevision, LineStatus, OrderRevision


class Changed(StrEnum):
    ADDED = "added"
    UNITS = "units"
    RATE = "rate"
    FLIGHT = "flight"
    CANCELLED = "cancelled"
    TERMS = "terms"


@dataclass(frozen=True, slots=True)
class LineChange:
    """One thing that a revision changed in a line, with the value before (empty for a new line) and after."""

    line_ref: str
    what: Changed
    before: str
    after: str
    valid_from: date | None


@dataclass(frozen=True, slots=True)
class OrderChange:
    revision: OrderRevision
    changes: Sequence[LineChange]


def order_history(session: Session, order_ref: str, line_ids: Collection[int]) -> list[OrderChange]:
    """Every revision of the order, the newest first, with the changes of these lines: one query."""
    terms = and_(LineRevision.line_id == LineItem.id, LineRevision.order_revision == OrderRevision.revision)
    query = (
        select(OrderRevision, LineItem.line_ref, LineRevision)
        .outerjoin(LineItem, and_(LineItem.order_ref == OrderRevision.order_ref, LineItem.id.in_(line_ids)))
        .outerjoin(LineRevision, terms)
        .where(OrderRevision.order_ref == order_ref)
        .order_by(OrderRevision.revision, LineItem.line_ref, LineRevision.revision)
    )
    changes: dict[int, tuple[OrderRevision, list[LineChange]]] = {}
    before: dict[str, LineRevision] = {}
    for revision, line_ref, after in session.execute(query):
        told = changes.setdefault(revision.revision, (revision, []))[1]
        if after is not None:
            told.extend(_changes(line_ref, before.get(line_ref), after))
            before[line_ref] = after
    return [OrderChange(*changes[number]) for number in sorted(changes, reverse=True)]


def _changes(line_ref: str, before: LineRevision | None, after: LineRevision) -> Iterator[LineChange]:
    start = after.valid_from
    if before is None:
        yield LineChange(line_ref, Changed.ADDED, "", str(after.booked_units), start)
        return
    told = False
    for what, old, new in _compared(before, after):
        if old != new:
            told = True
            yield LineChange(line_ref, what, old, new, start)
    if after.status is LineStatus.CANCELLED and before.status is not LineStatus.CANCELLED:
        told = True
        day = after.cancelled_on.isoformat() if after.cancelled_on else ""
        yield LineChange(line_ref, Changed.CANCELLED, "", day, start)
    if not told:
        yield LineChange(line_ref, Changed.TERMS, "", "", start)


def _compared(before: LineRevision, after: LineRevision) -> Iterator[tuple[Changed, str, str]]:
    yield Changed.UNITS, str(before.booked_units), str(after.booked_units)
    yield Changed.RATE, before.rate, after.rate
    yield Changed.FLIGHT, _flight(before), _flight(after)


def _flight(terms: LineRevision) -> str:
    return f"{terms.first_day.isoformat()}/{(terms.end_day - timedelta(days=1)).isoformat()}"
