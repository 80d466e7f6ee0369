"""The files of one folder that have become assets: how they stand, and publishing all that are ready."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session, selectinload

from content.assets.models import Asset, AssetState, AssetVersion
from content.editing import publishing
from content.uploads.incoming_models import IncomingFile
from portal.kernel.errors import Refusal
from portal.kernel.identity import Identity


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file of the folder as the asset that it became; `version` is the asset's newest."""

    asset: Asset
    version: AssetVersion

    @property
    def can_be_published(self) -> bool:
        return self.version.is_ready and bool(self.asset.audience) and self.asset.state in _BEFORE


_BEFORE = (AssetState.DRAFT, AssetState.APPROVED)


def arrivals(session: Session, identity: Identity, batch: str) -> list[Arrival]:
    """What the person sent as one folder, by title; nothing of anybody else's."""
    found = session.scalars(_assets(identity, batch).order_by(Asset.title, Asset.id)).unique()
    return [Arrival(asset, asset.versions[0]) for asset in found if asset.versions]


def take_ready(
    session: Session, identity: Identity, batch: str, verb: publishing.Verb, *, at: datetime
) -> tuple[int, list[Refusal]]:
    """Publish (or submit) each that is read and has an audience; how many, and why others were refused."""
    taken, refused = 0, []
    for arrival in arrivals(session, identity, batch):
        if not arrival.can_be_published:
            continue
        try:
            verb(session, arrival.asset, at=at, by=identity)
        except Refusal as refusal:
            refused.append(refusal)
        else:
            taken += 1
    return taken, refused


def take_back(session: Session, identity: Identity, batch: str, *, taken_at: datetime, at: datetime) -> int:
    """The undo: drafts again are those that were published, or submitted, at that instant and still are."""
    published = and_(Asset.state == AssetState.PUBLISHED, Asset.published_at == taken_at)
    submitted = and_(Asset.state == AssetState.IN_REVIEW, Asset.submitted_at == taken_at)
    assets = list(session.scalars(_assets(identity, batch).where(or_(published, submitted))).unique())
    for asset in assets:
        publishing.withdraw(session, asset, at=at, by=identity)
        # it was never out, so that the next publishing is its first again
        asset.published_at = None
    return len(assets)


def _assets(identity: Identity, batch: str) -> Select[Asset]:
    sent = select(IncomingFile.asset_id).where(
        IncomingFile.batch == batch,
        IncomingFile.user_id == identity.user_id,
        IncomingFile.asset_id.is_not(None),
    )
    loads = (selectinload(Asset.versions), selectinload(Asset.audience), selectinload(Asset.current_version))
    return select(Asset).where(Asset.id.in_(sent)).options(*loads)
