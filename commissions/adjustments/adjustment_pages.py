"""Adjustments, holds and what partners owe, as finance reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from commissions.adjustments.adjustment_models import Adjustment, Hold, HoldEnd
from commissions.adjustments.taken_over import TakenOver, taken_over
from commissions.ledger.balances import balance_rows
from commissions.ledger.ledger_models import Account
from partners.models import Organisation
from portal.kernel.money import Money


@dataclass(frozen=True, slots=True)
class AdjustmentRows:
    """One page of a list, latest first, and how many there are in all."""

    rows: Sequence[Adjustment]
    total: int


@dataclass(frozen=True, slots=True)
class HoldRow:
    """A hold, and how it ended; it stands where it did not."""

    hold: Hold
    end: HoldEnd | None


@dataclass(frozen=True, slots=True)
class Owing:
    """What a partner owes in a currency."""

    partner_ref: str
    amount: Money


def adjustment_rows(session: Session, *, text: str, limit: int, offset: int) -> AdjustmentRows:
    """`text` is part of a partner's ref or name, of the adjustment's ref, or of its reason."""
    fits = _fits(text, Adjustment.partner_ref, Adjustment.adjustment_ref, Adjustment.reason)
    total = session.scalar(select(func.count()).select_from(Adjustment).where(*fits)) or 0
    query = select(Adjustment).where(*fits).order_by(Adjustment.id.desc()).limit(limit).offset(offset)
    return AdjustmentRows(session.scalars(query).all(), total)


def hold_rows(session: Session, *, text: str, limit: int) -> list[HoldRow]:
    """Those that stand first, then the latest."""
    query = (
        select(Hold, HoldEnd)
        .outerjoin(HoldEnd, HoldEnd.hold_id == Hold.id)
        .where(*_fits(text, Hold.partner_ref, Hold.hold_ref, Hold.reason))
        .order_by(HoldEnd.id.is_not(None), Hold.id.desc())
        .limit(limit)
    )
    return [HoldRow(hold, end) for hold, end in session.execute(query)]


def owing(session: Session, *, text: str) -> list[Owing]:
    """Partners with a receivable, by ref."""
    rows = balance_rows().c
    key, minor = (rows.partner_ref, rows.currency), -func.sum(rows.amount)
    query = (
        select(*key, minor)
        .where(rows.account == Account.RECEIVABLE, *_fits(text, rows.partner_ref))
        .group_by(*key)
        .having(minor > 0)
        .order_by(*key)
    )
    return [Owing(ref, Money(int(owed), currency)) for ref, currency, owed in session.execute(query)]


def waiting_openings(session: Session, *, text: str) -> Sequence[TakenOver]:
    """What was taken over without a due day and waits, by partner."""
    fits = _fits(text, Adjustment.partner_ref)
    return taken_over(session, partner_refs=fits[0] if fits else None)


def _fits(text: str, *columns: ColumnElement[str] | InstrumentedAttribute[str]) -> list[ColumnElement[bool]]:
    if not text:
        return []
    pattern = f"%{text.lower()}%"
    named = select(Organisation.ref).where(func.lower(Organisation.name).like(pattern))
    parts = [func.lower(column).like(pattern) for column in columns]
    return [or_(columns[0].in_(named), *parts)]
