"""What is not as it should be with a line, for as long as it is so."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base, Ref


class LineException(Base):
    """One thing about one line; written by accruals, gone once it is no longer so.

    `item` is one of commissions.ledger.checklist.Item, `since` the accrual that saw it first.
    """

    __tablename__ = "line_exceptions"
    __table_args__ = (Index(None, "since"),)

    item: Mapped[Ref] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    since: Mapped[datetime]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
