"""Changes of what is published that wait for a second person; partners keep what is there until then."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from content.assets.models import Asset, AssetVersion
from partners.models import User
from portal.kernel.db import Base, BigInt, Key, Ref


class ChangeState(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    SENT_BACK = "sent_back"
    TAKEN_BACK = "taken_back"
    # another change of the same has come, and waits instead
    REPLACED = "replaced"


class ChangeOf(StrEnum):
    """What of an asset would be another; one change of each waits at a time, of captions by language."""

    VERSION = "version"
    # what `asset_facts` has of it: what partners read of it, and which of them
    WORDS = "words"
    CAPTIONS = "captions"
    # where partners put their name
    ZONE = "zone"
    TRANSLATION = "translation"


class ProposedChange(Base):
    """A change of a published asset: its next version, or something else that partners have of it.

    `version_id` is the next version, or the one whose captions or zone it is. `before` and `after` are
    facts by their names; `author_ids` are all who wrote in it, also in those that it replaced: none of
    them may approve it.
    """

    __tablename__ = "proposed_changes"
    __table_args__ = (Index(None, "asset_id", "state"), Index(None, "state", "proposed_at"))

    id: Mapped[Key]
    asset_id: Mapped[int] = mapped_column(ForeignKey("assets.id", ondelete="CASCADE"))
    version_id: Mapped[int | None] = mapped_column(
        ForeignKey("asset_versions.id", ondelete="CASCADE"), index=True
    )
    what: Mapped[ChangeOf] = mapped_column(default=ChangeOf.WORDS, server_default=ChangeOf.WORDS)
    # of captions
    language: Mapped[Ref] = mapped_column(default="", server_default="")
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    author_ids: Mapped[list[Any]]
    # nobody: the command line
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    proposed_at: Mapped[datetime]
    state: Mapped[ChangeState] = mapped_column(default=ChangeState.WAITING)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    asset: Mapped[Asset] = relationship()
    version: Mapped[AssetVersion | None] = relationship()
    proposed_by: Mapped[User | None] = relationship(foreign_keys=[proposed_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])


class ProposedCaptions(Base):
    """The captions that a change would bring; none of one that takes captions away."""

    __tablename__ = "proposed_captions"

    change_id: Mapped[int] = mapped_column(
        BigInt, ForeignKey("proposed_changes.id", ondelete="CASCADE"), primary_key=True
    )
    # as in VersionCaptions
    cues: Mapped[list[Any]]
    text: Mapped[str] = mapped_column(Text)
