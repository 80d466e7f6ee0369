"""What owners of content were told, once each."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base, Key


class ReminderKind(StrEnum):
    REVIEW = "review"
    EXPIRY = "expiry"
    HIDDEN = "hidden"


class ContentReminder(Base):
    """A mail about a day of an asset: claimed by one worker, and noted when it was sent."""

    __tablename__ = "content_reminders"
    __table_args__ = (UniqueConstraint("asset_id", "kind", "due_on", "days_before"),)

    id: Mapped[Key]
    asset_id: Mapped[int] = mapped_column(ForeignKey("assets.id", ondelete="CASCADE"))
    kind: Mapped[ReminderKind]
    due_on: Mapped[date]
    days_before: Mapped[int]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    claimed_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
