"""Rows that could be read but not believed: kept once, shown, decided, and judged again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, insert, select
from sqlalchemy.orm import Session

from commissions.facts.book_lock import lock_books
from commissions.facts.import_models import Decision, ImportKind, QuarantinedRow
from commissions.ledger.ledger_models import Period
from portal.kernel.errors import Conflict, NotFound, Refusal
from portal.kernel.verdicts import Taking, Verdict

# only a person can say which of two contradicting rows of one file is right
DECIDED_BY_PEOPLE = frozenset({"order_differs", "line_differs", "partner_differs"})


# nothing happened on a day that has not come; the row is judged again when it has
DAY_TO_COME = "day_to_come"
# the day of what a row tells, as its kind of file calls it
_OWN_DAYS = ("service_date", "issued_on", "received_on", "on")


class ReasonNeeded(Refusal):
    def __init__(self) -> None:
        super().__init__("Say why the row does not count.")


class AlreadyDecided(Conflict):
    def __init__(self) -> None:
        super().__init__("Someone decided about this row before.")


class NotDismissed(Conflict):
    def __init__(self) -> None:
        super().__init__("This row is not dismissed, so there is nothing to take back.")


@dataclass(frozen=True, slots=True)
class Doubted:
    """A row on its way into quarantine."""

    number: int
    cells: Mapping[str, str]
    verdict: Verdict
    line_ref: str | None = None
    service_date: date | None = None


class Kept(NamedTuple):
    """How many of some doubted rows are open now, and how many contents are new in quarantine."""

    open: int
    new: int


def own_day(cells: Mapping[str, str]) -> date | None:
    """The day from which a row of a file counts: it keeps that day's period open, and none before it.

    A credit note may name an earlier month. Orders, which reach over their whole flight, have none.
    """
    days = [cells[name] for name in _OWN_DAYS if cells.get(name)]
    if cells.get("service_month"):
        days.append(f"{cells['service_month']}-01")
    return date.fromisoformat(min(days)) if days else None


def keep_doubted(session: Session, kind: ImportKind, doubted: Sequence[Doubted], taking: Taking) -> Kept:
    """Put rows into quarantine, each content once."""
    hashes = _content_hashes(session, kind, doubted, taking)
    query = select(QuarantinedRow.content_hash, QuarantinedRow.decided_at).where(
        QuarantinedRow.kind == kind, QuarantinedRow.content_hash.in_(hashes)
    )
    decided_at = {row.content_hash: row.decided_at for row in session.execute(query)}
    new = {
        content_hash: _values(kind, row, content_hash, taking)
        for content_hash, row in zip(hashes, doubted, strict=True)
        if content_hash not in decided_at
    }
    if new:
        session.execute(insert(QuarantinedRow), list(new.values()))
    still_open = sum(1 for content_hash in hashes if decided_at.get(content_hash) is None)
    return Kept(still_open, len(new))


def _content_hashes(
    session: Session, kind: ImportKind, doubted: Sequence[Doubted], taking: Taking
) -> list[str]:
    """One hash a content. A count without a revision that differs from the one before it is a new content:
    there the order of arrival is the meaning (domain-commissions 2.2).
    """
    plain = [_hash(row.cells) for row in doubted]
    if kind is not ImportKind.DELIVERIES or all("revision" in row.cells for row in doubted):
        return plain
    latest = _latest_cells(session, doubted)
    hashes = []
    for content_hash, row in zip(plain, doubted, strict=True):
        key = _delivery_key(row.cells)
        before = latest.get(key)
        latest[key] = dict(row.cells)
        changes = "revision" not in row.cells and before is not None and before != row.cells
        hashes.append(
            _hash({**row.cells, "#": f"{taking.import_id}:{row.number}"}) if changes else content_hash
        )
    return hashes


def _latest_cells(session: Session, doubted: Sequence[Doubted]) -> dict[tuple[str, ...], dict[str, str]]:
    query = (
        select(QuarantinedRow.cells)
        .where(
            QuarantinedRow.kind == ImportKind.DELIVERIES,
            QuarantinedRow.line_ref.in_({row.line_ref for row in doubted}),
            QuarantinedRow.service_date.in_({row.service_date for row in doubted}),
        )
        .order_by(QuarantinedRow.id)
    )
    return {_delivery_key(cells): cells for cells in session.scalars(query)}


def _delivery_key(cells: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(cells.get(name, "") for name in ("source", "line_ref", "station", "service_date"))


def _hash(cells: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(dict(cells), sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _values(kind: ImportKind, row: Doubted, content_hash: str, taking: Taking) -> dict[str, object]:
    return {
        "kind": kind,
        "import_id": taking.import_id,
        "row_number": row.number,
        "content_hash": content_hash,
        "cells": dict(row.cells),
        "reason": row.verdict.reason,
        "sentence": row.verdict.sentence,
        "line_ref": row.line_ref,
        "service_date": row.service_date,
        "quarantined_at": taking.at,
    }


def open_rows(
    session: Session, kind: ImportKind | None = None, *, after_id: int = 0, limit: int = 100
) -> list[QuarantinedRow]:
    """Rows that wait for a decision, oldest first."""
    query = select(QuarantinedRow).where(QuarantinedRow.decided_at.is_(None), QuarantinedRow.id > after_id)
    if kind is not None:
        query = query.where(QuarantinedRow.kind == kind)
    return list(session.scalars(query.order_by(QuarantinedRow.id).limit(limit)))


def open_count(session: Session) -> int:
    """How many rows wait."""
    query = select(func.count()).select_from(QuarantinedRow).where(QuarantinedRow.decided_at.is_(None))
    return session.scalar(query) or 0


def blocking_count(session: Session, period: Period) -> int:
    """How many rows that wait block the close of the period."""
    return session.scalar(select(func.count()).select_from(QuarantinedRow).where(*blocks_close(period))) or 0


def blocks_close(period: Period) -> list[ColumnElement[bool]]:
    """Rows that wait, of service days up to the period's end, or without a day."""
    day = QuarantinedRow.service_date
    return [QuarantinedRow.decided_at.is_(None), day.is_(None) | (day < period.end_day)]


def dismiss(session: Session, row_id: int, *, by: str, at: datetime, note: str) -> QuarantinedRow:
    """Decide that a row does not count. It stays, with who decided, when and why."""
    # an import that believes the row at this moment, or another person, comes first or is told
    lock_books(session)
    row = session.get(QuarantinedRow, row_id, populate_existing=True)
    if row is None:
        raise NotFound
    if not row.is_open:
        raise AlreadyDecided
    if not note.strip():
        raise ReasonNeeded
    row.decided_at, row.decided_by, row.decision, row.note = at, by, Decision.DISMISSED, note.strip()
    session.flush()
    return row


def take_back_dismissal(session: Session, row_id: int) -> QuarantinedRow:
    """The row waits again, to be judged or decided; who dismissed it, and why, stays in the audit trail."""
    lock_books(session)
    row = session.get(QuarantinedRow, row_id, populate_existing=True)
    if row is None:
        raise NotFound
    if row.decision is not Decision.DISMISSED:
        raise NotDismissed
    row.decided_at = row.decided_by = row.decision = row.note = None
    session.flush()
    return row
