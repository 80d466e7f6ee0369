"""What a partner questions about its statements, and what both sides say about it (2.8)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from commissions.ledger.ledger_models import Statement, StatementLine
from portal.kernel.db import Base, Key, Ref


class DisputeState(StrEnum):
    OPEN = "open"
    IN_REVIEW = "in_review"
    ACCEPTED = "accepted"
    PARTLY = "partly"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"

    @property
    def is_settled(self) -> bool:
        return self not in UNSETTLED


UNSETTLED = (DisputeState.OPEN, DisputeState.IN_REVIEW)


class Dispute(Base):
    """A question about a statement line, or about one that is missing (then `statement_line_id` is none).

    It moves no money; `adjustment_ref` names the adjustment that came of it. `expected_minor` is what the
    partner expects to stand there, in the statement's currency. `due_on` is the day by which finance
    answers. `line_ref` and `service_month` are the line's, or what the partner says of the missing one.
    """

    __tablename__ = "disputes"
    __table_args__ = (
        Index(None, "partner_ref", "state"),
        Index(None, "state", "due_on"),
        Index(None, "statement_line_id"),
    )

    id: Mapped[Key]
    dispute_ref: Mapped[Ref] = mapped_column(unique=True)
    partner_ref: Mapped[Ref]
    statement_id: Mapped[int] = mapped_column(ForeignKey("statements.id"))
    statement_line_id: Mapped[int | None] = mapped_column(ForeignKey("statement_lines.id"))
    line_ref: Mapped[Ref | None]
    service_month: Mapped[str | None] = mapped_column(String(7))
    currency: Mapped[str] = mapped_column(String(3))
    expected_minor: Mapped[int | None]
    state: Mapped[DisputeState]
    opened_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    opened_at: Mapped[datetime]
    due_on: Mapped[date]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    settled_at: Mapped[datetime | None]
    adjustment_ref: Mapped[Ref | None]
    statement: Mapped[Statement] = relationship()
    line: Mapped[StatementLine | None] = relationship()

    @property
    def is_settled(self) -> bool:
        return self.state.is_settled


class DisputeMessage(Base):
    """What somebody said, with at most one file; never changed."""

    __tablename__ = "dispute_messages"
    __table_args__ = (Index(None, "dispute_id"), {"info": {"append_only": True}})

    id: Mapped[Key]
    dispute_id: Mapped[int] = mapped_column(ForeignKey("disputes.id"))
    said_at: Mapped[datetime]
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    by_partner: Mapped[bool]
    text: Mapped[str]
    file_sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    file_name: Mapped[str | None] = mapped_column(String(200))
    file_size: Mapped[int | None]
