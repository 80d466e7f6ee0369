"""Where a partner wants its commission paid: bank and tax data, encrypted, in rows that may be erased."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base, Key, Ref


class PayeeState(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"
    # by the partner, or because other data was entered before anybody decided
    WITHDRAWN = "withdrawn"


class Payee(Base):
    """One entry of a partner's bank and tax data. A change is a new row; the latest one in force pays.

    `sealed` holds the details (partners.payee_details) encrypted, none after they were erased. An approved
    entry is in force from `cools_until` on; until then the one before it holds.
    """

    __tablename__ = "payees"
    __table_args__ = (Index(None, "partner_ref", "state"),)

    id: Mapped[Key]
    partner_ref: Mapped[Ref]
    sealed: Mapped[str | None] = mapped_column(Text)
    last_four: Mapped[str] = mapped_column(String(4))
    country: Mapped[str] = mapped_column(String(2))
    entered_by: Mapped[int]
    entered_at: Mapped[datetime]
    cools_until: Mapped[datetime]
    state: Mapped[PayeeState] = mapped_column(default=PayeeState.WAITING)
    decided_by: Mapped[int | None]
    decided_at: Mapped[datetime | None]
    note: Mapped[str | None]

    @property
    def about(self) -> str:
        """What the encrypted details are bound to."""
        return f"payee of {self.partner_ref}"
