"""What became, after a statement was issued, of what was not payable then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select
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
    released = _released(session, statement)
    found = []
    for due_on, minor in _withheld(session, statement):
        own = [part for part in released if part.until == due_on]
        found += [*own, Part(minor - sum(part.minor for part in own), due_on)]
    return found


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


def _withheld(session: Session, statement: Statement) -> Sequence[tuple[date, int]]:
    released = (
        select(HoldbackRelease.holdback_id, func.sum(HoldbackRelease.amount_minor).label("minor"))
        .where(HoldbackRelease.period <= statement.period)
        .group_by(HoldbackRelease.holdback_id)
        .subquery()
    )
    left = func.sum(Holdback.amount_minor - func.coalesce(released.c.minor, 0))
    query = (
        select(Holdback.due_on, left)
        .outerjoin(released, released.c.holdback_id == Holdback.id)
        .where(*_own(Holdback, statement), Holdback.period <= statement.period)
        .group_by(Holdback.due_on)
        .order_by(Holdback.due_on)
    )
    return [(due_on, int(minor)) for due_on, minor in session.execute(query)]


def _released(session: Session, statement: Statement) -> Sequence[Part]:
    """On the day on which the statement was issued that has it."""
    by = (
        (Statement.period == HoldbackRelease.period)
        & (Statement.partner_ref == Holdback.partner_ref)
        & (Statement.currency == Holdback.currency)
    )
    query = (
        select(Holdback.due_on, Statement.issued_on, func.sum(HoldbackRelease.amount_minor))
        .join(HoldbackRelease, HoldbackRelease.holdback_id == Holdback.id)
        .outerjoin(Statement, by)
        .where(
            *_own(Holdback, statement),
            Holdback.period <= statement.period,
            HoldbackRelease.period > statement.period,
        )
        .group_by(Holdback.due_on, Statement.issued_on)
        .order_by(Statement.issued_on)
    )
    return [
        Part(int(minor), due_on, Outcome.RELEASED, issued_on)
        for due_on, issued_on, minor in session.execute(query)
    ]


def _own(of: type[Hold | Holdback | Adjustment], statement: Statement) -> list[ColumnElement[bool]]:
    return [of.partner_ref == statement.partner_ref, of.currency == statement.currency]
