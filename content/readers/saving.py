"""Saved items: what a person wants to find again. Each sees their own only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from content.assets.audiences import visible_assets
from content.assets.models import Asset, AssetVersion
from content.assets.queries import AssetCard, card
from content.readers.reader_models import SavedAsset
from portal.kernel.identity import Identity
from portal.kernel.upserts import insert_into


def save_asset(session: Session, identity: Identity, asset: Asset, *, at: datetime) -> None:
    """Keep an asset that the guard has granted; saving it twice is saving it once."""
    row = {"user_id": identity.user_id, "asset_id": asset.id, "saved_at": at}
    session.execute(
        insert_into(session, SavedAsset)
        .values(row)
        .on_conflict_do_nothing(index_elements=[SavedAsset.user_id, SavedAsset.asset_id])
    )


def unsave_asset(session: Session, identity: Identity, asset: Asset) -> None:
    own = (SavedAsset.user_id == identity.user_id, SavedAsset.asset_id == asset.id)
    session.execute(delete(SavedAsset).where(*own))


def saved_ids(identity: Identity) -> Select[int]:
    """Ids of what the person saved, to filter others with; some may be hidden from them by now."""
    return select(SavedAsset.asset_id).where(SavedAsset.user_id == identity.user_id)


def saved_refs(session: Session, identity: Identity) -> frozenset[str]:
    """Refs of what the person saved, so that cards can show it."""
    return frozenset(session.scalars(select(Asset.ref).where(Asset.id.in_(saved_ids(identity)))))


def saved_assets(
    session: Session, identity: Identity, *, at: datetime, limit: int, offset: int = 0
) -> list[AssetCard]:
    """What the person saved and may still open, the last saved first."""
    rows = session.execute(
        select(Asset, AssetVersion)
        .join(SavedAsset, SavedAsset.asset_id == Asset.id)
        .join(AssetVersion, AssetVersion.id == Asset.current_version_id)
        .where(SavedAsset.user_id == identity.user_id, Asset.id.in_(visible_assets(identity, at=at)))
        .order_by(SavedAsset.saved_at.desc(), Asset.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [card(asset, version) for asset, version in rows]


def saved_count(session: Session, identity: Identity, *, at: datetime) -> int:
    """How many saved assets the person may still open."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Asset)
            .join(AssetVersion, AssetVersion.id == Asset.current_version_id)
            .where(Asset.id.in_(saved_ids(identity)), Asset.id.in_(visible_assets(identity, at=at)))
        )
        or 0
    )
