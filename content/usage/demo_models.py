"""HTML demos: the files of an unpacked version, and the steps that people reached in it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from content.usage.usage_models import Deed
from portal.kernel.db import Base, Key, Ref


class DemoFile(Base):
    """A file of a demo: where it stands in the zip, and the blob that it is.

    `media_type` comes from our own table by the name's ending, never from the zip (R11). `storage_word` is
    what it uses that only a second address gives it, such as localStorage.
    """

    __tablename__ = "demo_files"

    version_id: Mapped[int] = mapped_column(ForeignKey("asset_versions.id"), primary_key=True)
    path: Mapped[str] = mapped_column(String(300), primary_key=True)
    sha256: Mapped[Ref] = mapped_column(index=True)
    media_type: Mapped[Ref]
    size: Mapped[int]
    is_start: Mapped[bool]
    storage_word: Mapped[Ref | None]


class DemoStep(Deed, Base):
    """The first time that a view reached a step: a fact, never changed. `reached_ms` is active time."""

    __tablename__ = "demo_steps"
    __table_args__ = (
        UniqueConstraint("view_id", "step"),
        Index(None, "asset_id", "reached_on"),
        {"info": {"append_only": True}},
    )

    id: Mapped[Key]
    # no foreign key: the view ends and becomes an event, which has the same view_id
    view_id: Mapped[Ref]
    step: Mapped[Ref]
    label: Mapped[str]
    reached_at: Mapped[datetime]
    reached_on: Mapped[date]
    reached_ms: Mapped[int]
    bucket: Mapped[int]
