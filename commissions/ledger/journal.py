"""Double entry: every transfer is two rows that sum to zero in one currency; rows are only ever added."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, case, func, insert, select, union_all
from sqlalchemy.orm import Session

from commissions.facts.service_calendar import Span
from commissions.ledger.ledger_models import Account, Event, LedgerEntry
from portal.kernel.db import add_tuples

# as the rows of a journal have them
ENTRY_COLUMNS = (
    "entry",
    "period",
    "dated",
    "account",
    "partner_ref",
    "line_ref",
    "currency",
    "debit_minor",
    "credit_minor",
    "event",
    "source",
)


class Transfer(NamedTuple):
    """An amount in minor units from the credited to the debited account; negative is the other way round."""

    debit: Account
    credit: Account
    amount: int
    currency: str
    partner_ref: str
    line_ref: str | None
    event: Event
    source: str
    # the day of an event that has one of its own (payout, adjustment); else the last day of the period
    dated: date | None = None


class Journal:
    """Numbers entries and writes them many at once. One exists at a time, under the lock of the books."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._last = last_entry(session)
        self._rows: list[tuple[Any, ...]] = []

    def enter(self, transfer: Transfer, period: Span) -> int:
        """Put down a transfer of a period; returns the entry's number."""
        self._last += 1
        debit, credit = transfer.debit, transfer.credit
        if transfer.amount < 0:
            debit, credit = credit, debit
        amount = abs(transfer.amount)
        when = (self._last, period.ref, transfer.dated or period.last_day)
        whose = (transfer.partner_ref, transfer.line_ref, transfer.currency)
        why = (transfer.event, transfer.source)
        self._rows.append((*when, debit, *whose, amount, 0, *why))
        self._rows.append((*when, credit, *whose, 0, amount, *why))
        return self._last

    def write(self) -> None:
        """Add what was put down since the last time."""
        add_tuples(self._session, LedgerEntry, ENTRY_COLUMNS, self._rows)
        self._rows = []


def last_entry(session: Session) -> int:
    """The number of the newest entry, 0 in an empty ledger."""
    return session.scalar(select(func.max(LedgerEntry.entry))) or 0


def enter_sides(session: Session, *sides: Select[*tuple[object, ...]]) -> None:
    """Enter many transfers of one event in one statement: a row for each side, in a journal's order."""
    rows = union_all(*sides).subquery()
    # the side that is debited first, as in every entry
    ordered = select(rows).order_by(rows.c.entry, rows.c.debit_minor.desc())
    session.execute(insert(LedgerEntry).from_select(ENTRY_COLUMNS, ordered))


def positive(amount: SQLColumnExpression[int]) -> ColumnElement[int]:
    """What of an amount stands on a side: nothing where it is negative, and stands on the other one."""
    return case((amount > 0, amount), else_=0)
