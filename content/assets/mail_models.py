"""Mails about content that have to go out, and the tasks that were done once for a day or a week."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base, Key, Ref


class TaskSlot(Base):
    """A task that was done for a slot, such as the digest of a week: of two workers one inserts it."""

    __tablename__ = "task_slots"

    task: Mapped[Ref] = mapped_column(primary_key=True)
    slot: Mapped[Ref] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class ContentMail(Base):
    """A mail to a person: wanted, claimed by one worker, and noted when it was sent or had nothing to say."""

    __tablename__ = "content_mails"
    __table_args__ = (UniqueConstraint("task", "slot", "user_id"),)

    id: Mapped[Key]
    task: Mapped[Ref]
    slot: Mapped[Ref]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    wanted_at: Mapped[datetime] = mapped_column(index=True)
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
