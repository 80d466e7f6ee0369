"""Money that moves outside deliveries: adjustments by hand, and what the bank did with a payout."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from commissions.adjustments.adjusting import Adjusting, Signed
from commissions.adjustments.adjustment_models import AdjustedAccount, AdjustmentKind
from commissions.facts.house_rules import HouseRules
from commissions.facts.import_models import ImportKind
from commissions.imports.payout_import import StatusRow, take_statuses
from commissions.imports.taking import BookTaking
from commissions.payouts.payout_models import PayoutBatch, PayoutStatus
from commissions.payouts.payouts import BatchOrder, PayoutApproval, create_batch
from portal.kernel.verdicts import Row
from tests.factories.books import an_import

LATER = datetime(2026, 12, 1, 9, tzinfo=UTC)
SIGNED = Signed(by="1", at=LATER, approved_by="2")


def an_adjustment(
    amount: int,
    *,
    partner: str = "R1",
    ref: str = "ADJ-1",
    on: date = date(2026, 3, 20),
    reason: str = "Rate of March corrected",
) -> Adjusting:
    """A manual one, in minor units of USD."""
    return Adjusting(
        ref=ref, partner_ref=partner, currency="USD", amount=amount, effective_on=on, reason=reason
    )


def an_opening(
    amount: int,
    account: AdjustedAccount,
    *,
    ref: str,
    on: date = date(2026, 3, 31),
    due_on: date | None = None,
) -> Adjusting:
    """What R1 had in the system before, in minor units of USD."""
    return Adjusting(
        ref=ref,
        partner_ref="R1",
        currency="USD",
        amount=amount,
        effective_on=on,
        reason="Taken over from the system before",
        kind=AdjustmentKind.OPENING,
        account=account,
        due_on=due_on,
    )


def the_bank_pays(session: Session, period: str, *, on: date) -> None:
    """All that is payable of the period, sent and confirmed on a day."""
    _pay_out(session, period, PayoutStatus.CONFIRMED, on)


def the_bank_sends_back(session: Session, period: str, *, on: date) -> None:
    """All that was paid of the period and confirmed comes back on a later day."""
    batch = session.scalars(select(PayoutBatch).where(PayoutBatch.period == period)).one()
    _answer(session, batch, PayoutStatus.RETURNED, on)


def the_bank_returns(session: Session, period: str, *, on: date) -> None:
    """All that is payable of the period, sent and returned on a day."""
    _pay_out(session, period, PayoutStatus.RETURNED, on)


def _pay_out(session: Session, period: str, status: PayoutStatus, on: date) -> None:
    order = BatchOrder(period, on, debtor=None)
    batch = create_batch(session, order, approval=PayoutApproval(None, None), at=LATER, house=HouseRules())
    _answer(session, batch, status, on)


def _answer(session: Session, batch: PayoutBatch, status: PayoutStatus, on: date) -> None:
    answers = [Row(1, {}, StatusRow(payout.payout_ref, status, on, None)) for payout in batch.payouts]
    take_statuses(session, answers, BookTaking(an_import(session, ImportKind.PAYOUT_STATUS), LATER))
