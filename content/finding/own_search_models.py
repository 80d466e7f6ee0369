"""Searches that a person keeps, and those they made last. Both are theirs alone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base, Key


class SavedSearch(Base):
    """`query` is what stands behind the question mark of the library's address.

    A removed one stays for an hour, so that it can be put back.
    """

    __tablename__ = "saved_searches"

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    query: Mapped[str]
    saved_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class RecentSearch(Base):
    """Words that a person searched for, and when last."""

    __tablename__ = "recent_searches"
    __table_args__ = (UniqueConstraint("user_id", "text"),)

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    text: Mapped[str]
    at: Mapped[datetime]
