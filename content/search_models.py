"""What the index holds, and what people searched for without finding anything."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.kernel.db import Base, Key


class IndexedAsset(Base):
    """The state of an asset that stands in the index; another one in `assets` means that it is stale."""

    __tablename__ = "indexed_assets"

    asset_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version_id: Mapped[int | None]
    updated_at: Mapped[datetime]


class FruitlessSearch(Base):
    """Words that led somebody nowhere: what to write next, or which synonym is missing."""

    __tablename__ = "fruitless_searches"

    id: Mapped[Key]
    at: Mapped[datetime] = mapped_column(index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    text: Mapped[str]
