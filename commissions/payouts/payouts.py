"""Payouts in batches: what is payable goes to the bank once; what the bank returns is owed again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from commissions.adjustments.adjusting import event_day
from commissions.facts.book_lock import lock_books
from commissions.facts.errors import SamePerson
from commissions.facts.house_rules import HouseRules
from commissions.facts.service_calendar import Span, period_of, span
from commissions.ledger.journal import Journal, Transfer
from commissions.ledger.ledger_models import Account, Event
from commissions.ledger.periods import books, ensure_periods, last_closed
from commissions.payouts.payable import Payable, PayableNow, payable_now
from commissions.payouts.payout_errors import (
    DayHasBatch,
    NoDebtor,
    NothingPayable,
    NotTheLastClosed,
    PaidBeforeTheEnd,
    PaidTooLate,
    PayableChanged,
    RoleCannotPay,
)
from commissions.payouts.payout_models import Payout, PayoutBatch, PayoutEvent, PayoutStatus
from portal.kernel.activity import OPERATOR, record
from portal.kernel.errors import NotFound
from portal.kernel.identity import Identity, Permission

FARTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Debtor:
    """From whose account is paid: an IBAN, or an account number where there is none."""

    name: str
    account: str
    bic: str


@dataclass(frozen=True, slots=True)
class BatchOrder:
    """What is to be paid, and when. `by_hand` pays partners without bank data too, from the CSV alone.

    `fingerprint` is of what the author saw (PayableNow); where it is given, nothing else is paid.
    """

    period: str
    pay_on: date
    debtor: Debtor | None
    by_hand: bool = True
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class PayoutApproval:
    """Author and second person; None is the operator at the command line."""

    author: Identity | None
    approver: Identity | None

    def check(self) -> None:
        """Raises RoleCannotPay or SamePerson."""
        if self.author is not None and not self.author.may(Permission.MONTH_WRITE):
            raise RoleCannotPay
        if self.approver is not None and not self.approver.may(Permission.CLOSE_APPROVE):
            raise RoleCannotPay
        if self.author and self.approver and self.author.user_id == self.approver.user_id:
            raise SamePerson

    @property
    def by(self) -> str:
        return OPERATOR if self.author is None else str(self.author.user_id)

    @property
    def approved_by(self) -> str:
        return OPERATOR if self.approver is None else str(self.approver.user_id)


def create_batch(
    session: Session, order: BatchOrder, *, approval: PayoutApproval, at: datetime, house: HouseRules
) -> PayoutBatch:
    """Send what is payable, once: the same order again is the batch that is there.

    What an author saw is another order where its day has a batch: that one pays something else. Raises
    SamePerson, RoleCannotPay, DayHasBatch, NotTheLastClosed, PaidBeforeTheEnd, PaidTooLate, NothingPayable,
    NoDebtor or PayableChanged.
    """
    approval.check()
    lock_books(session)
    there = batch_of(session, order.period, order.pay_on)
    if there is not None and order.fingerprint:
        raise DayHasBatch(there.ref, there.pay_on)
    if there is not None:
        return there
    check_order(session, order, today=house.business_day(at))
    now = payable_now(session, order.period, at=at, by_hand=order.by_hand)
    _check_payable(now, order)
    batch = PayoutBatch(
        ref=f"{order.period}-{order.pay_on:%Y%m%d}",
        period=order.period,
        pay_on=order.pay_on,
        debtor=asdict(order.debtor) if order.debtor else {},
        created_at=at,
        created_by=approval.by,
        approved_by=approval.approved_by,
    )
    session.add(batch)
    _send(session, batch, now.payable, house)
    record(
        session,
        "payouts created",
        ("payout batch", batch.ref),
        at=at,
        by=approval.approver or approval.author or OPERATOR,
        author=approval.by,
        payouts=len(now.payable),
        totals={currency: amount.text() for currency, amount in now.totals.items()},
    )
    session.flush()
    return batch


def check_order(session: Session, order: BatchOrder, *, today: date) -> None:
    """Raises NotTheLastClosed, PaidBeforeTheEnd or PaidTooLate."""
    last = last_closed(session)
    if last is None or last.ref != order.period:
        raise NotTheLastClosed(order.period, last.ref if last else None)
    if order.pay_on < last.end_day:
        raise PaidBeforeTheEnd(last.ref, last.last_day)
    if order.pay_on > max(today, last.end_day) + FARTHEST:
        raise PaidTooLate(order.pay_on)


def _check_payable(now: PayableNow, order: BatchOrder) -> None:
    if not now.payable:
        raise NothingPayable(now.period, len(now.left_out))
    if order.debtor is None and any(one.payee is not None for one in now.payable):
        raise NoDebtor
    if order.fingerprint and order.fingerprint != now.fingerprint:
        raise PayableChanged


def _send(session: Session, batch: PayoutBatch, payable: Sequence[Payable], house: HouseRules) -> None:
    days = posting_days(session, batch.pay_on, house)
    journal = Journal(session)
    for one in payable:
        payout = Payout(
            payout_ref=one.payout_ref,
            statement_id=one.statement_id,
            statement=one.statement,
            partner_ref=one.partner_ref,
            partner_name=one.partner_name,
            currency=one.amount.currency,
            amount_minor=one.amount.minor,
            payee_id=one.payee.id if one.payee else None,
        )
        sent = transfer_of(payout, PayoutStatus.SENT, days=days, on=batch.pay_on)
        payout.events.append(
            PayoutEvent(
                status=PayoutStatus.SENT,
                happened_on=batch.pay_on,
                entry=journal.enter(sent, days),
                recorded_at=batch.created_at,
            )
        )
        batch.payouts.append(payout)
    journal.write()


_ENTRIES = {
    PayoutStatus.SENT: (Account.PAYABLE, Account.CLEARING, Event.PAYOUT_SENT),
    PayoutStatus.CONFIRMED: (Account.CLEARING, Account.CASH, Event.PAYOUT_CONFIRMED),
    PayoutStatus.RETURNED: (Account.CLEARING, Account.PAYABLE, Event.PAYOUT_RETURNED),
}


def transfer_of(payout: Payout, status: PayoutStatus, *, days: Span, on: date) -> Transfer:
    """Debit and credit of domain-commissions 2.9; what returns after it was confirmed comes out of cash.

    `days` are those of the posting period, in which the transfer is dated.
    """
    debit, credit, event = _ENTRIES[status]
    if status is PayoutStatus.RETURNED and payout.latest.status is PayoutStatus.CONFIRMED:
        debit = Account.CASH
    return Transfer(
        debit=debit,
        credit=credit,
        amount=payout.amount_minor,
        currency=payout.currency,
        partner_ref=payout.partner_ref,
        line_ref=None,
        event=event,
        source=payout.payout_ref,
        dated=event_day(on, days),
    )


def posting_days(session: Session, day: date, house: HouseRules) -> Span:
    """The period in which an event of a day is posted: its own, or the first open one after it."""
    ref = books(session).posting_period(period_of(day, house.calendar))
    ensure_periods(session, [ref], house.calendar)
    return span(ref, house.calendar)


def batch_of(session: Session, period: str, pay_on: date) -> PayoutBatch | None:
    query = select(PayoutBatch).where(PayoutBatch.period == period, PayoutBatch.pay_on == pay_on)
    return session.scalar(query.options(_WITH_EVENTS))


def batch_by_ref(session: Session, ref: str) -> PayoutBatch:
    """Raises NotFound."""
    found = session.scalar(select(PayoutBatch).where(PayoutBatch.ref == ref).options(_WITH_EVENTS))
    if found is None:
        raise NotFound
    return found


def batches(session: Session, *, limit: int) -> Sequence[PayoutBatch]:
    """Latest first, with their payouts and what became of them."""
    query = select(PayoutBatch).order_by(PayoutBatch.pay_on.desc(), PayoutBatch.id.desc()).limit(limit)
    return session.scalars(query.options(_WITH_EVENTS)).all()


_WITH_EVENTS = selectinload(PayoutBatch.payouts).selectinload(Payout.events)
