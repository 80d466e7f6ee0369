"""What a closed month leaves to the next ones, written once: balances, and lines with accrued commission."""

from __future__ import annotations

from sqlalchemy.orm import Session

from commissions.adjustments.waiting import carry_left_accrued
from commissions.facts.book_lock import lock_books
from commissions.ledger.balances import carry_balances
from commissions.ledger.periods import last_closed


def is_carried(session: Session) -> bool:
    """Whether it is written of the last closed period, if there is one."""
    last = last_closed(session)
    return last is None or last.is_carried


def carry(session: Session) -> None:
    """Write it of the last closed period, unless it is written. A closed period never changes."""
    lock_books(session)
    last = last_closed(session)
    if last is None or last.is_carried:
        return
    carry_balances(session, last.ref)
    carry_left_accrued(session, last.ref)
    last.is_carried = True
    session.flush()
