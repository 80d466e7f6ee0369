"""Changes of what is published that wait for a second person; partners keep what is there until then."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from content.assets.models import Asset, AssetVersion
from partners.models import User
from portal.kernel.db import Base, Key


class ChangeState(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    SENT_BACK = "sent_back"
    TAKEN_BACK = "taken_back"
    # another change of the same has come, and waits instead
    REPLACED = "replaced"


class ProposedChange(Base):
    """The next version of a published asset, or (without a version) other words and another audience.

    `before` and `after` are facts of `asset_facts`; `author_ids` are all who wrote in it, also in
    those that it replaced: none of them may approve it.
    """

    __tablename__ = "proposed_changes"
    __table_args__ = (Index(None, "asset_id", "state"), Index(None, "state", "proposed_at"))

    id: Mapped[Key]
    asset_id: Mapped[int] = mapped_column(ForeignKey("assets.id", ondelete="CASCADE"))
    version_id: Mapped[int | None] = mapped_column(
        ForeignKey("asset_versions.id", ondelete="CASCADE"), index=True
    )
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
