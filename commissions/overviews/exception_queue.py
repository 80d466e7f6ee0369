"""The queue of exceptions: rows nobody believed and lines that are not right, with owner, age and action."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Subquery,
    case,
    false,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from commissions.disputes.disputes import finance_people
from commissions.facts.cash import invoiced_net
from commissions.facts.import_models import QuarantinedRow
from commissions.ledger.checklist import BLOCKING, Item
from commissions.ledger.exception_models import LineException
from commissions.ledger.ledger_models import LineStanding
from commissions.overviews.exceptions import sentence_of_line
from portal.kernel.activity import record
from portal.kernel.errors import NotFound, Refusal
from portal.kernel.identity import Identity
from portal.kernel.money import Money

KINDS = tuple(item for item in Item if item not in {Item.TRIAL_BALANCE, Item.MISSING_DAYS})


class NotOfFinance(Refusal):
    def __init__(self) -> None:
        super().__init__("The owner of an exception is somebody of finance.")


@dataclass(frozen=True, slots=True)
class Filter:
    """What is asked for; none or empty is everything. `owner_id` 0 is what nobody owns."""

    item: Item | None = None
    owner_id: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class QueuedException:
    """One exception: `subject_id` is the quarantined row's, with `row`, or the line's, with `standing`."""

    item: Item
    subject_id: int
    sentence: str
    order_ref: str | None
    line_ref: str | None
    since: datetime
    owner_id: int | None
    row: QuarantinedRow | None = None
    standing: LineStanding | None = None

    @property
    def blocks(self) -> bool:
        return self.item in BLOCKING


@dataclass(frozen=True, slots=True)
class ExceptionPage:
    rows: Sequence[QueuedException]
    total: int


def exception_page(session: Session, wanted: Filter, *, limit: int, offset: int = 0) -> ExceptionPage:
    """What blocks a close first, then the oldest."""
    queue, conditions = _queue(wanted)
    total = session.scalar(select(func.count()).select_from(queue).where(*conditions)) or 0
    blocks_first = case((queue.c.item.in_([item.value for item in BLOCKING]), 0), else_=1)
    found = session.execute(
        select(queue)
        .where(*conditions)
        .order_by(blocks_first, queue.c.since, queue.c.item, queue.c.subject_id)
        .limit(limit)
        .offset(offset)
    ).all()
    return ExceptionPage(_filled(session, found), total)


def exception_counts(session: Session) -> dict[Item, int]:
    """How many there are, by kind; kinds of which there are none are not there."""
    queue, _ = _queue(Filter())
    query = select(queue.c.item, func.count()).group_by(queue.c.item)
    found = {Item(item): int(count) for item, count in session.execute(query)}
    return {item: found[item] for item in KINDS if item in found}


def assign_exception(
    session: Session, identity: Identity, subject: tuple[Item, int], owner_id: int | None, *, at: datetime
) -> int | None:
    """Give it an owner of finance, or none; returns who it was. Raises NotFound or NotOfFinance."""
    item, subject_id = subject
    if owner_id is not None and owner_id not in {person.id for person in finance_people(session)}:
        raise NotOfFinance
    found: QuarantinedRow | LineException | None
    if item is Item.QUARANTINE:
        found = session.get(QuarantinedRow, subject_id)
    else:
        found = session.get(LineException, (item.value, subject_id))
    if found is None:
        raise NotFound
    before, found.owner_id = found.owner_id, owner_id
    record(session, "assigned", (f"{item} exception", str(subject_id)), at=at, by=identity, owner=owner_id)
    session.flush()
    return before


def _queue(wanted: Filter) -> tuple[Subquery, list[ColumnElement[bool]]]:
    rows = select(
        literal(Item.QUARANTINE.value).label("item"),
        QuarantinedRow.id.label("subject_id"),
        QuarantinedRow.line_ref.label("line_ref"),
        _text_null().label("order_ref"),
        QuarantinedRow.quarantined_at.label("since"),
        QuarantinedRow.owner_id.label("owner_id"),
    ).where(QuarantinedRow.decided_at.is_(None))
    lines = select(
        LineException.item,
        LineException.line_id,
        LineStanding.line_ref,
        LineStanding.order_ref,
        LineException.since,
        LineException.owner_id,
    ).join(LineStanding, LineStanding.line_id == LineException.line_id)
    queue = union_all(*_narrowed(rows, lines, wanted.item)).subquery()
    return queue, _conditions(queue, wanted)


def _narrowed(rows: Any, lines: Any, item: Item | None) -> list[Any]:
    if item is None:
        return [rows, lines]
    if item is Item.QUARANTINE:
        return [rows, lines.where(false())]
    return [rows.where(false()), lines.where(LineException.item == item.value)]


def _text_null() -> ColumnElement[str | None]:
    return func.nullif(literal(""), literal(""))


def _conditions(queue: Subquery, wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.owner_id == 0:
        found.append(queue.c.owner_id == null())
    elif wanted.owner_id is not None:
        found.append(queue.c.owner_id == wanted.owner_id)
    if wanted.text:
        pattern = f"%{wanted.text.lower()}%"
        found.append(
            func.lower(func.coalesce(queue.c.line_ref, "")).like(pattern)
            | func.lower(func.coalesce(queue.c.order_ref, "")).like(pattern)
        )
    return found


def _filled(session: Session, found: Sequence[Any]) -> list[QueuedException]:
    row_ids = [one.subject_id for one in found if one.item == Item.QUARANTINE]
    line_ids = [one.subject_id for one in found if one.item != Item.QUARANTINE]
    query = select(QuarantinedRow).where(QuarantinedRow.id.in_(row_ids))
    rows = {row.id: row for row in session.scalars(query)}
    known = select(LineStanding).where(LineStanding.line_id.in_(line_ids))
    standings = {line.line_id: line for line in session.scalars(known)}
    billed = invoiced_net(session, [one.subject_id for one in found if one.item == Item.BILLED])
    filled = []
    for one in found:
        row = rows[one.subject_id] if one.item == Item.QUARANTINE else None
        standing = None if row is not None else standings[one.subject_id]
        filled.append(
            QueuedException(
                item=Item(one.item),
                subject_id=one.subject_id,
                sentence=_said(Item(one.item), row, standing, billed.get(one.subject_id, 0)),
                order_ref=one.order_ref,
                line_ref=one.line_ref,
                since=one.since,
                owner_id=one.owner_id,
                row=row,
                standing=standing,
            )
        )
    return filled


def _said(item: Item, row: QuarantinedRow | None, standing: LineStanding | None, billed: int) -> str:
    if row is not None:
        return row.sentence
    assert standing is not None
    if item is not Item.BILLED:
        return sentence_of_line(item, standing)
    worth, invoiced = Money(standing.net_minor or 0, standing.currency), Money(billed, standing.currency)
    return f"Invoiced {invoiced.major:,} {standing.currency} net, delivered for {worth.major:,}."
