"""Ledger entries of what moved to payable: both sides of a whole close in one statement (2.9, gates met)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, literal, select
from sqlalchemy.orm import Session

from commissions.facts.fact_models import LineItem
from commissions.facts.service_calendar import Span
from commissions.ledger.journal import enter_sides, positive
from commissions.ledger.ledger_models import Account, Event, LedgerEntry, PayableMove


def enter_moves(session: Session, days: Span) -> None:
    """Enter every move of a period: accrued against payable; a negative one goes the other way round."""
    enter_sides(session, _side(Account.ACCRUED, days), _side(Account.PAYABLE, days))


def _side(account: Account, days: Span) -> Select[*tuple[object, ...]]:
    amount = PayableMove.amount_minor if account is Account.ACCRUED else -PayableMove.amount_minor
    columns = LedgerEntry.__table__.c
    return (
        select(
            PayableMove.entry.label("entry"),
            PayableMove.period,
            literal(days.last_day, columns.dated.type).label("dated"),
            literal(account, columns.account.type).label("account"),
            PayableMove.payee_ref,
            LineItem.line_ref,
            PayableMove.currency,
            positive(amount).label("debit_minor"),
            positive(-amount).label("credit_minor"),
            literal(Event.GATES_MET, columns.event.type).label("event"),
            _source().label("source"),
        )
        .join(LineItem, LineItem.id == PayableMove.line_id)
        .where(PayableMove.period == days.ref)
    )


def _source() -> ColumnElement[str]:
    return LineItem.line_ref + "/" + PayableMove.component + "/" + PayableMove.service_period
