"""The books: postings and ledger entries, periods, moves to payable, and statements."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.kernel.db import Base, Key, Ref
from portal.kernel.money import Money


class Account(StrEnum):
    """The chart of accounts (domain-commissions 2.9)."""

    CASH = "1000"
    RECEIVABLE = "1300"
    ACCRUED = "2300"
    PAYABLE = "2310"
    HOLDBACK = "2320"
    HELD = "2330"
    CLEARING = "2400"
    EXPENSE = "5100"


class Event(StrEnum):
    """What made a ledger entry."""

    ACCRUED = "accrued"
    GATES_MET = "gates_met"
    RECEIVABLE_ARISEN = "receivable_arisen"
    RECEIVABLE_RECOVERED = "receivable_recovered"
    HOLDBACK_WITHHELD = "holdback_withheld"
    HOLDBACK_RELEASED = "holdback_released"
    ADJUSTED = "adjusted"
    OPENING = "opening"
    # an opening balance of accrued commission became payable
    OPENING_DUE = "opening_due"
    HELD = "held"
    HOLD_LIFTED = "hold_lifted"
    HOLD_UPHELD = "hold_upheld"
    PAYOUT_SENT = "payout_sent"
    PAYOUT_CONFIRMED = "payout_confirmed"
    PAYOUT_RETURNED = "payout_returned"
    WRITTEN_OFF = "written_off"
    REPAID = "repaid"


class PostingKind(StrEnum):
    """Where a posting stands on its statement (2.7)."""

    EARNED = "earned"
    PRIOR_PERIOD = "prior_period"
    CLAWBACK = "clawback"


class StatementLineKind(StrEnum):
    EARNED = "earned"
    PRIOR_PERIOD = "prior_period"
    CLAWBACK = "clawback"
    ADJUSTMENT = "adjustment"
    HOLDBACK = "holdback"
    HOLDBACK_RELEASE = "holdback_release"
    RELEASED = "released"


class PeriodState(StrEnum):
    OPEN = "open"
    IN_REVIEW = "in_review"
    CLOSED = "closed"


class AccrualRun(Base):
    """One accrual: which imports it knew, and the last service day that it took.

    `ground` is a hash of what every line stood on (commissions.ledger.accrual_scope).
    """

    __tablename__ = "accrual_runs"
    __table_args__ = {"info": {"append_only": True}}  # noqa: RUF012  SQLAlchemy reads it from the class

    id: Mapped[Key]
    at: Mapped[datetime]
    known_through: Mapped[int]
    through: Mapped[date]
    ground: Mapped[str | None] = mapped_column(String(64))


class Posting(Base):
    """What was added to (or taken from) a payee's commission: target less what was posted before.

    The latest posting of a (line, component, payee, service period) always explains what stands: where
    the facts changed and the amount did not, it is a posting of 0 without a ledger entry.
    Units are the line's billable units of the service period, amounts the payee's of the component and
    service period, before and after this posting. `exact` is the payee's share of the unrounded
    commission of the service period in minor units, "n/d". `explanation` re-evaluates to the amount
    (commissions.explanations.explanation).
    """

    __tablename__ = "postings"
    __table_args__ = (
        Index(None, "posting_period", "payee_ref", "currency"),
        Index(None, "line_id"),
        Index(None, "payee_ref", "posting_period"),
        {"info": {"append_only": True}},
    )

    id: Mapped[Key]
    run_id: Mapped[int]
    # its number in the ledger; none where only the facts changed and the amount did not
    entry: Mapped[int | None] = mapped_column(unique=True)
    line_id: Mapped[int]
    line_ref: Mapped[Ref]
    order_ref: Mapped[Ref]
    component: Mapped[Ref]
    payee_ref: Mapped[Ref]
    service_period: Mapped[str] = mapped_column(String(7))
    posting_period: Mapped[str] = mapped_column(String(7))
    plan: Mapped[Ref]
    plan_version: Mapped[int]
    kind: Mapped[PostingKind]
    currency: Mapped[str] = mapped_column(String(3))
    amount_minor: Mapped[int]
    amount_before: Mapped[int]
    amount_after: Mapped[int]
    units_before: Mapped[int]
    units_after: Mapped[int]
    exact: Mapped[str]
    # as it was written: it is read whole, as text, and nothing looks for what stands inside
    explanation: Mapped[dict[str, Any]] = mapped_column(JSON)
    fingerprint: Mapped[str] = mapped_column(String(16))
    recorded_at: Mapped[datetime]

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class PayableMove(Base):
    """What moved from accrued to payable when a period closed, because its gates were met."""

    __tablename__ = "payable_moves"
    __table_args__ = (
        UniqueConstraint("period", "line_id", "component", "payee_ref", "service_period"),
        Index(None, "line_id"),
        {"info": {"append_only": True}},
    )

    id: Mapped[Key]
    entry: Mapped[int] = mapped_column(unique=True)
    period: Mapped[str] = mapped_column(String(7))
    line_id: Mapped[int]
    component: Mapped[Ref]
    payee_ref: Mapped[Ref]
    service_period: Mapped[str] = mapped_column(String(7))
    currency: Mapped[str] = mapped_column(String(3))
    amount_minor: Mapped[int]
    # the part of it that was earned in an earlier period
    released_minor: Mapped[int]


class LedgerEntry(Base):
    """One side of a double entry; the rows of an `entry` sum to zero in its one currency."""

    __tablename__ = "ledger_entries"
    __table_args__ = (
        Index(None, "entry"),
        Index(None, "partner_ref", "currency", "account", "period"),
        Index(None, "period", "account"),
        {"info": {"append_only": True}},
    )

    id: Mapped[Key]
    entry: Mapped[int]
    period: Mapped[str] = mapped_column(String(7))
    dated: Mapped[date]
    account: Mapped[Account]
    partner_ref: Mapped[Ref]
    line_ref: Mapped[Ref | None]
    currency: Mapped[str] = mapped_column(String(3))
    debit_minor: Mapped[int]
    credit_minor: Mapped[int]
    event: Mapped[Event]
    source: Mapped[str]


class LineStanding(Base):
    """Where a line stood at the last accrual; written anew by each, so it can always be made again.

    `delivered` counts the controlling source, `allowed` is within the cap, `billable` less credits, all to
    date. `own_units` and `third_party_units` are the two counts to compare. `second_source` names a
    source of the billing kind that reported too and is not added.
    """

    __tablename__ = "line_standings"
    __table_args__ = (Index(None, "problem", "end_day"), Index(None, "order_ref"))

    line_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    line_ref: Mapped[Ref]
    order_ref: Mapped[Ref]
    partner_ref: Mapped[Ref]
    currency: Mapped[str] = mapped_column(String(3))
    end_day: Mapped[date]
    first_period: Mapped[str | None] = mapped_column(String(7))
    problem: Mapped[Ref | None]
    booked: Mapped[int]
    delivered: Mapped[int]
    allowed: Mapped[int]
    billable: Mapped[int]
    # net value of the billable units, rounded for reading; none where nothing can be calculated
    net_minor: Mapped[int | None]
    # all to date: disallowed by finance, taken back by credit notes (with effect reduce; with settles or
    # none), made good, written off, given up by a cancellation, and what is owed or still to come
    disallowed: Mapped[int] = mapped_column(server_default="0")
    credited_reduce: Mapped[int] = mapped_column(server_default="0")
    credited_other: Mapped[int] = mapped_column(server_default="0")
    made_good: Mapped[int] = mapped_column(server_default="0")
    written_off: Mapped[int] = mapped_column(server_default="0")
    cancelled: Mapped[int] = mapped_column(server_default="0")
    debt: Mapped[int] = mapped_column(server_default="0")
    # counted on days that a later revision of the order took out of the flight; not in `delivered`
    outside: Mapped[int] = mapped_column(server_default="0")
    own_units: Mapped[int | None]
    third_party_units: Mapped[int | None]
    second_source: Mapped[Ref | None]


class Period(Base):
    """A month of the books, `first_day` to before `end_day`. Closed in order, never opened again.

    `known_through` is the last import that the close knew; `manifest` holds counts, totals and the
    hashes of the statements, and `manifest_hash` chains it to the period closed before.
    """

    __tablename__ = "periods"

    id: Mapped[Key]
    ref: Mapped[str] = mapped_column(String(7), unique=True)
    first_day: Mapped[date]
    end_day: Mapped[date]
    state: Mapped[PeriodState] = mapped_column(default=PeriodState.OPEN)
    review_by: Mapped[int | None]
    review_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None]
    approved_by: Mapped[int | None]
    known_through: Mapped[int | None]
    manifest: Mapped[dict[str, Any] | None]
    manifest_hash: Mapped[str | None] = mapped_column(String(64))
    previous_hash: Mapped[str | None] = mapped_column(String(64))
    # whether what it left to later periods is written (commissions.adjustments.carrying)
    is_carried: Mapped[bool] = mapped_column(default=False, server_default=false())

    @property
    def last_day(self) -> date:
        return self.end_day - timedelta(days=1)

    @property
    def is_closed(self) -> bool:
        return self.state is PeriodState.CLOSED


class Statement(Base):
    """A partner's account for a period in one currency, as issued. All amounts in minor units."""

    __tablename__ = "statements"
    __table_args__ = (
        UniqueConstraint("partner_ref", "currency", "period"),
        Index(None, "period"),
        {"info": {"append_only": True}},
    )

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(80), unique=True)
    period: Mapped[str] = mapped_column(String(7))
    partner_ref: Mapped[Ref]
    partner_name: Mapped[str]
    currency: Mapped[str] = mapped_column(String(3))
    opening: Mapped[int]
    earned: Mapped[int]
    prior_period: Mapped[int]
    clawback: Mapped[int]
    adjustments: Mapped[int]
    holdback_withheld: Mapped[int]
    holdback_released: Mapped[int]
    payouts: Mapped[int]
    closing: Mapped[int]
    holdback_balance: Mapped[int]
    payable: Mapped[int]
    # names and addresses as they were at issue, for the document
    letterhead: Mapped[dict[str, Any]]
    content_hash: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[datetime]
    # the business day of the issue, as the document prints it
    issued_on: Mapped[date]
    lines: Mapped[list[StatementLine]] = relationship(
        back_populates="statement", order_by="StatementLine.position"
    )


