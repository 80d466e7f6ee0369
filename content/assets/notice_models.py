"""Mails about new versions: who is to hear of which, and when they were told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from content.assets.models import AssetVersion
from partners.models import User
from portal.kernel.db import Base, Key


class VersionNotice(Base):
    """A person hears of a version once. `used_number` is the version that they had used before.

    A worker claims it before it sends; `sent_at` stays empty when the mail could not go out yet.
    """

    __tablename__ = "version_notices"
    __table_args__ = (UniqueConstraint("version_id", "user_id"), Index(None, "sent_at", "claimed_at"))

    id: Mapped[Key]
    version_id: Mapped[int] = mapped_column(ForeignKey("asset_versions.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    used_number: Mapped[int]
    note: Mapped[str]
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    version: Mapped[AssetVersion] = relationship()
    user: Mapped[User] = relationship(foreign_keys=[user_id])
