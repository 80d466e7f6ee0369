"""Facts of selling and airing: orders, line items with their revisions, delivery rows. Append-only."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.kernel.db import Base, Key, Ref


class Pricing(StrEnum):
    """What the rate is the price of: 1,000 units, one unit, the whole line."""

    CPM = "cpm"
    PER_SPOT = "per_spot"
    FLAT = "flat"


class Cap(StrEnum):
    NONE = "none"
    CUMULATIVE = "cumulative"
    PER_CYCLE = "per_cycle"


class BillingSource(StrEnum):
    OWN = "own"
    THIRD_PARTY = "third_party"
    MANUAL = "manual"
    CONTRACTED = "contracted"


class LineStatus(StrEnum):
    SIGNED = "signed"
    CANCELLED = "cancelled"


class OrderRevision(Base):
    """What an insertion order says of itself; the highest revision is what it says now."""

    __tablename__ = "order_revisions"
    __table_args__ = (
        UniqueConstraint("order_ref", "revision"),
        Index(None, "partner_ref", "signed_on"),
        Index(None, "signed_on", "order_ref"),
        {"info": {"append_only": True}},
    )

    id: Mapped[Key]
    order_ref: Mapped[Ref]
    revision: Mapped[int]
    signed_on: Mapped[date]
    partner_ref: Mapped[Ref]
    advertiser: Mapped[str]
    currency: Mapped[str] = mapped_column(String(3))
    content_hash: Mapped[str] = mapped_column(String(64))
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id"))
    recorded_at: Mapped[datetime]


class LineItem(Base):
    """That a line exists, and the order it belongs to; all else of it stands in its revisions."""

    __tablename__ = "line_items"
    __table_args__ = {"info": {"append_only": True}}  # noqa: RUF012  SQLAlchemy reads it from the class

    id: Mapped[Key]
    line_ref: Mapped[Ref] = mapped_column(unique=True)
    order_ref: Mapped[Ref] = mapped_column(index=True)


class LineRevision(Base):
    """The terms of a line item from a revision on.

    The flight is half-open: `first_day` to before `end_day` (files say the last day, inclusive).
    `agency_percent`, `rate`, `cap_tolerance_percent` are exact decimal text. `valid_from` is empty
    where the terms hold for the whole line. `revision` counts for this line; `order_revision` names
    the revision of the order that brought it.
    """

    __tablename__ = "line_revisions"
    __table_args__ = (
        UniqueConstraint("line_id", "revision"),
        Index(None, "makegood_for"),
        Index(None, "end_day"),
        {"info": {"append_only": True}},
    )

    id: Mapped[Key]
    line_id: Mapped[int] = mapped_column(ForeignKey("line_items.id"))
    revision: Mapped[int]
    order_revision: Mapped[int]
    agency_percent: Mapped[str]
    station: Mapped[Ref]
    daypart: Mapped[str | None]
    time_zone: Mapped[Ref]
    product: Mapped[str | None]
    category: Mapped[str | None]
    first_day: Mapped[date]
    end_day: Mapped[date]
    pricing: Mapped[Pricing]
    rate: Mapped[str]
    booked_units: Mapped[int]
    cap: Mapped[Cap]
    cap_tolerance_percent: Mapped[str]
    billing_source: Mapped[BillingSource]
    plan: Mapped[Ref | None]
    makegood_for: Mapped[Ref | None]
    status: Mapped[LineStatus]
    cancelled_on: Mapped[date | None]
    valid_from: Mapped[date | None]
    content_hash: Mapped[str] = mapped_column(String(64))
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id"))
    recorded_at: Mapped[datetime]
    shares: Mapped[list[SplitShare]] = relationship(order_by="SplitShare.payee_ref")


class SplitShare(Base):
    """A payee's relative weight in a line revision, exact text; no row: the order's partner has all."""

    __tablename__ = "split_shares"
    __table_args__ = (Index(None, "payee_ref"), {"info": {"append_only": True}})

    line_revision_id: Mapped[int] = mapped_column(ForeignKey("line_revisions.id"), primary_key=True)
    payee_ref: Mapped[Ref] = mapped_column(primary_key=True)
    weight: Mapped[str]


class DeliverySource(Base):
    """A system that reports counts, by its name in files; settings say what kind it is."""

    __tablename__ = "delivery_sources"
    __table_args__ = {"info": {"append_only": True}}  # noqa: RUF012  SQLAlchemy reads it from the class

    id: Mapped[Key]
    name: Mapped[Ref] = mapped_column(unique=True)


class DeliveryRow(Base):
    """The absolute count of a source for a line and service day, at a revision.

    The station of an accepted row is its line's. `added_units` is what this row added to the count
    that stood before it (0 for a revision that came late): the current count is the sum of
    `added_units`, and what was known after import n is that sum over `import_id` up to n. There are no
    foreign keys: they would be checked a million times for keys that the import itself has joined.
    """

    __tablename__ = "delivery_rows"
    __table_args__ = {  # noqa: RUF012  SQLAlchemy reads it from the class
        "info": {"append_only": True},
        "sqlite_with_rowid": False,
    }

    line_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    service_date: Mapped[date] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    units: Mapped[int]
    added_units: Mapped[int]
    proof_ref: Mapped[Ref | None]
    import_id: Mapped[int]


class DisallowedUnits(Base):
    """Units of a line and service day that finance does not count: an absolute number, the latest holds.

    `added_units` is what this row added to the number before it, as with delivery rows.
    """

    __tablename__ = "disallowed_units"
    __table_args__ = {"info": {"append_only": True}}  # noqa: RUF012  SQLAlchemy reads it from the class

    line_id: Mapped[int] = mapped_column(ForeignKey("line_items.id"), primary_key=True)
    service_date: Mapped[date] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    units: Mapped[int]
    added_units: Mapped[int]
    reason: Mapped[str]
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id"))


class DebtWriteOff(Base):
    """Make-good debt that will not be made good any more: units, from a day on."""

    __tablename__ = "debt_write_offs"
    __table_args__ = (Index(None, "line_id"), {"info": {"append_only": True}})

    id: Mapped[Key]
    line_id: Mapped[int] = mapped_column(ForeignKey("line_items.id"))
    units: Mapped[int]
    reason: Mapped[str]
    written_off_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[Ref]
    approved_by: Mapped[Ref | None]
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id"))
