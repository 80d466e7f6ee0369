"""Issued statements, for those who may see them: a partner its own, finance and admin all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session

from commissions.ledger.ledger_models import Statement, StatementLine, StatementLineKind
from portal.kernel.errors import NotFound
from portal.kernel.identity import Identity


@dataclass(frozen=True, slots=True)
class StatementPage:
    """One page of a list, and how many there are in all."""

    rows: Sequence[Statement]
    total: int


# what a page shows of a line: columns, because an entity for each costs more
_SHOWN = (
    StatementLine.position,
    StatementLine.kind,
    StatementLine.order_ref,
    StatementLine.line_ref,
    StatementLine.advertiser,
    StatementLine.station,
    StatementLine.daypart,
    StatementLine.service_month,
    StatementLine.component,
    StatementLine.units_before,
    StatementLine.units_after,
    StatementLine.basis,
    StatementLine.rate,
    StatementLine.share,
    StatementLine.amount_before,
    StatementLine.amount_after,
    StatementLine.amount,
    StatementLine.corrects,
    StatementLine.explanation,
    StatementLine.posting_id,
)
StatedRow = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class LineGroup:
    """The lines of one kind: the first of them, how many there are, and the sum of all, in minor units."""

    kind: StatementLineKind
    lines: Sequence[StatedRow]
    count: int
    total: int


def statement_page(
    session: Session, identity: Identity, *, text: str = "", limit: int, offset: int = 0
) -> StatementPage:
    """Latest month first, partners by name; `text` is part of the number or of the partner's name."""
    visible = _visible(identity)
    if text:
        pattern = f"%{text.lower()}%"
        visible.append(
            func.lower(Statement.number).like(pattern) | func.lower(Statement.partner_name).like(pattern)
        )
    total = session.scalar(select(func.count()).select_from(Statement).where(*visible)) or 0
    rows = session.scalars(
        select(Statement)
        .where(*visible)
        .order_by(Statement.period.desc(), Statement.partner_name, Statement.currency)
        .limit(limit)
        .offset(offset)
    ).all()
    return StatementPage(rows, total)


def statements_after(session: Session, identity: Identity, *, after: str, limit: int) -> Sequence[Statement]:
    """For programs: in the order of the number's bytes, after one number."""
    return session.scalars(
        select(Statement)
        .where(*_visible(identity), Statement.number > after)
        .order_by(Statement.number)
        .limit(limit)
    ).all()


def statement(session: Session, identity: Identity, number: str) -> Statement:
    """Raises NotFound, alike for what does not exist and what is another partner's (R1)."""
    found = session.scalar(
        _OWN_BY_NUMBER if identity.is_partner else _BY_NUMBER,
        {"number": number, "partner_ref": identity.organisation_ref},
    )
    if found is None:
        raise NotFound
    return found


# what each page of a statement asks: to put it together would take longer than to find the row
_BY_NUMBER = select(Statement).where(Statement.number == bindparam("number"))
_OWN_BY_NUMBER = _BY_NUMBER.where(Statement.partner_ref == bindparam("partner_ref"))


def line_groups(
    session: Session, statement: Statement, *, most: int, text: str = "", opened: int | None = None
) -> list[LineGroup]:
    """By kind in the order of the statement, each with its first `most` lines: two queries.

    With `text`, only lines whose references, advertiser or station hold it. The line at the position
    `opened` is always among those of its kind.
    """
    asked = _sums_and_lines(text)
    given = {"statement_id": statement.id, "most": most, "opened": opened}
    sums = session.execute(asked.sums, given).all()
    shown: dict[StatementLineKind, list[StatedRow]] = {}
    for line in session.execute(asked.lines, given):
        shown.setdefault(line.kind, []).append(line)
    return [LineGroup(kind, shown[kind], count, int(total)) for kind, count, total, _ in sums]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked of a statement's lines, for a `statement_id`, `most` of a kind and one `opened`."""

    sums: Select[StatementLineKind, int, int, int]
    lines: Select[*tuple[Any, ...]]


@lru_cache(maxsize=100)
def _sums_and_lines(text: str) -> _Asked:
    wanted = [StatementLine.statement_id == bindparam("statement_id"), *_holding(text)]
    first = func.min(StatementLine.position)
    sums = (
        select(StatementLine.kind, func.count(), func.sum(StatementLine.amount), first)
        .where(*wanted)
        .group_by(StatementLine.kind)
        .order_by(first)
    )
    numbered = (
        select(
            StatementLine.id,
            func.row_number()
            .over(partition_by=StatementLine.kind, order_by=StatementLine.position)
            .label("number"),
        )
        .where(*wanted)
        .subquery()
    )
    lines = (
        select(*_SHOWN)
        .join(numbered, numbered.c.id == StatementLine.id)
        .where(or_(numbered.c.number <= bindparam("most"), StatementLine.position == bindparam("opened")))
        .order_by(StatementLine.position)
    )
    return _Asked(sums, lines)


def line_count(session: Session, statement: Statement) -> int:
    lines = select(func.count()).select_from(StatementLine)
    return session.scalar(lines.where(StatementLine.statement_id == statement.id)) or 0


def _holding(text: str) -> list[ColumnElement[bool]]:
    if not text:
        return []
    places = (
        StatementLine.line_ref,
        StatementLine.order_ref,
        StatementLine.advertiser,
        StatementLine.station,
    )
    return [or_(*(place.icontains(text, autoescape=True) for place in places))]


def lines_after(session: Session, statement: Statement, *, after: int, limit: int) -> Sequence[StatementLine]:
    """For programs: lines by position, after one position."""
    return session.scalars(
        select(StatementLine)
        .where(StatementLine.statement_id == statement.id, StatementLine.position > after)
        .order_by(StatementLine.position)
        .limit(limit)
    ).all()


def statement_line(session: Session, statement: Statement, position: int) -> StatementLine:
    """Raises NotFound."""
    found = session.scalar(
        select(StatementLine).where(
            StatementLine.statement_id == statement.id, StatementLine.position == position
        )
    )
    if found is None:
        raise NotFound
    return found


def _visible(identity: Identity) -> list[ColumnElement[bool]]:
    return [Statement.partner_ref == identity.organisation_ref] if identity.is_partner else []
