"""What the index holds, and which words say the same."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.kernel.db import Base, Key


class IndexedAsset(Base):
    """The state of an asset that stands in the index; another one in `assets` means that it is stale.

    With a `reason`, the index did not take all of it: it is tried again at `retry_at`, the `tries`th time
    later than the last.
    """

    __tablename__ = "indexed_assets"

    asset_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version_id: Mapped[int | None]
    updated_at: Mapped[datetime]
    reason: Mapped[str | None]
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    retry_at: Mapped[datetime | None]


class SynonymGroup(Base):
    """Words and phrases that say the same; who looks for one of them finds the others, too."""

    __tablename__ = "synonym_groups"

    id: Mapped[Key]
    updated_at: Mapped[datetime]
    updated_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    synonyms: Mapped[list[Synonym]] = relationship(cascade="all, delete-orphan", order_by="Synonym.id")


class Synonym(Base):
    """A word or phrase of a group, as the brand writes it."""

    __tablename__ = "synonyms"

    id: Mapped[Key]
    group_id: Mapped[int] = mapped_column(ForeignKey("synonym_groups.id"), index=True)
    text: Mapped[str]
    keys: Mapped[list[SynonymKey]] = relationship(cascade="all, delete-orphan")


class SynonymKey(Base):
    """The stems of a synonym in one of the languages, by which it is recognised in what was typed."""

    __tablename__ = "synonym_keys"
    __table_args__ = (Index(None, "key"),)

    synonym_id: Mapped[int] = mapped_column(ForeignKey("synonyms.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
