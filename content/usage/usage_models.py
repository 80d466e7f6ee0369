"""Usage: sittings that are open, events that never change, and the roll-ups that reports read.

Everything names a person by a random `viewer_id`; who that is stands in `usage_viewers` alone, where it
can be erased while events and figures stay (rules 10 and 11 of "Time that can be trusted").
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from content.usage.usage_time import Cap
from portal.kernel.db import Base, Key, Ref


class ViewerClass(StrEnum):
    """Whom a figure counts. The brand's own staff are a class of their own (rule 7)."""

    PARTNER = "partner"
    BUYER = "buyer"
    BRAND = "brand"


class Viewer(Base):
    """The side table: who a viewer id is. Erasing empties `user_id` and `name`; events keep the id."""

    __tablename__ = "usage_viewers"

    viewer_id: Mapped[Ref] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), unique=True)
    name: Mapped[str | None]
    erased_at: Mapped[datetime | None]


class Dimensions:
    """What figures are counted by: the version, whose people, and which kind of them."""

    asset_id: Mapped[int] = mapped_column(ForeignKey("assets.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("asset_versions.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    viewer_class: Mapped[ViewerClass]


class Deed(Dimensions):
    """What one person did with a version."""

    viewer_id: Mapped[Ref] = mapped_column(ForeignKey("usage_viewers.viewer_id"), index=True)


class View(Deed, Base):
    """A sitting that is open. Its end turns it into a ViewEvent and deletes it here.

    `seqs` is the highest beat number of each tab. `total_ms`, `read_pages` and `bucket` sum up its pages, so
    that a report adds open views in SQL. `opened_on` is the business day of the opening.
    """

    __tablename__ = "views"
    __table_args__ = (Index(None, "last_beat_at"), Index(None, "asset_id", "opened_on"))

    id: Mapped[Ref] = mapped_column(primary_key=True)
    page_count: Mapped[int]
    opened_at: Mapped[datetime]
    opened_on: Mapped[date]
    last_beat_at: Mapped[datetime]
    is_human: Mapped[bool] = mapped_column(default=False)
    seqs: Mapped[dict[str, int]]
    total_ms: Mapped[int] = mapped_column(default=0)
    read_pages: Mapped[int] = mapped_column(default=0)
    bucket: Mapped[int] = mapped_column(default=0)


class ViewPage(Base):
    """Maxima of one page in one tab of an open view, as reported and as counted."""

    __tablename__ = "view_pages"

    view_id: Mapped[Ref] = mapped_column(ForeignKey("views.id"), primary_key=True)
    tab: Mapped[Ref] = mapped_column(primary_key=True)
    page: Mapped[int] = mapped_column(primary_key=True)
    raw_ms: Mapped[int]
    counted_ms: Mapped[int]
    cap: Mapped[Cap | None]


class ViewEvent(Deed, Base):
    """The summary of a view that has ended: a fact, never changed."""

    __tablename__ = "view_events"
    __table_args__ = (
        Index(None, "asset_id", "opened_at"),
        Index(None, "organisation_id", "opened_at"),
        {"info": {"append_only": True}},
    )

    id: Mapped[Key]
    view_id: Mapped[Ref] = mapped_column(unique=True)
    page_count: Mapped[int]
    # its index names the day, too
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    opened_at: Mapped[datetime]
    opened_on: Mapped[date]
    last_beat_at: Mapped[datetime]
    is_human: Mapped[bool]
    raw_ms: Mapped[int]
    total_ms: Mapped[int]
    read_pages: Mapped[int]
    bucket: Mapped[int]


class ViewEventPage(Base):
    """One page of an ended view: reported and counted milliseconds, and why they differ."""

    __tablename__ = "view_event_pages"
    __table_args__ = ({"info": {"append_only": True}},)

    event_id: Mapped[int] = mapped_column(ForeignKey("view_events.id"), primary_key=True)
    page: Mapped[int] = mapped_column(primary_key=True)
    raw_ms: Mapped[int]
    counted_ms: Mapped[int]
    cap: Mapped[Cap | None]
    bucket: Mapped[int]


class Download(Deed, Base):
    """A file that was handed out: by whom, when, which version. Never changed."""

    __tablename__ = "downloads"
    __table_args__ = (Index(None, "asset_id", "downloaded_at"), {"info": {"append_only": True}})

    id: Mapped[Key]
    downloaded_at: Mapped[datetime]
    downloaded_on: Mapped[date]
    # with the partner's name and logo on it
    is_cobranded: Mapped[bool] = mapped_column(default=False)


class UsageDay(Dimensions, Base):
    """Counts of a day. Views without a human signal stand in `not_counted` alone."""

    __tablename__ = "usage_days"
    __table_args__ = (
        UniqueConstraint("asset_id", "day", "version_id", "organisation_id", "viewer_class"),
        Index(None, "day"),
    )

    id: Mapped[Key]
    day: Mapped[date]
    views: Mapped[int]
    read: Mapped[int]
    finished: Mapped[int]
    not_counted: Mapped[int]
    downloads: Mapped[int]
    total_ms: Mapped[int]
    last_opened_at: Mapped[datetime | None]


class UsageTime(Dimensions, Base):
    """How many views of a day had an active time in a bucket (content.usage.usage_time.EDGES)."""

    __tablename__ = "usage_times"
    __table_args__ = (
        UniqueConstraint("asset_id", "day", "version_id", "organisation_id", "viewer_class", "bucket"),
        Index(None, "day"),
    )

    id: Mapped[Key]
    day: Mapped[date]
    bucket: Mapped[int]
    views: Mapped[int]


class UsagePageTime(Dimensions, Base):
    """How many views of a day spent an active time in a bucket on one page."""

    __tablename__ = "usage_page_times"
    __table_args__ = (
        UniqueConstraint(
            "asset_id", "day", "version_id", "organisation_id", "viewer_class", "page", "bucket"
        ),
    )

    id: Mapped[Key]
    day: Mapped[date]
    page: Mapped[int]
    bucket: Mapped[int]
    views: Mapped[int]
    total_ms: Mapped[int]


class UsageViewerDay(Deed, Base):
    """Who viewed an asset on a day: people are counted here, because they do not add up over days."""

    __tablename__ = "usage_viewer_days"
    __table_args__ = (
        UniqueConstraint("asset_id", "day", "version_id", "organisation_id", "viewer_class", "viewer_id"),
        Index(None, "day"),
    )

    id: Mapped[Key]
    day: Mapped[date]
    views: Mapped[int]
