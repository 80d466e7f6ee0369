"""Double entry: every transfer is two rows that sum to zero in one currency; rows are only ever added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commissions.facts.service_calendar import Span
from commissions.ledger.ledger_models import Account, Event, LedgerEntry
from portal.kernel.db import add_rows


@dataclass(frozen=True, slots=True)
class Transfer:
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
        self._rows: list[dict[str, Any]] = []

    def enter(self, transfer: Transfer, period: Span) -> int:
        """Put down a transfer of a period; returns the entry's number."""
        self._last += 1
        debit, credit = transfer.debit, transfer.credit
        if transfer.amount < 0:
            debit, credit = credit, debit
        amount = abs(transfer.amount)
        for account, sides in ((debit, (amount, 0)), (credit, (0, amount))):
            self._rows.append(
                {
                    "entry": self._last,
                    "period": period.ref,
                    "dated": transfer.dated or period.last_day,
                    "account": account,
                    "partner_ref": transfer.partner_ref,
                    "line_ref": transfer.line_ref,
                    "currency": transfer.currency,
                    "debit_minor": sides[0],
                    "credit_minor": sides[1],
                    "event": transfer.event,
                    "source": transfer.source,
                }
            )
        return self._last

    def write(self) -> None:
        """Add what was put down since the last time."""
        add_rows(self._session, LedgerEntry, self._rows)
        self._rows = []


def last_entry(session: Session) -> int:
    """The number of the newest entry, 0 in an empty ledger."""
    return session.scalar(select(func.max(LedgerEntry.entry))) or 0
