"""Payouts: what was sent to the bank in one batch, and what the bank said of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from commissions.facts.import_models import ImportFile
from portal.kernel.db import Base, Key, Ref
from portal.kernel.money import Money, totals


class PayoutStatus(StrEnum):
    """`sent` is the batch's own; the others are the bank's, which may confirm first and return later."""

    SENT = "sent"
    CONFIRMED = "confirmed"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class BatchSum:
    """What went to the bank in a currency, what of it came back, and what stands paid."""

    sent: Money
    returned: Money

    @property
    def stands(self) -> Money:
        return self.sent - self.returned


class PayoutBatch(Base):
    """What is paid of one period on one day. `debtor` is whose account it was paid from, as it was then."""

    __tablename__ = "payout_batches"
    __table_args__ = (UniqueConstraint("period", "pay_on"), {"info": {"append_only": True}})

    id: Mapped[Key]
    ref: Mapped[Ref] = mapped_column(unique=True)
    period: Mapped[str] = mapped_column(String(7))
    pay_on: Mapped[date]
    debtor: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    created_by: Mapped[Ref]
    approved_by: Mapped[Ref | None]
    payouts: Mapped[list[Payout]] = relationship(back_populates="batch", order_by="Payout.id")

    @property
    def sums(self) -> Mapping[str, BatchSum]:
        """By currency. What stands is what the ledger has taken off the partners' accounts for it."""
        back = _sums(payout for payout in self.payouts if payout.is_returned)
        return {
            currency: BatchSum(sent, back.get(currency, Money(0, currency)))
            for currency, sent in _sums(self.payouts).items()
        }


class Payout(Base):
    """One statement's payable on its way. Its ref is the bank's end-to-end id.

    `payee_id` is the entry of bank data that it goes to; none where it is paid by hand from the CSV.
    """

    __tablename__ = "payouts"
    __table_args__ = (Index(None, "partner_ref", "currency"), {"info": {"append_only": True}})

    id: Mapped[Key]
    batch_id: Mapped[int] = mapped_column(ForeignKey("payout_batches.id"), index=True)
    payout_ref: Mapped[str] = mapped_column(String(35), unique=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statements.id"), unique=True)
    statement: Mapped[str] = mapped_column(String(80))
    partner_ref: Mapped[Ref]
    partner_name: Mapped[str]
    currency: Mapped[str] = mapped_column(String(3))
    amount_minor: Mapped[int]
    payee_id: Mapped[int | None] = mapped_column(ForeignKey("payees.id"))
    batch: Mapped[PayoutBatch] = relationship(back_populates="payouts")
    events: Mapped[list[PayoutEvent]] = relationship(order_by="PayoutEvent.id")

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)

    @property
    def latest(self) -> PayoutEvent:
        return self.events[-1]

    @property
    def is_returned(self) -> bool:
        return self.latest.status is PayoutStatus.RETURNED


def _sums(payouts: Iterable[Payout]) -> dict[str, Money]:
    return totals(payout.amount for payout in payouts)


class PayoutEvent(Base):
    """Something that happened to a payout on a day, and its number in the ledger."""

    __tablename__ = "payout_events"
    __table_args__ = (UniqueConstraint("payout_id", "status"), {"info": {"append_only": True}})

    id: Mapped[Key]
    payout_id: Mapped[int] = mapped_column(ForeignKey("payouts.id"))
    status: Mapped[PayoutStatus]
    happened_on: Mapped[date]
    reason: Mapped[str | None]
    entry: Mapped[int] = mapped_column(unique=True)
    import_id: Mapped[int | None] = mapped_column(ForeignKey(ImportFile.id))
    recorded_at: Mapped[datetime]