class StatementLine(Base):
    """A line of an issued statement. `basis` and `rate` are text as stated; empty where none applies."""

    __tablename__ = "statement_lines"
    __table_args__ = (
        UniqueConstraint("statement_id", "position"),
        Index(None, "line_ref"),
        {"info": {"append_only": True}},
    )

    id: Mapped[Key]
    statement_id: Mapped[int] = mapped_column(ForeignKey("statements.id"))
    position: Mapped[int]
    kind: Mapped[StatementLineKind]
    order_ref: Mapped[Ref]
    line_ref: Mapped[Ref]
    line_id: Mapped[int]
    advertiser: Mapped[str]
    station: Mapped[str]
    daypart: Mapped[str | None]
    service_month: Mapped[str] = mapped_column(String(7))
    component: Mapped[Ref]
    units_before: Mapped[int | None]
    units_after: Mapped[int | None]
    booked_units: Mapped[int | None]
    basis: Mapped[str]
    rate: Mapped[str]
    # the partner's part of the commission, "60%"; empty where it is all of it
    share: Mapped[str]
    amount_before: Mapped[int | None]
    amount_after: Mapped[int | None]
    amount: Mapped[int]
    corrects: Mapped[str] = mapped_column(String(80))
    explanation: Mapped[str]
    # the last posting behind the line; its trace starts there
    posting_id: Mapped[int | None] = mapped_column(ForeignKey("postings.id"))
    statement: Mapped[Statement] = relationship(back_populates="lines")
