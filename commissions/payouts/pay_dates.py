"""When a partner can expect its money: the day expected, never a promise, or what stands in the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from commissions.ledger.ledger_models import Period, PeriodState, Statement
from commissions.ledger.periods import last_closed
from commissions.payouts import outcomes
from commissions.payouts.payable import LeftOut, LeftOutReason, payable_now, payables
from commissions.payouts.payout_models import Payout, PayoutStatus
from portal.kernel.identity import Identity
from portal.kernel.money import Money


class Pay(StrEnum):
    """Where the payable of a statement is."""

    CONFIRMED = "confirmed"
    SENT = "sent"
    RETURNED = "returned"
    RETURNED_BEFORE = "returned_before"
    EXPECTED = "expected"
    OVERDUE = "overdue"
    BANK_DATA_MISSING = "bank_data_missing"
    BANK_DATA_WAITS = "bank_data_waits"
    HELD = "held"
    USED_LATER = "used_later"
    CARRIED_ON = "carried_on"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class PayState:
    """Where the payable stands: `on` is the day of it or the day expected, `reason` the bank's words.

    `amount` is what is paid, or what waits; `left` what of it is payable again, after it came back. `held`
    is what the brand has put on hold since the statement. `is_latest`: no later month is closed.
    """

    pay: Pay
    amount: Money
    on: date | None = None
    reason: str = ""
    left: Money | None = None
    held: Money | None = None
    is_latest: bool = True


def expected_pay_day(closed_on: date, payout_day: int) -> date:
    """The first pay day (a day of the month, 1 to 28) after the day of the close."""
    if closed_on.day < payout_day:
        return closed_on.replace(day=payout_day)
    year, month = (closed_on.year + 1, 1) if closed_on.month == 12 else (closed_on.year, closed_on.month + 1)
    return date(year, month, payout_day)


def pay_state(session: Session, statement: Statement, *, at: datetime, payout_day: int) -> PayState:
    """Where the payable of an issued statement is now; the caller has shown that the asker may see it."""
    last = last_closed(session)
    if last is None or last.ref != statement.period:
        return replace(_of_earlier(session, statement), is_latest=False)
    state = _of_latest(session, statement, at=at, payout_day=payout_day)
    held = outcomes.held_since(session, statement)
    if not held or state.pay is Pay.HELD:
        return state
    return _beside(state, Money(held, statement.currency))


def _beside(state: PayState, held: Money) -> PayState:
    """What is on hold is taken first from what came back, whatever else became payable meanwhile."""
    if state.left is None:
        return replace(state, held=held)
    left = max(0, min(state.left.minor, state.amount.minor - held.minor))
    return replace(state, held=held, left=Money(left, held.currency))


def _of_earlier(session: Session, statement: Statement) -> PayState:
    payout = _payout(session, statement)
    if payout is not None:
        state = _paid(payout)
        return replace(state, pay=Pay.RETURNED_BEFORE) if state.pay is Pay.RETURNED else state
    if statement.payable <= 0:
        return PayState(Pay.NOTHING, Money(statement.closing, statement.currency))
    return PayState(Pay.CARRIED_ON, Money(statement.payable, statement.currency))


def _of_latest(session: Session, statement: Statement, *, at: datetime, payout_day: int) -> PayState:
    payout = _payout(session, statement)
    if payout is not None and payout.is_returned:
        balance = payables(session, partner_ref=payout.partner_ref).get((payout.partner_ref, payout.currency))
        left = Money(max(0, min(payout.amount_minor, balance or 0)), payout.currency)
        return replace(_paid(payout), left=left)
    if payout is not None:
        return _paid(payout)
    payable = Money(statement.payable, statement.currency)
    if statement.payable <= 0:
        return PayState(Pay.NOTHING, Money(statement.closing, statement.currency))
    now = payable_now(session, statement.period, at=at, by_hand=False, partner_ref=statement.partner_ref)
    left_out = next((one for one in now.left_out if one.statement == statement.number), None)
    if left_out is not None:
        return _left_out(left_out, payable)
    amount = next((one.amount for one in now.payable if one.statement == statement.number), payable)
    return _expected(amount, statement.issued_on, payout_day, at.date())


def _payout(session: Session, statement: Statement) -> Payout | None:
    return session.scalar(
        select(Payout).where(Payout.statement_id == statement.id).options(selectinload(Payout.events))
    )


def last_pay_states(
    session: Session, identity: Identity, *, at: datetime, payout_day: int
) -> Sequence[tuple[Statement, PayState]]:
    """The asker's own statements of the last closed period, by currency."""
    closed = select(Period.ref).where(Period.state == PeriodState.CLOSED).order_by(Period.ref.desc()).limit(1)
    query = select(Statement).where(
        Statement.partner_ref == identity.organisation_ref, Statement.period == closed.scalar_subquery()
    )
    own = session.scalars(query.order_by(Statement.currency)).all()
    return [(one, pay_state(session, one, at=at, payout_day=payout_day)) for one in own]


def _paid(payout: Payout) -> PayState:
    pays = {
        PayoutStatus.SENT: Pay.SENT,
        PayoutStatus.CONFIRMED: Pay.CONFIRMED,
        PayoutStatus.RETURNED: Pay.RETURNED,
    }
    last = payout.latest
    return PayState(pays[last.status], payout.amount, last.happened_on, last.reason or "")


def _left_out(left: LeftOut, payable: Money) -> PayState:
    pays = {
        LeftOutReason.HELD: Pay.HELD,
        LeftOutReason.USED_LATER: Pay.USED_LATER,
        LeftOutReason.NO_BANK_DATA: Pay.BANK_DATA_MISSING,
        LeftOutReason.BANK_DATA_WAITS: Pay.BANK_DATA_WAITS,
        LeftOutReason.BANK_DATA_COOLS: Pay.BANK_DATA_WAITS,
    }
    return PayState(pays[left.reason], payable, left.until.date() if left.until else None)


def _expected(amount: Money, issued_on: date, payout_day: int, today: date) -> PayState:
    day = expected_pay_day(issued_on, payout_day)
    return PayState(Pay.EXPECTED if day >= today else Pay.OVERDUE, amount, day)
