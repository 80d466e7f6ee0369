"""What became, after a statement was issued, of what was not payable then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from commissions.adjustments.adjustment_models import (
    Adjustment,
    Hold,
    Holdback,
    HoldbackRelease,
    HoldEnd,
    HoldEnding,
)
from commissions.adjustments.taken_over import is_undated
from commissions.ledger.ledger_models import Statement


class Outcome(StrEnum):
    RELEASED = "released"
    LIFTED = "lifted"
    UPHELD = "upheld"
    MADE_PAYABLE = "made_payable"


_ENDED = {HoldEnding.LIFTED: Outcome.LIFTED, HoldEnding.UPHELD: Outcome.UPHELD}


@dataclass(frozen=True, slots=True)
class Part:
    """Minor units, until when they waited where that is known, and what became of them on which day."""

    minor: int
    until: date | None = None
    outcome: Outcome | None = None
    on: date | None = None


def held_back(session: Session, statement: Statement) -> Sequence[Part]:
    """What was held back, by its day; what of it was released later has an outcome."""
    if not statement.holdback_balance:
        return []
    left, released, seen = Counter[date](), Counter[tuple[date, date | None]](), set[int]()
    for row in session.execute(_holdbacks(statement)):
        if row.id not in seen:
            left[row.due_on] += row.withheld
            seen.add(row.id)
        if row.released is not None:
            left[row.due_on] -= row.released
        if row.released is not None and row.period > statement.period:
            released[row.due_on, row.issued_on] += row.released
    waits = [Part(minor, due_on) for due_on, minor in left.items()]
    freed = [Part(minor, due_on, Outcome.RELEASED, on) for (due_on, on), minor in released.items()]
    return sorted([*freed, *waits], key=lambda part: (part.until, part.on or date.max))


def on_hold(session: Session, statement: Statement) -> Sequence[Part]:
    """What the brand held, by how and when that ended."""
    query = (
        select(HoldEnd.ending, HoldEnd.ended_on, func.sum(Hold.amount_minor))
        .select_from(Hold)
        .outerjoin(HoldEnd, HoldEnd.hold_id == Hold.id)
        .where(
            *_own(Hold, statement),
            Hold.period <= statement.period,
            HoldEnd.id.is_(None) | (HoldEnd.period > statement.period),
        )
        .group_by(HoldEnd.ending, HoldEnd.ended_on)
        .order_by(HoldEnd.ended_on)
    )
    return [
        Part(int(minor), None, _ENDED[ending] if ending else None, ended_on)
        for ending, ended_on, minor in session.execute(query)
    ]


def held_since(session: Session, statement: Statement) -> int:
    """What the brand has put on hold since the statement and still holds, in minor units."""
    query = (
        select(func.sum(Hold.amount_minor))
        .outerjoin(HoldEnd, HoldEnd.hold_id == Hold.id)
        .where(*_own(Hold, statement), Hold.period > statement.period, HoldEnd.id.is_(None))
    )
    return int(session.scalar(query) or 0)


def taken_over(session: Session, statement: Statement, undated: int) -> Sequence[Part]:
    """What of commission without a due day two people made payable later, and what of it waits."""
    if not undated:
        return []
    query = (
        select(Adjustment.effective_on, func.sum(Adjustment.amount_minor))
        .where(
            *is_undated(),
            *_own(Adjustment, statement),
            Adjustment.period > statement.period,
            Adjustment.import_id.is_(None),
            Adjustment.amount_minor < 0,
        )
        .group_by(Adjustment.effective_on)
        .order_by(Adjustment.effective_on)
    )
    found, left = [], undated
    for on, minor in session.execute(query):
        made = max(min(left, -int(minor)), 0)
        found.append(Part(made, None, Outcome.MADE_PAYABLE, on))
        left -= made
    return [*found, Part(left)]


def _holdbacks(statement: Statement) -> Select[int, date, int, str, int, date]:
    """With each release, and the day on which the statement was issued that has it."""
    by = (
        (Statement.period == HoldbackRelease.period)
        & (Statement.partner_ref == Holdback.partner_ref)
        & (Statement.currency == Holdback.currency)
    )
    return (
        select(
            Holdback.id,
            Holdback.due_on,
            Holdback.amount_minor.label("withheld"),
            HoldbackRelease.period,
            HoldbackRelease.amount_minor.label("released"),
            Statement.issued_on,
        )
        .outerjoin(HoldbackRelease, HoldbackRelease.holdback_id == Holdback.id)
        .outerjoin(Statement, by)
        .where(*_own(Holdback, statement), Holdback.period <= statement.period)
        .order_by(Holdback.due_on, HoldbackRelease.period)
    )


def _own(of: type[Hold | Holdback | Adjustment], statement: Statement) -> list[ColumnElement[bool]]:
    return [of.partner_ref == statement.partner_ref, of.currency == statement.currency]
