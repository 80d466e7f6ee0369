"""Must-reads: an asset that its audience has to acknowledge by a day, who did, and who was reminded."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from content.assets.models import Asset
from portal.kernel.db import Base, Key


class MustRead(Base):
    """Whoever may see the asset has to acknowledge it. One an asset; ended, it can be asked for again.

    With `asks_again` only an acknowledgement of the current version counts, and those of versions after
    `asked_version` have two weeks from the version's day. The day is the last one, in the house's zone.
    """

    __tablename__ = "must_reads"

    id: Mapped[Key]
    asset_id: Mapped[int] = mapped_column(ForeignKey("assets.id"), unique=True)
    due_on: Mapped[date]
    asks_again: Mapped[bool]
    asked_version: Mapped[int]
    note: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    ended_at: Mapped[datetime | None]
    asset: Mapped[Asset] = relationship()


class Acknowledgement(Base):
    """A person says that they have read a version: a fact, never changed."""

    __tablename__ = "acknowledgements"
    __table_args__ = (
        UniqueConstraint("must_read_id", "user_id", "version_id"),
        {"info": {"append_only": True}},
    )

    id: Mapped[Key]
    must_read_id: Mapped[int] = mapped_column(ForeignKey("must_reads.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("asset_versions.id"), index=True)
    at: Mapped[datetime]
