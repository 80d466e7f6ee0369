"""What readers say about content, and what they keep."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base, Key


class Answer(StrEnum):
    """What a reader says of a version in one tap."""

    USEFUL = "useful"
    NOT_USEFUL = "not_useful"
    OUT_OF_DATE = "out_of_date"


class Feedback(Base):
    """One answer a person and version, which they may change or take back.

    `settled_at` is when the brand looked into an answer "out of date" and found the content right.
    """

    __tablename__ = "content_feedback"
    __table_args__ = (
        UniqueConstraint("user_id", "version_id"),
        Index(None, "asset_id", "given_at"),
        Index(None, "version_id", "answer"),
    )

    id: Mapped[Key]
    asset_id: Mapped[int] = mapped_column(ForeignKey("assets.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("asset_versions.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    answer: Mapped[Answer]
    note: Mapped[str] = mapped_column(default="")
    given_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class SavedAsset(Base):
    """An asset that a person wants to find again; nobody else sees that they do."""

    __tablename__ = "saved_assets"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("assets.id"), primary_key=True, index=True)
    saved_at: Mapped[datetime]
