"""Adjustments and opening balances: signed amounts with a reason, posted once and shown on a statement."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commissions.adjustments.adjustment_errors import (
    AccountDoesNotFit,
    AdjustmentNeedsReason,
    AmountIsNothing,
    AmountNotPositive,
    DayNotBelieved,
    MoreThanOwed,
    NoSuchPartner,
    RefTaken,
)
from commissions.adjustments.adjustment_models import AdjustedAccount, Adjustment, AdjustmentKind, Holdback
from commissions.facts.book_lock import lock_books
from commissions.facts.errors import SamePerson
from commissions.facts.house_rules import HouseRules
from commissions.facts.service_calendar import EARLIEST, Span, period_of, span
from commissions.ledger.balances import Balance, balances
from commissions.ledger.journal import Journal, Transfer
from commissions.ledger.ledger_models import Account
from commissions.ledger.periods import Books, books, ensure_periods
from partners.partner_queries import partners_among
from portal.kernel.activity import OPERATOR
from portal.kernel.money import Money

_DUE = frozenset({AdjustedAccount.ACCRUED, AdjustedAccount.HOLDBACK})


@dataclass(frozen=True, slots=True)
class Signed:
    """Who did it and who approved it (user ids as text, or "operator"), when, and how this house counts."""

    by: str
    at: datetime
    approved_by: str | None = None
    house: HouseRules = HouseRules()  # noqa: RUF009  frozen
    import_id: int | None = None

    def check(self) -> None:
        """Raises SamePerson."""
        if self.by == self.approved_by and self.by != OPERATOR:
            raise SamePerson


@dataclass(frozen=True, slots=True)
class Adjusting:
    """What is to be adjusted; the words of Adjustment. `amount` in minor units is the partner's gain."""

    ref: str
    partner_ref: str
    currency: str
    amount: int
    effective_on: date
    reason: str
    kind: AdjustmentKind = AdjustmentKind.ADJUSTMENT
    account: AdjustedAccount = AdjustedAccount.PAYABLE
    due_on: date | None = None
    source: str = ""

    def check(self) -> None:
        """Raises AmountIsNothing, AdjustmentNeedsReason or AccountDoesNotFit."""
        if self.amount == 0:
            raise AmountIsNothing
        if not self.reason.strip():
            raise AdjustmentNeedsReason
        opening = self.kind is AdjustmentKind.OPENING
        if self.kind is AdjustmentKind.ADJUSTMENT and self.account is not AdjustedAccount.PAYABLE:
            raise AccountDoesNotFit(
                "account", "Only an opening balance goes to another account than payable."
            )
        if opening and self.account not in {AdjustedAccount.PAYABLE, *_DUE}:
            raise AccountDoesNotFit("account", "An opening balance is payable, accrued or holdback.")
        if self.due_on is not None and not (opening and self.account in _DUE):
            raise AccountDoesNotFit("due_on", "Only an opening balance of accrued or holdback has a due day.")
        if self.account is AdjustedAccount.HOLDBACK and self.due_on is None:
            raise AccountDoesNotFit("due_on", "Holdback needs the day from which it is due.")
        if self.account is AdjustedAccount.HOLDBACK and self.amount < 0:
            raise AccountDoesNotFit("amount", "Holdback is above 0.")

    @property
    def content_hash(self) -> str:
        """Of everything but the ref; where the reason is written with other spaces it is the same."""
        said = (
            *(self.kind, self.account, self.partner_ref, self.currency, self.amount),
            *(self.effective_on.isoformat(), self.due_on.isoformat() if self.due_on else ""),
            *(self.reason.strip(), self.source),
        )
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def adjust(session: Session, adjusting: Adjusting, signed: Signed) -> Adjustment:
    """Record and post an adjustment; the same one again is the one that is there.

    Raises SamePerson, NoSuchPartner, RefTaken, DayNotBelieved and what Adjusting.check raises.
    """
    signed.check()
    adjusting.check()
    lock_books(session)
    there = session.scalar(select(Adjustment).where(Adjustment.adjustment_ref == adjusting.ref))
    if there is not None:
        if there.content_hash != adjusting.content_hash:
            raise RefTaken(adjusting.ref)
        return there
    check_partner_and_day(session, adjusting.partner_ref, adjusting.effective_on, signed)
    return post_adjustments(session, [adjusting], signed)[0]


def write_off_receivable(session: Session, writing_off: Adjusting, signed: Signed) -> Adjustment:
    """Give up what a partner owes; the amount is positive. Raises MoreThanOwed, and as adjust."""
    return _against_receivable(session, replace(writing_off, kind=AdjustmentKind.WRITE_OFF), signed)


