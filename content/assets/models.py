"""Assets, their immutable versions and pages, the words they are tagged with, and who may see them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Table,
    Text,
    UniqueConstraint,
    false,
    func,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from partners.models import User
from portal.kernel.db import Base, Key, Ref


class AssetKind(StrEnum):
    CASE_STUDY = "case_study"
    ONE_PAGER = "one_pager"
    DECK = "deck"
    RATE_CARD = "rate_card"
    MEDIA_KIT = "media_kit"
    VIDEO = "video"
    AUDIO = "audio"
    DEMO = "demo"
    LINK = "link"
    TEMPLATE = "template"
    DOCUMENT = "document"


class AssetState(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    PUBLISHED = "published"
    RETIRED = "retired"


class FileFormat(StrEnum):
    """What a file is, found out from its bytes."""

    PDF = "pdf"
    POWERPOINT = "powerpoint"
    WORD = "word"
    EXCEL = "excel"
    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    DEMO = "demo"
    TEXT = "text"
    MARKDOWN = "markdown"
    LINK = "link"
    # nothing that the portal reads; such a version has failed from the start
    OTHER = "other"


# what has a length and is played
PLAYED_FORMATS = frozenset({FileFormat.AUDIO, FileFormat.VIDEO})


class Processing(StrEnum):
    PENDING = "pending"
    PROCESSING = "processing"
    READY = "ready"
    FAILED = "failed"

    @property
    def is_over(self) -> bool:
        return self in {Processing.READY, Processing.FAILED}


class Vocabulary(StrEnum):
    """What an asset can be found by, beside its kind and language."""

    PERSONA = "persona"
    STAGE = "stage"
    INDUSTRY = "industry"
    PRODUCT = "product"


class AudienceDimension(StrEnum):
    """Within one dimension any value matches; all dimensions that appear must match; no row is nobody."""

    ALL = "all"
    TIER = "tier"
    TYPE = "type"
    REGION = "region"
    PARTNER = "partner"
    LANGUAGE = "language"
    CATEGORY = "category"


# what a version is; written once
FILE_COLUMNS = (
    "asset_id",
    "number",
    "file_name",
    "media_type",
    "format",
    "blob_sha256",
    "url",
    "size",
    "what_changed",
    "created_at",
)

asset_terms = Table(
    "asset_terms",
    Base.metadata,
    Column("asset_id", ForeignKey("assets.id", ondelete="CASCADE"), primary_key=True),
    Column("term_id", ForeignKey("terms.id"), primary_key=True, index=True),
)


class Term(Base):
    """A word of a vocabulary: `ref` is what addresses and files carry, `name` what people read."""

    __tablename__ = "terms"
    __table_args__ = (UniqueConstraint("vocabulary", "ref"),)

    id: Mapped[Key]
    vocabulary: Mapped[Vocabulary]
    ref: Mapped[Ref]
    name: Mapped[str]


class Asset(Base):
    """One piece of content under one name. Partners see it only by `audiences.visible_assets`."""

    __tablename__ = "assets"
    __table_args__ = (Index(None, "state", "expires_at"), Index(None, "published_at"), Index(None, "kind"))

    id: Mapped[Key]
    ref: Mapped[Ref] = mapped_column(unique=True)
    title: Mapped[str]
    kind: Mapped[AssetKind]
    summary: Mapped[str] = mapped_column(default="")
    language: Mapped[Ref] = mapped_column(default="en")
    # the same number for assets that are each other's translation
    translation_group: Mapped[int | None] = mapped_column(index=True)
    state: Mapped[AssetState] = mapped_column(default=AssetState.DRAFT)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    review_on: Mapped[date | None]
    expires_at: Mapped[datetime | None]
    verified_on: Mapped[date | None]
    # since when partners do not see it, because nobody confirmed it in time
    hidden_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    # no foreign key: versions point at their asset, and two tables that point at each other
    # cannot be made or filled in one order on both databases; `flask content verify` checks it
    current_version_id: Mapped[int | None] = mapped_column(index=True)
    when_to_use: Mapped[str] = mapped_column(default="")
    talk_track: Mapped[str] = mapped_column(default="")
    do_not_say: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    updated_at: Mapped[datetime]
    # who wrote its facts last: an author, too
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    submitted_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    approved_at: Mapped[datetime | None]
    # the number of the version that was approved
    approved_version: Mapped[int | None]
    # why it was not approved, until it is handed in again
    sent_back_reason: Mapped[str | None]
    sent_back_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    sent_back_at: Mapped[datetime | None]
    publish_at: Mapped[datetime | None] = mapped_column(index=True)
    publish_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    # why the last publishing at a set time did not happen
    publish_problem: Mapped[str | None]
    owner: Mapped[User | None] = relationship(foreign_keys=[owner_id])
    created_by: Mapped[User | None] = relationship(foreign_keys=[created_by_id])
    submitted_by: Mapped[User | None] = relationship(foreign_keys=[submitted_by_id])
    approved_by: Mapped[User | None] = relationship(foreign_keys=[approved_by_id])
    publish_by: Mapped[User | None] = relationship(foreign_keys=[publish_by_id])
    sent_back_by: Mapped[User | None] = relationship(foreign_keys=[sent_back_by_id])
    versions: Mapped[list[AssetVersion]] = relationship(
        back_populates="asset", order_by="AssetVersion.number.desc()"
    )
    current_version: Mapped[AssetVersion | None] = relationship(
        primaryjoin="foreign(Asset.current_version_id) == AssetVersion.id", viewonly=True
    )
    terms: Mapped[list[Term]] = relationship(secondary=asset_terms, order_by="Term.vocabulary, Term.name")
    audience: Mapped[list[AudienceRule]] = relationship(
        cascade="all, delete-orphan", order_by="AudienceRule.dimension, AudienceRule.value"
    )

    @hybrid_property
    def new_since(self) -> datetime:
        """What the library is ordered by: when it was published, or made if it never was."""
        return self.published_at or self.created_at

    @new_since.inplace.expression
    @classmethod
    def _new_since(cls) -> ColumnElement[datetime]:
        return func.coalesce(cls.published_at, cls.created_at)

    def terms_of(self, vocabulary: Vocabulary) -> list[Term]:
        return [term for term in self.terms if term.vocabulary == vocabulary]

    def is_expired(self, at: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= at

    @property
    def author_ids(self) -> set[int]:
        """Whose work it is: they made it, wrote its facts or newest file, or asked for approval."""
        newest = self.versions[0].created_by_id if self.versions else None
        return {one for one in (self.created_by_id, self.changed_by_id, self.submitted_by_id, newest) if one}

    @property
    def mark(self) -> str:
        """Another one after each change of it, and each version: what somebody looked at."""
        return self.updated_at.isoformat()

    @property
    def is_approved_as_it_is(self) -> bool:
        """Whether somebody approved it, and no other version became current since."""
        current = self.current_version
        return (
            self.approved_at is not None and current is not None and self.approved_version == current.number
        )


Index("ix_assets_newest", Asset.new_since, Asset.id)


class AudienceRule(Base):
    """One value of one dimension that may see the asset (`all` has the value "")."""

    __tablename__ = "audience_rules"
    __table_args__ = (UniqueConstraint("asset_id", "dimension", "value"),)

    id: Mapped[Key]
    asset_id: Mapped[int] = mapped_column(ForeignKey("assets.id", ondelete="CASCADE"))
    dimension: Mapped[AudienceDimension]
    value: Mapped[Ref] = mapped_column(default="")


class AssetVersion(Base):
    """An immutable file (or address) of an asset. Only its processing columns ever change; triggers hold it.

    One that failed before its file could be stored has neither.
    `media_type` comes from our own table, never from the client (R11). `lease_until` is how long
    the worker that took it may work before another takes over; `waits` how often the store was away.
    """

    __tablename__ = "asset_versions"
    __table_args__ = (
        UniqueConstraint("asset_id", "number"),
        Index(None, "processing", "lease_until"),
        CheckConstraint("blob_sha256 IS NULL OR url IS NULL", name="file_or_address"),
        {"info": {"frozen": FILE_COLUMNS}},
    )

    id: Mapped[Key]
    asset_id: Mapped[int] = mapped_column(ForeignKey("assets.id"))
    number: Mapped[int]
    file_name: Mapped[str]
    media_type: Mapped[str]
    format: Mapped[FileFormat]
    blob_sha256: Mapped[Ref | None] = mapped_column(index=True)
    url: Mapped[str | None]
    size: Mapped[int] = mapped_column(default=0)
    processing: Mapped[Processing] = mapped_column(default=Processing.PENDING)
    # why it failed, or what is not there although it is ready
    reason: Mapped[str | None]
    tries: Mapped[int] = mapped_column(default=0)
    waits: Mapped[int] = mapped_column(default=0, server_default="0")
    lease_until: Mapped[datetime | None]
    page_count: Mapped[int] = mapped_column(default=0)
    duration_ms: Mapped[int | None]
    cover_sha256: Mapped[Ref | None] = mapped_column(index=True)
    # nobody but the brand sees it: it was not published, or a second person has not approved it
    is_held: Mapped[bool] = mapped_column(default=False, server_default=false())
    # when a version that was held came to partners
    released_at: Mapped[datetime | None]
    what_changed: Mapped[str] = mapped_column(default="")
    # what the file says of itself, as [name, value]: author, place and the like; none before it is read
    file_facts: Mapped[list[Any] | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    asset: Mapped[Asset] = relationship(back_populates="versions")
    created_by: Mapped[User | None] = relationship()
    pages: Mapped[list[Page]] = relationship(back_populates="version", order_by="Page.number")

    @property
    def is_ready(self) -> bool:
        return self.processing is Processing.READY

    @property
    def is_current(self) -> bool:
        return self.asset.current_version_id == self.id

    @hybrid_property
    def came_at(self) -> datetime:
        """When partners got it."""
        return self.released_at or self.created_at

    @came_at.inplace.expression
    @classmethod
    def _came_at(cls) -> ColumnElement[datetime]:
        return func.coalesce(cls.released_at, cls.created_at)


class Page(Base):
    """A page, slide or sheet of a version, numbered from 1. Without a picture its text is shown."""

    __tablename__ = "pages"
    __table_args__ = (UniqueConstraint("version_id", "number"),)

    id: Mapped[Key]
    version_id: Mapped[int] = mapped_column(ForeignKey("asset_versions.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")
    image_sha256: Mapped[Ref | None] = mapped_column(index=True)
    # the picture for a phone, where the other one is larger than that
    small_sha256: Mapped[Ref | None] = mapped_column(index=True)
    thumbnail_sha256: Mapped[Ref | None] = mapped_column(index=True)
    width: Mapped[int | None]
    height: Mapped[int | None]
    # JSON of [x, y, width, height, word] on the picture, "" without; only read by the viewer
    layer: Mapped[str] = mapped_column(Text, default="", server_default="", deferred=True)
    version: Mapped[AssetVersion] = relationship(back_populates="pages")
