"""What partners search for, by day and words: no person, no organisation, no instant."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base, Key


class LoggedSearch(Base):
    """All searches of one day for the same words.

    `fruitless` of them found nothing; `most_found` is what the luckiest of them found; `openings` counts
    what was opened from their results.
    """

    __tablename__ = "logged_searches"
    __table_args__ = (UniqueConstraint("day", "text"), Index(None, "text", "day"))

    id: Mapped[Key]
    day: Mapped[date]
    text: Mapped[str]
    times: Mapped[int] = mapped_column(default=0)
    fruitless: Mapped[int] = mapped_column(default=0)
    most_found: Mapped[int] = mapped_column(default=0)
    openings: Mapped[int] = mapped_column(default=0)
