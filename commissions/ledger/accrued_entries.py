"""Ledger entries of new postings: both sides of a whole set in one statement (2.9, accrued)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    String,
    case,
    cast,
    insert,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from commissions.ledger.journal import ENTRY_COLUMNS
from commissions.ledger.ledger_models import Account, Event, LedgerEntry, Posting


def enter_postings(session: Session, *, after: int, last_days: Mapping[str, date]) -> None:
    """Enter every posting whose entry's number is above `after`: expense against accrued commission.

    `last_days` has the last day of each of their posting periods. A negative amount goes the other way
    round.
    """
    sides = union_all(_side(Account.EXPENSE, after, last_days), _side(Account.ACCRUED, after, last_days))
    rows = sides.subquery()
    # the side that is debited first, as in every entry
    ordered = select(rows).order_by(rows.c.entry, rows.c.debit_minor.desc())
    session.execute(insert(LedgerEntry).from_select(ENTRY_COLUMNS, ordered))


def _side(account: Account, after: int, last_days: Mapping[str, date]) -> Select[*tuple[object, ...]]:
    amount = Posting.amount_minor if account is Account.EXPENSE else -Posting.amount_minor
    table = LedgerEntry.__table__.c
    return select(
        Posting.entry.label("entry"),
        Posting.posting_period,
        case(last_days, value=Posting.posting_period).label("dated"),
        literal(account, table.account.type).label("account"),
        Posting.payee_ref,
        Posting.line_ref,
        Posting.currency,
        _positive(amount).label("debit_minor"),
        _positive(-amount).label("credit_minor"),
        literal(Event.ACCRUED, table.event.type).label("event"),
        _source().label("source"),
    ).where(Posting.entry > after)


def _positive(amount: SQLColumnExpression[int]) -> ColumnElement[int]:
    return case((amount > 0, amount), else_=0)


def _source() -> ColumnElement[str]:
    return (
        Posting.line_ref
        + "/"
        + Posting.component
        + "/"
        + Posting.service_period
        + "/"
        + cast(Posting.kind, String)
    )
