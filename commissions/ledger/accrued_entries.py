"""Ledger entries of new postings: both sides of a whole set in one statement (2.9, accrued)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    case,
    cast,
    literal,
    select,
)
from sqlalchemy.orm import Session

from commissions.ledger.journal import enter_sides, positive
from commissions.ledger.ledger_models import Account, Event, LedgerEntry, Posting


def enter_postings(session: Session, *, first: int, last: int, last_days: Mapping[str, date]) -> None:
    """Enter every posting whose entry's number is from `first` to `last`: expense against accrued commission.

    `last_days` has the last day of each of their posting periods. A negative amount goes the other way
    round.
    """
    # with both ends named, a database that has not counted its tables yet looks only there
    new = Posting.entry.between(first, last)
    enter_sides(session, _side(Account.EXPENSE, new, last_days), _side(Account.ACCRUED, new, last_days))


def _side(
    account: Account, new: ColumnElement[bool], last_days: Mapping[str, date]
) -> Select[*tuple[object, ...]]:
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
        positive(amount).label("debit_minor"),
        positive(-amount).label("credit_minor"),
        literal(Event.ACCRUED, table.event.type).label("event"),
        _source().label("source"),
    ).where(new)


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
