"""The same file twice: which assets hold it already, so that nobody makes a second one by mistake."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.assets.audiences import visible_assets
from content.assets.models import Asset, AssetVersion
from portal.kernel.identity import Identity


@dataclass(frozen=True, slots=True)
class SameFile:
    """An asset that has the file as its version `version`, the last of those that have."""

    sha256: str
    ref: str
    title: str
    version: int


def assets_with(session: Session, identity: Identity, sha256: str, *, at: datetime) -> list[SameFile]:
    """Assets the identity may see that hold this file, the last touched first (R29)."""
    return same_files(session, identity, [sha256], at=at)


def other_refs_with(session: Session, sha256: str, asset_id: int) -> list[str]:
    """Refs of all other assets that hold this file; for the operator."""
    holding = select(AssetVersion.asset_id).where(AssetVersion.blob_sha256 == sha256)
    others = select(Asset.ref).where(Asset.id.in_(holding), Asset.id != asset_id)
    return list(session.scalars(others.order_by(Asset.ref)))


def same_files(
    session: Session, identity: Identity, hashes: Collection[str], *, at: datetime
) -> list[SameFile]:
    """For many files at once."""
    found = session.execute(
        select(AssetVersion.blob_sha256, Asset.ref, Asset.title, func.max(AssetVersion.number))
        .join(Asset, Asset.id == AssetVersion.asset_id)
        .where(AssetVersion.blob_sha256.in_(hashes), Asset.id.in_(visible_assets(identity, at=at)))
        .group_by(AssetVersion.blob_sha256, Asset.ref, Asset.title, Asset.updated_at, Asset.id)
        .order_by(Asset.updated_at.desc(), Asset.id.desc())
        .limit(500)
    )
    return [SameFile(sha256 or "", ref, title, number) for sha256, ref, title, number in found]
