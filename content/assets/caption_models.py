"""Captions of films and sounds: what is said when, by language."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base, Key, Ref


class VersionCaptions(Base):
    """The captions of a version in one language. `text` is the transcript: the words alone, for the index.

    `cues` holds [start in ms, end in ms, words].
    """

    __tablename__ = "version_captions"
    __table_args__ = (UniqueConstraint("version_id", "language"),)

    id: Mapped[Key]
    version_id: Mapped[int] = mapped_column(ForeignKey("asset_versions.id"))
    language: Mapped[Ref]
    cues: Mapped[list[Any]]
    text: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime]
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