def repay_receivable(session: Session, repaying: Adjusting, signed: Signed) -> Adjustment:
    """Note that a partner paid what it owed; the amount is positive. Raises MoreThanOwed, and as adjust."""
    return _against_receivable(session, replace(repaying, kind=AdjustmentKind.REPAYMENT), signed)


def _against_receivable(session: Session, adjusting: Adjusting, signed: Signed) -> Adjustment:
    lock_books(session)
    adjusting = replace(adjusting, account=AdjustedAccount.RECEIVABLE)
    known = session.scalar(select(Adjustment.id).where(Adjustment.adjustment_ref == adjusting.ref))
    if known is None:
        check_owed(session, adjusting)
    return adjust(session, adjusting, signed)


def check_owed(session: Session, adjusting: Adjusting) -> None:
    """Raises AmountNotPositive or MoreThanOwed."""
    if adjusting.amount < 0:
        raise AmountNotPositive
    key = (adjusting.partner_ref, adjusting.currency)
    owed = -balances(session, partner_ref=adjusting.partner_ref).get(key, Balance()).of(Account.RECEIVABLE)
    if adjusting.amount > owed:
        raise MoreThanOwed(Money(owed, adjusting.currency))


def check_partner_and_day(session: Session, partner_ref: str, day: date, signed: Signed) -> None:
    """Raises NoSuchPartner or DayNotBelieved."""
    if not partners_among(session, {partner_ref}):
        raise NoSuchPartner(partner_ref)
    if not is_believed(day, signed):
        raise DayNotBelieved(day.isoformat())


def next_adjustment_ref(session: Session) -> str:
    """A ref for what is adjusted in the portal, with a number that no adjustment has yet."""
    number = session.scalar(select(func.max(Adjustment.id))) or 0
    while True:
        number += 1
        ref = f"ADJ-{number:04d}"
        if session.scalar(select(Adjustment.id).where(Adjustment.adjustment_ref == ref)) is None:
            return ref


def is_believed(day: date, signed: Signed) -> bool:
    return EARLIEST <= day <= signed.house.newest_day(signed.at)


def post_adjustments(session: Session, wanted: Sequence[Adjusting], signed: Signed) -> list[Adjustment]:
    """Write adjustments that were judged, with their ledger entries and opening holdbacks."""
    state, journal = books(session), Journal(session)
    made, held = [], []
    for one in wanted:
        days = posting_span(one.effective_on, state, signed.house)
        entry = journal.enter(_transfer(one, days), days)
        made.append(_adjustment(one, days, entry, signed))
        if one.account is AdjustedAccount.HOLDBACK:
            held.append(_opening_holdback(one, days, entry))
    journal.write()
    session.add_all([*made, *held])
    ensure_periods(session, {one.period for one in made}, signed.house.calendar)
    session.flush()
    return made


def posting_span(day: date, state: Books, house: HouseRules) -> Span:
    """The period in which an event of a day is posted: its own, or the first open one when that is closed."""
    return span(state.posting_period(period_of(day, house.calendar)), house.calendar)


def event_day(day: date, days: Span) -> date:
    """The day of a ledger entry: the event's own, or the first of its posting period when that came later."""
    return max(day, days.first_day)


def _transfer(one: Adjusting, days: Span) -> Transfer:
    return Transfer(
        debit=one.kind.other_side,
        credit=one.account.account,
        amount=one.amount,
        currency=one.currency,
        partner_ref=one.partner_ref,
        line_ref=None,
        event=one.kind.event,
        source=one.ref,
        dated=event_day(one.effective_on, days),
    )


def _adjustment(one: Adjusting, days: Span, entry: int, signed: Signed) -> Adjustment:
    return Adjustment(
        adjustment_ref=one.ref,
        kind=one.kind,
        account=one.account,
        partner_ref=one.partner_ref,
        currency=one.currency,
        amount_minor=one.amount,
        effective_on=one.effective_on,
        due_on=one.due_on,
        reason=one.reason.strip(),
        source=one.source,
        period=days.ref,
        entry=entry,
        content_hash=one.content_hash,
        import_id=signed.import_id,
        recorded_at=signed.at,
        recorded_by=signed.by,
        approved_by=signed.approved_by,
    )


def _opening_holdback(one: Adjusting, days: Span, entry: int) -> Holdback:
    assert one.due_on is not None
    return Holdback(
        period=days.ref,
        partner_ref=one.partner_ref,
        currency=one.currency,
        adjustment_ref=one.ref,
        amount_minor=one.amount,
        due_on=one.due_on,
        entry=entry,
    )
