"""Changes to many assets at once, with what was before, so that they can be undone."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from content.assets.models import Asset
from partners.models import User
from portal.kernel.db import Base, Key


class BulkKind(StrEnum):
    PUBLISH = "publish"
    RETIRE = "retire"
    CONFIRM = "confirm"
    EDIT = "edit"
    WORDS = "words"
    IMPORT = "import"


class BulkChange(Base):
    """One change of many assets; `details` is what its undo needs beside its rows."""

    __tablename__ = "bulk_changes"

    id: Mapped[Key]
    kind: Mapped[BulkKind]
    at: Mapped[datetime]
    # nobody: the command line
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    asset_count: Mapped[int]
    details: Mapped[dict[str, Any]]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    by: Mapped[User | None] = relationship(foreign_keys=[by_id])
    undone_by: Mapped[User | None] = relationship(foreign_keys=[undone_by_id])
    rows: Mapped[list[BulkChangeRow]] = relationship(
        cascade="all, delete-orphan", order_by="BulkChangeRow.id"
    )


class BulkChangeRow(Base):
    """What changed of one asset: the facts of `content.assets.asset_facts` that differ, before and after."""

    __tablename__ = "bulk_change_rows"
    __table_args__ = (UniqueConstraint("change_id", "asset_id"),)

    id: Mapped[Key]
    change_id: Mapped[int] = mapped_column(ForeignKey("bulk_changes.id", ondelete="CASCADE"))
    asset_id: Mapped[int] = mapped_column(ForeignKey("assets.id", ondelete="CASCADE"), index=True)
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    asset: Mapped[Asset] = relationship()
