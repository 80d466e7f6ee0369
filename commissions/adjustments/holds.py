"""Holds by the brand: an amount is kept from payment, and lifted or upheld later, by two people (2.8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commissions.adjustments.adjusting import (
    Adjusting,
    Signed,
    check_partner_and_day,
    event_day,
    is_believed,
    post_adjustments,
    posting_span,
)
from commissions.adjustments.adjustment_errors import (
    AdjustmentNeedsReason,
    AmountNotPositive,
    DayNotBelieved,
    HoldHasEnded,
    MoreThanPayable,
)
from commissions.adjustments.adjustment_models import (
    AdjustedAccount,
    AdjustmentKind,
    Hold,
    HoldEnd,
    HoldEnding,
)
from commissions.facts.book_lock import lock_books
from commissions.facts.service_calendar import Span
from commissions.ledger.balances import Balance, balances
from commissions.ledger.journal import Journal, Transfer
from commissions.ledger.ledger_models import Account, Event
from commissions.ledger.periods import books, ensure_periods
from portal.kernel.errors import NotFound
from portal.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Holding:
    """What is to be held, in positive minor units."""

    partner_ref: str
    currency: str
    amount: int
    reason: str
    placed_on: date


@dataclass(frozen=True, slots=True)
class Ending:
    """How a hold is to end, and why."""

    hold_ref: str
    reason: str
    ended_on: date


def place_hold(session: Session, holding: Holding, signed: Signed) -> Hold:
    """Move an amount from payable to held.

    Raises SamePerson, NoSuchPartner, AmountNotPositive, AdjustmentNeedsReason, DayNotBelieved or
    MoreThanPayable.
    """
    signed.check()
    lock_books(session)
    check_holding(session, holding, signed)
    days = posting_span(holding.placed_on, books(session), signed.house)
    ref = f"HOLD-{(session.scalar(select(func.max(Hold.id))) or 0) + 1:04d}"
    moving = Transfer(
        debit=Account.PAYABLE,
        credit=Account.HELD,
        amount=holding.amount,
        currency=holding.currency,
        partner_ref=holding.partner_ref,
        line_ref=None,
        event=Event.HELD,
        source=ref,
        dated=event_day(holding.placed_on, days),
    )
    hold = Hold(
        hold_ref=ref,
        partner_ref=holding.partner_ref,
        currency=holding.currency,
        amount_minor=holding.amount,
        reason=holding.reason.strip(),
        placed_on=holding.placed_on,
        period=days.ref,
        entry=_enter(session, moving, days, signed),
        **_signature(signed),
    )
    session.add(hold)
    session.flush()
    return hold


def check_holding(session: Session, holding: Holding, signed: Signed) -> None:
    """Raises NoSuchPartner, DayNotBelieved, AmountNotPositive, AdjustmentNeedsReason or MoreThanPayable."""
    check_partner_and_day(session, holding.partner_ref, holding.placed_on, signed)
    if holding.amount <= 0:
        raise AmountNotPositive
    if not holding.reason.strip():
        raise AdjustmentNeedsReason
    days = posting_span(holding.placed_on, books(session), signed.house)
    payable = payable_now(session, holding.partner_ref, holding.currency, through=days.ref)
    if holding.amount > payable:
        raise MoreThanPayable(Money(payable, holding.currency))


def lift_hold(session: Session, ending: Ending, signed: Signed) -> HoldEnd:
    """Give the amount back to payable. Raises NotFound, HoldHasEnded, SamePerson or AdjustmentNeedsReason."""
    hold = _locked(session, ending, signed)
    days = posting_span(max(ending.ended_on, hold.placed_on), books(session), signed.house)
    moving = Transfer(
        debit=Account.HELD,
        credit=Account.PAYABLE,
        amount=hold.amount_minor,
        currency=hold.currency,
        partner_ref=hold.partner_ref,
        line_ref=None,
        event=Event.HOLD_LIFTED,
        source=hold.hold_ref,
        dated=event_day(ending.ended_on, days),
    )
    entry = _enter(session, moving, days, signed)
    return _ended(session, hold, HoldEnding.LIFTED, (days.ref, entry), (ending, signed))


def uphold_hold(session: Session, ending: Ending, signed: Signed) -> HoldEnd:
    """The amount is not paid: it reverses expense and stands on the statement. Raises as lift_hold."""
    hold = _locked(session, ending, signed)
    (adjustment,) = post_adjustments(
        session,
        [
            Adjusting(
                ref=f"{hold.hold_ref}-upheld",
                partner_ref=hold.partner_ref,
                currency=hold.currency,
                amount=-hold.amount_minor,
                effective_on=max(ending.ended_on, hold.placed_on),
                reason=ending.reason,
                kind=AdjustmentKind.HOLD_UPHELD,
                account=AdjustedAccount.HELD,
                source=hold.hold_ref,
            )
        ],
        signed,
    )
    where = (adjustment.period, adjustment.entry)
    return _ended(session, hold, HoldEnding.UPHELD, where, (ending, signed))


def payable_now(session: Session, partner_ref: str, currency: str, *, through: str) -> int:
    """What of account 2310 is free in a period and still is today, in minor units; never below 0."""
    key = (partner_ref, currency)
    then = balances(session, through=through, partner_ref=partner_ref).get(key, Balance())
    today = balances(session, partner_ref=partner_ref).get(key, Balance())
    return max(min(then.of(Account.PAYABLE), today.of(Account.PAYABLE)), 0)


def _enter(session: Session, transfer: Transfer, days: Span, signed: Signed) -> int:
    journal = Journal(session)
    entry = journal.enter(transfer, days)
    journal.write()
    ensure_periods(session, {days.ref}, signed.house.calendar)
    return entry


def _locked(session: Session, ending: Ending, signed: Signed) -> Hold:
    signed.check()
    lock_books(session)
    return standing_hold(session, ending, signed)


def standing_hold(session: Session, ending: Ending, signed: Signed) -> Hold:
    """The hold, if it can end so. Raises NotFound, HoldHasEnded, AdjustmentNeedsReason or DayNotBelieved."""
    if not ending.reason.strip():
        raise AdjustmentNeedsReason
    if not is_believed(ending.ended_on, signed):
        raise DayNotBelieved(ending.ended_on.isoformat())
    hold = session.scalar(select(Hold).where(Hold.hold_ref == ending.hold_ref))
    if hold is None:
        raise NotFound
    if session.scalar(select(HoldEnd.id).where(HoldEnd.hold_id == hold.id)) is not None:
        raise HoldHasEnded(hold.hold_ref)
    return hold


def _ended(
    session: Session, hold: Hold, how: HoldEnding, where: tuple[str, int], said: tuple[Ending, Signed]
) -> HoldEnd:
    ending, signed = said
    end = HoldEnd(
        hold_id=hold.id,
        ending=how,
        reason=ending.reason.strip(),
        ended_on=ending.ended_on,
        period=where[0],
        entry=where[1],
        **_signature(signed),
    )
    session.add(end)
    session.flush()
    return end


def _signature(signed: Signed) -> dict[str, object]:
    return {"recorded_at": signed.at, "recorded_by": signed.by, "approved_by": signed.approved_by}
