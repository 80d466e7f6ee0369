"""Where partners put their name on a page; of what is published a second person agrees to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.assets.asset_facts import Facts
from content.assets.cobranding_models import BrandingZone, ZoneAlignment, ZoneBackground
from content.assets.errors import CannotBeBranded, WrongZone
from content.assets.models import Asset, AssetVersion, FileFormat
from content.assets.proposal_models import ChangeOf, ProposedChange
from content.editing.approval_errors import ChangedMeanwhile, NewerVersionThere
from content.editing.proposing import Wish, join_authors, must_wait, propose
from content.editing.publishing import written_by
from portal.kernel import activity
from portal.kernel.identity import Identity

WHOLE = 10_000
NARROWEST, LOWEST = 500, 200


@dataclass(frozen=True, slots=True)
class Zone:
    """A place on a page, in ten-thousandths of it from its upper left corner. Raises WrongZone."""

    page: int
    x: int
    y: int
    width: int
    height: int
    background: ZoneBackground = ZoneBackground.CLEAR
    alignment: ZoneAlignment = ZoneAlignment.LEFT

    def __post_init__(self) -> None:
        fits = 0 <= self.x <= WHOLE - self.width and 0 <= self.y <= WHOLE - self.height
        if not fits or self.width < NARROWEST or self.height < LOWEST:
            raise WrongZone

    @classmethod
    def of_facts(cls, facts: Mapping[str, Any]) -> Zone:
        """One that was kept as plain values."""
        looks = (ZoneBackground(facts["background"]), ZoneAlignment(facts["alignment"]))
        return cls(facts["page"], facts["x"], facts["y"], facts["width"], facts["height"], *looks)


def zone_of(session: Session, version: AssetVersion) -> Zone | None:
    """The version's zone; none when partners put no name on it."""
    row = session.get(BrandingZone, version.id)
    return None if row is None else _zone(row)


def proposed_zone(session: Session, version: AssetVersion) -> Zone | None:
    """Where an earlier version had it, for the brand to look at and confirm."""
    row = session.scalar(
        select(BrandingZone)
        .join(AssetVersion, AssetVersion.id == BrandingZone.version_id)
        .where(AssetVersion.asset_id == version.asset_id, AssetVersion.number < version.number)
        .where(BrandingZone.page <= version.page_count)
        .order_by(AssetVersion.number.desc())
        .limit(1)
    )
    return None if row is None else _zone(row)


def place_zone(session: Session, version: AssetVersion, zone: Zone, *, at: datetime, by: Identity) -> None:
    """Keep the zone of a version. Raises CannotBeBranded, WrongZone."""
    _refuse_misplaced(version, zone)
    _put(session, version.id, zone, at=at, by_id=by.user_id)
    _told(session, version, "placed", at=at, by=by)


def remove_zone(session: Session, version: AssetVersion, *, at: datetime, by: Identity) -> None:
    """From now on nobody gets the version with a name on it."""
    if _taken_away(session, version.id):
        _told(session, version, "removed", at=at, by=by)


def zone_for_approval(
    session: Session, version: AssetVersion, zone: Zone | None, *, at: datetime, by: Identity
) -> ProposedChange | None:
    """Place or remove it where a second person is wanted; of what partners have already, the change waits.

    Raises CannotBeBranded, WrongZone.
    """
    if zone is not None:
        _refuse_misplaced(version, zone)
    if must_wait(version.asset, version):
        before, after = _facts(zone_of(session, version)), _facts(zone)
        wish = Wish(ChangeOf.ZONE, {"zone": before}, {"zone": after}, version.id)
        return propose(session, version.asset, wish, at=at, by=by)
    join_authors(session, version, by)
    if zone is None:
        remove_zone(session, version, at=at, by=by)
    else:
        place_zone(session, version, zone, at=at, by=by)
    return None


def take_zone(session: Session, asset: Asset, change: ProposedChange, *, at: datetime) -> None:
    """What an approved change does. Raises ChangedMeanwhile, NewerVersionThere."""
    version = session.get_one(AssetVersion, change.version_id)
    if asset.current_version is not None and asset.current_version_id != version.id:
        raise NewerVersionThere(asset.current_version.number)
    if change.before != {"zone": _facts(zone_of(session, version))}:
        raise ChangedMeanwhile
    after = change.after["zone"]
    if after is None:
        _taken_away(session, version.id)
    else:
        _put(session, version.id, Zone.of_facts(after), at=at, by_id=change.proposed_by_id)


def _refuse_misplaced(version: AssetVersion, zone: Zone) -> None:
    if version.format is not FileFormat.PDF or not version.is_ready:
        raise CannotBeBranded
    if not 1 <= zone.page <= version.page_count:
        raise WrongZone


def _put(session: Session, version_id: int, zone: Zone, *, at: datetime, by_id: int | None) -> None:
    session.merge(BrandingZone(version_id=version_id, placed_at=at, placed_by_id=by_id, **asdict(zone)))


def _taken_away(session: Session, version_id: int) -> bool:
    row = session.get(BrandingZone, version_id)
    if row is not None:
        session.delete(row)
    return row is not None


def _told(session: Session, version: AssetVersion, verb: str, *, at: datetime, by: Identity) -> None:
    written_by(version.asset, at=at, by=by)
    subject = ("asset", version.asset.ref)
    activity.record(session, f"zone.{verb}", subject, at=at, by=by, version=version.number)


def _facts(zone: Zone | None) -> Facts | None:
    if zone is None:
        return None
    return asdict(zone) | {"background": str(zone.background), "alignment": str(zone.alignment)}


def _zone(row: BrandingZone) -> Zone:
    return Zone(row.page, row.x, row.y, row.width, row.height, row.background, row.alignment)
