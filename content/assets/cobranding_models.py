"""Co-branding: the zone that the brand keeps free on a page, and the files that were made with it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from content.assets.models import Processing
from portal.kernel.db import Base, Key, Ref


class ZoneBackground(StrEnum):
    """What stands under the partner's words; clear_light are light words on a dark page."""

    CLEAR = "clear"
    CLEAR_LIGHT = "clear_light"
    WHITE = "white"
    DARK = "dark"


class ZoneAlignment(StrEnum):
    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


class BrandingZone(Base):
    """Where partners put their name on a version: lengths in ten-thousandths of the page as it is seen."""

    __tablename__ = "branding_zones"
    __table_args__ = (
        CheckConstraint(
            "x >= 0 AND y >= 0 AND x + width <= 10000 AND y + height <= 10000", name="on_the_page"
        ),
    )

    version_id: Mapped[int] = mapped_column(ForeignKey("asset_versions.id"), primary_key=True)
    page: Mapped[int]
    x: Mapped[int]
    y: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    background: Mapped[ZoneBackground]
    alignment: Mapped[ZoneAlignment]
    placed_at: Mapped[datetime]
    placed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class CobrandedFile(Base):
    """A version with one partner's name on it: made once, found again by what it was made of."""

    __tablename__ = "cobranded_files"
    __table_args__ = (UniqueConstraint("version_id", "organisation_id", "made_of"),)

    id: Mapped[Key]
    version_id: Mapped[int] = mapped_column(ForeignKey("asset_versions.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    # SHA-256 over the version's file, the zone, the partner's name, contact and logo
    made_of: Mapped[Ref]
    file_sha256: Mapped[Ref] = mapped_column(index=True)
    image_sha256: Mapped[Ref] = mapped_column(index=True)
    made_at: Mapped[datetime]


class WantedCopy(Base):
    """That somebody of a partner asked for their copy of a version; gone when it is made.

    The worker that took it has until `lease_until`. `reason` is why it cannot be made.
    """

    __tablename__ = "wanted_copies"
    __table_args__ = (
        UniqueConstraint("version_id", "organisation_id"),
        Index(None, "processing", "lease_until"),
    )

    id: Mapped[Key]
    version_id: Mapped[int] = mapped_column(ForeignKey("asset_versions.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    asked_at: Mapped[datetime]
    processing: Mapped[Processing] = mapped_column(default=Processing.PENDING)
    reason: Mapped[str | None]
    tries: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
