"""Statements as they were printed and announced: the kept PDF, and who was told by mail."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base, Key


class StatementPrint(Base):
    """The PDF of an issued statement among the blobs; it stays the same bytes from then on."""

    __tablename__ = "statement_prints"
    __table_args__ = {"info": {"append_only": True}}  # noqa: RUF012  SQLAlchemy reads it from the class

    id: Mapped[Key]
    statement_id: Mapped[int] = mapped_column(ForeignKey("statements.id"), unique=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    made_at: Mapped[datetime]


class StatementNotice(Base):
    """A mail to a person about an issued statement: claimed by one worker, then sent.

    A claim that was never sent is taken over by another worker after a while.
    """

    __tablename__ = "statement_notices"
    __table_args__ = (UniqueConstraint("statement_id", "user_id"), Index(None, "sent_at"))

    id: Mapped[Key]
    statement_id: Mapped[int] = mapped_column(ForeignKey("statements.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    claimed_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
