"""What has to hold of payouts in stored data: each ties to the ledger, and 2400 is what is on its way."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from commissions.ledger.ledger_models import Account, Event, LedgerEntry, Statement
from commissions.payouts.payout_models import Payout, PayoutEvent, PayoutStatus

_EVENTS = {
    PayoutStatus.SENT: Event.PAYOUT_SENT,
    PayoutStatus.CONFIRMED: Event.PAYOUT_CONFIRMED,
    PayoutStatus.RETURNED: Event.PAYOUT_RETURNED,
}

_HISTORIES = (
    [PayoutStatus.SENT],
    [PayoutStatus.SENT, PayoutStatus.CONFIRMED],
    [PayoutStatus.SENT, PayoutStatus.RETURNED],
    [PayoutStatus.SENT, PayoutStatus.CONFIRMED, PayoutStatus.RETURNED],
)


def broken_payouts(session: Session) -> Iterator[str]:
    """A sentence for each thing that does not hold."""
    yield from _histories(session)
    yield from _entries(session)
    yield from _on_the_way(session)


def _histories(session: Session) -> Iterator[str]:
    """Sent first, then confirmed, returned, or both in that order; never more than the statement let go."""
    query = (
        select(Payout, Statement.payable)
        .join(Statement, Statement.id == Payout.statement_id)
        .options(selectinload(Payout.events))
    )
    for payout, payable in session.execute(query):
        statuses = [event.status for event in payout.events]
        if statuses not in _HISTORIES:
            yield f"{payout.payout_ref} was not sent, then confirmed, returned, or both in that order."
        if not 0 < payout.amount_minor <= payable:
            yield f"{payout.payout_ref} is not within the payable of {payout.statement}."


def _entries(session: Session) -> Iterator[str]:
    """Each event stands in the ledger with its amount, and the ledger has no other ones."""
    entry = (
        select(
            LedgerEntry.entry,
            func.min(LedgerEntry.event).label("event"),
            func.sum(LedgerEntry.credit_minor).label("amount"),
            func.min(LedgerEntry.source).label("source"),
        )
        .where(LedgerEntry.event.in_(_EVENTS.values()))
        .group_by(LedgerEntry.entry)
        .subquery()
    )
    query = (
        select(PayoutEvent.status, Payout.payout_ref, Payout.amount_minor, entry)
        .join(Payout, Payout.id == PayoutEvent.payout_id)
        .outerjoin(entry, entry.c.entry == PayoutEvent.entry)
    )
    seen = 0
    for status, ref, minor, number, event, amount, source in session.execute(query):
        seen += number is not None
        if (event, amount, source) != (_EVENTS[status], minor, ref):
            yield f"That {ref} was {status.value} is not what the ledger has."
    if seen != session.scalar(select(func.count()).select_from(entry)):
        yield "The ledger has entries of payouts that do not exist."


def _on_the_way(session: Session) -> Iterator[str]:
    answered = select(PayoutEvent.payout_id).where(PayoutEvent.status != PayoutStatus.SENT)
    sent = (
        select(Payout.currency, func.sum(Payout.amount_minor))
        .where(Payout.id.not_in(answered))
        .group_by(Payout.currency)
    )
    clearing = (
        select(LedgerEntry.currency, func.sum(LedgerEntry.credit_minor - LedgerEntry.debit_minor))
        .where(LedgerEntry.account == Account.CLEARING)
        .group_by(LedgerEntry.currency)
    )
    expected = {currency: int(minor) for currency, minor in session.execute(sent)}
    found = {currency: int(minor) for currency, minor in session.execute(clearing) if minor}
    for currency in sorted({*expected, *found}):
        if expected.get(currency, 0) != found.get(currency, 0):
            yield f"Account 2400 in {currency} is not what was sent and not answered."
