"""What one person proposed and another has to approve (domain-commissions 2.10)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base, Key


class ProposalKind(StrEnum):
    """What would be done. A close has its own path (review), and is listed beside these."""

    PLAN = "plan"
    ADJUSTMENT = "adjustment"
    DISALLOWED = "disallowed"
    MANUAL_COUNT = "manual_count"
    CREDIT_NOTES = "credit_notes"
    WRITE_OFF = "write_off"
    HOLD = "hold"
    PAYOUT = "payout"
    PAYEE = "payee"
    DISPUTE_OUTCOME = "dispute_outcome"


class ProposalState(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Proposal(Base):
    """Something that is done once a second person approves it; decided once.

    `title` says in one sentence what would be done. `payload` is what the act of the kind needs, never
    changed after it was proposed. Of it people read `figures` (a mapping of label to text), `reason` and
    `address` (a page of the portal with the details); the rest is for the act. `outcome` is what the act
    says that it did, `note` what the one who decided says (always there for a rejection).
    """

    __tablename__ = "proposals"
    __table_args__ = (Index(None, "state", "kind"),)

    id: Mapped[Key]
    kind: Mapped[ProposalKind]
    title: Mapped[str] = mapped_column(String(500))
    payload: Mapped[dict[str, Any]]
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    proposed_at: Mapped[datetime]
    state: Mapped[ProposalState] = mapped_column(default=ProposalState.WAITING)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    note: Mapped[str | None]
    outcome: Mapped[str | None]

    @property
    def is_waiting(self) -> bool:
        return self.state is ProposalState.WAITING
