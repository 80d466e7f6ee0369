"""Until when a person has seen what changed, and who wants no weekly mail."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base


class LibraryVisit(Base):
    """What changed is worked out from one instant a person, not kept a row a person and asset.

    `before_at` is the instant before the last one, for the undo.
    """

    __tablename__ = "library_visits"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    seen_at: Mapped[datetime]
    before_at: Mapped[datetime | None]


class DigestRefusal(Base):
    """A person who does not want the weekly mail."""

    __tablename__ = "digest_refusals"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    at: Mapped[datetime]
