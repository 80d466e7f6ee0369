"""Money that no delivery made: adjustments and opening balances, holdback, and holds by the brand."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from commissions.ledger.ledger_models import Account, Event
from portal.kernel.db import Base, Key, Ref
from portal.kernel.money import Money


class AdjustmentKind(StrEnum):
    """What an adjustment is; files bring the first two."""

    ADJUSTMENT = "adjustment"
    OPENING = "opening"
    HOLD_UPHELD = "hold_upheld"
    WRITE_OFF = "write_off"
    REPAYMENT = "repayment"

    @property
    def event(self) -> Event:
        return _EVENTS[self]

    @property
    def other_side(self) -> Account:
        """The account that the amount comes from."""
        return Account.CASH if self is AdjustmentKind.REPAYMENT else Account.EXPENSE


_EVENTS = {
    AdjustmentKind.ADJUSTMENT: Event.ADJUSTED,
    AdjustmentKind.OPENING: Event.OPENING,
    AdjustmentKind.HOLD_UPHELD: Event.HOLD_UPHELD,
    AdjustmentKind.WRITE_OFF: Event.WRITTEN_OFF,
    AdjustmentKind.REPAYMENT: Event.REPAID,
}


class AdjustedAccount(StrEnum):
    """Which of a partner's accounts an adjustment changes."""

    PAYABLE = "payable"
    ACCRUED = "accrued"
    HOLDBACK = "holdback"
    HELD = "held"
    RECEIVABLE = "receivable"

    @property
    def account(self) -> Account:
        return _ACCOUNTS[self]


_ACCOUNTS = {
    AdjustedAccount.PAYABLE: Account.PAYABLE,
    AdjustedAccount.ACCRUED: Account.ACCRUED,
    AdjustedAccount.HOLDBACK: Account.HOLDBACK,
    AdjustedAccount.HELD: Account.HELD,
    AdjustedAccount.RECEIVABLE: Account.RECEIVABLE,
}


class ReleaseReason(StrEnum):
    """Why holdback was given free."""

    DUE = "due"
    RECEIVABLE = "receivable"


class HoldEnding(StrEnum):
    LIFTED = "lifted"
    UPHELD = "upheld"


class Adjustment(Base):
    """A signed amount in minor units, in the partner's favour where it is positive; never 0.

    `period` is where it is posted: that of `effective_on`, or the first open one when that is closed.
    `due_on` tells when an opening balance of accrued commission or of holdback becomes payable. `source`
    names what it came from (a hold, a dispute); empty for what was adjusted by hand or by file.
    """

    __tablename__ = "adjustments"
    __table_args__ = (
        Index(None, "period"),
        Index(None, "partner_ref", "currency"),
        {"info": {"append_only": True}},
    )

    id: Mapped[Key]
    adjustment_ref: Mapped[Ref] = mapped_column(unique=True)
    kind: Mapped[AdjustmentKind]
    account: Mapped[AdjustedAccount]
    partner_ref: Mapped[Ref]
    currency: Mapped[str] = mapped_column(String(3))
    amount_minor: Mapped[int]
    effective_on: Mapped[date]
    due_on: Mapped[date | None]
    reason: Mapped[str]
    source: Mapped[str] = mapped_column(default="")
    period: Mapped[str] = mapped_column(String(7))
    entry: Mapped[int] = mapped_column(unique=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    import_id: Mapped[int | None] = mapped_column(ForeignKey("imports.id"))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[Ref]
    approved_by: Mapped[Ref | None]

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class Holdback(Base):
    """A part of what became payable, kept until `due_on`: of one plan version, or taken over at go-live.

    `moved_minor` is what became payable, of which `percent` is held back; both are empty for an opening
    balance, which names its adjustment instead of a plan.
    """

    __tablename__ = "holdbacks"
    __table_args__ = (
        UniqueConstraint("period", "partner_ref", "currency", "plan", "plan_version"),
        Index(None, "partner_ref", "currency"),
        {"info": {"append_only": True}},
    )

    id: Mapped[Key]
    period: Mapped[str] = mapped_column(String(7))
    partner_ref: Mapped[Ref]
    currency: Mapped[str] = mapped_column(String(3))
    plan: Mapped[Ref | None]
    plan_version: Mapped[int | None]
    percent: Mapped[Ref | None]
    moved_minor: Mapped[int | None]
    adjustment_ref: Mapped[Ref | None] = mapped_column(unique=True)
    amount_minor: Mapped[int]
    due_on: Mapped[date]
    entry: Mapped[int] = mapped_column(unique=True)


class HoldbackRelease(Base):
    """A part of a holdback that was given free at a close."""

    __tablename__ = "holdback_releases"
    __table_args__ = (
        Index(None, "holdback_id"),
        Index(None, "period"),
        {"info": {"append_only": True}},
    )

    id: Mapped[Key]
    holdback_id: Mapped[int] = mapped_column(ForeignKey("holdbacks.id"))
    period: Mapped[str] = mapped_column(String(7))
    amount_minor: Mapped[int]
    why: Mapped[ReleaseReason]
    entry: Mapped[int] = mapped_column(unique=True)


class Hold(Base):
    """An amount that the brand keeps from payment while it looks into something; positive minor units."""

    __tablename__ = "holds"
    __table_args__ = (Index(None, "partner_ref", "currency"), {"info": {"append_only": True}})

    id: Mapped[Key]
    hold_ref: Mapped[Ref] = mapped_column(unique=True)
    partner_ref: Mapped[Ref]
    currency: Mapped[str] = mapped_column(String(3))
    amount_minor: Mapped[int]
    reason: Mapped[str]
    placed_on: Mapped[date]
    period: Mapped[str] = mapped_column(String(7))
    entry: Mapped[int] = mapped_column(unique=True)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[Ref]
    approved_by: Mapped[Ref | None]

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class HoldEnd(Base):
    """How a hold ended: once, either way."""

    __tablename__ = "hold_ends"
    __table_args__ = {"info": {"append_only": True}}  # noqa: RUF012  SQLAlchemy reads it from the class

    id: Mapped[Key]
    hold_id: Mapped[int] = mapped_column(ForeignKey("holds.id"), unique=True)
    ending: Mapped[HoldEnding]
    reason: Mapped[str]
    ended_on: Mapped[date]
    period: Mapped[str] = mapped_column(String(7))
    entry: Mapped[int] = mapped_column(unique=True)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[Ref]
    approved_by: Mapped[Ref | None]
