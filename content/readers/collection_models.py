"""Collections and playbooks: assets in an order, and who may see them together."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from content.assets.models import AudienceDimension
from partners.models import Organisation
from portal.kernel.db import Base, Key, Ref


class CollectionKind(StrEnum):
    """A playbook says of each asset when and how to use it, under headings."""

    COLLECTION = "collection"
    PLAYBOOK = "playbook"


class CollectionState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class Collection(Base):
    """The brand's, for an audience, or a partner's own, for its people alone.

    Who may see it sees in it only what they may see anyway: each asset keeps its own audience.
    """

    __tablename__ = "collections"
    __table_args__ = (Index(None, "organisation_id", "state"),)

    id: Mapped[Key]
    ref: Mapped[Ref] = mapped_column(unique=True)
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    kind: Mapped[CollectionKind]
    state: Mapped[CollectionState] = mapped_column(default=CollectionState.DRAFT)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    updated_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    organisation: Mapped[Organisation] = relationship()
    audience: Mapped[list[CollectionRule]] = relationship(
        cascade="all, delete-orphan", order_by="CollectionRule.dimension, CollectionRule.value"
    )

    @property
    def is_playbook(self) -> bool:
        return self.kind is CollectionKind.PLAYBOOK


class CollectionRule(Base):
    """One value of one dimension that may see the collection, as of an asset (content.assets.audiences)."""

    __tablename__ = "collection_rules"
    __table_args__ = (UniqueConstraint("collection_id", "dimension", "value"),)

    id: Mapped[Key]
    collection_id: Mapped[int] = mapped_column(ForeignKey("collections.id", ondelete="CASCADE"))
    dimension: Mapped[AudienceDimension]
    value: Mapped[Ref] = mapped_column(default="")


class CollectionItem(Base):
    """An asset at its place, or a heading over those that follow. Removed ones stay, for the undo.

    `title` is the heading, or what the asset was called when it was added: so its curators know what is
    missing when they may no longer see it.
    """

    __tablename__ = "collection_items"
    __table_args__ = (UniqueConstraint("collection_id", "asset_id"), Index(None, "collection_id", "position"))

    id: Mapped[Key]
    collection_id: Mapped[int] = mapped_column(ForeignKey("collections.id"))
    position: Mapped[int]
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("assets.id"), index=True)
    title: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    @property
    def is_heading(self) -> bool:
        return self.asset_id is None
