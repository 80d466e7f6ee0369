"""What an import brought: kept so that it can be taken back, and taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from content.assets.asset_facts import Difference, Facts, facts_of, loaded
from content.assets.bulk_models import BulkChange, BulkChangeRow, BulkKind
from content.assets.id_sets import among
from content.assets.models import Asset, AssetState, AssetVersion, Page, Processing
from content.editing.proposing import take_back_version
from content.usage.usage_models import Download, View
from portal.kernel import activity
from portal.kernel.db import add_rows

AT_ONCE = 5_000
TAKEN_BACK = "The import that brought this file was undone."


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import touched: its assets, and the versions that it added."""

    asset_ids: Sequence[int]
    version_ids: Sequence[int]


def facts_before(session: Session, refs: Iterable[str]) -> dict[int, Facts]:
    """The assets of a manifest that are there already, as they are before it."""
    wanted = sorted(set(refs))
    parts = (wanted[start : start + AT_ONCE] for start in range(0, len(wanted), AT_ONCE))
    ids = [found for part in parts for found in session.scalars(select(Asset.id).where(Asset.ref.in_(part)))]
    return {asset.id: facts_of(asset) for asset in loaded(session, ids)}


def record_import(
    session: Session, before: Mapping[int, Facts], imported: Imported, *, at: datetime, by: str
) -> BulkChange | None:
    """Keep what it changed and added; None when it changed nothing."""
    rows = []
    for asset in loaded(session, [asset_id for asset_id in imported.asset_ids if asset_id in before]):
        difference = Difference.between(before[asset.id], facts_of(asset))
        if not difference.is_none:
            facts = {"before": dict(difference.before), "after": dict(difference.after)}
            rows.append({"asset_id": asset.id, **facts})
    added = [asset_id for asset_id in imported.asset_ids if asset_id not in before]
    if not (rows or added or imported.version_ids):
        return None
    details = {"added": added, "versions": list(imported.version_ids)}
    count = len(set(imported.asset_ids))
    change = BulkChange(kind=BulkKind.IMPORT, at=at, asset_count=count, details=details)
    session.add(change)
    session.flush()
    add_rows(session, BulkChangeRow, [{"change_id": change.id, **row} for row in rows])
    told = {"assets": count, "added": len(added)}
    activity.record(session, "bulk.import", ("bulk_change", str(change.id)), at=at, by=by, **told)
    return change


def take_back(session: Session, change: BulkChange, *, at: datetime, needs_approval: bool) -> int:
    """Take back the assets and versions that an import added; how many assets.

    Where a second person is wanted, the version that they let partners have stays.
    An asset that somebody opened, or that something else holds on to, is retired instead of removed.
    """
    added = list(session.scalars(select(Asset).where(among(session, Asset.id, change.details["added"]))))
    gone = {asset.id for asset in added}
    opened = _opened(session, gone)
    for asset in added:
        if asset.id in opened or not _removed(session, asset):
            asset.state, asset.updated_at = AssetState.RETIRED, at
    versions = select(AssetVersion).where(among(session, AssetVersion.id, change.details["versions"]))
    for version in session.scalars(versions):
        is_published = needs_approval and version.asset.state is AssetState.PUBLISHED
        if version.asset_id not in gone and not (is_published and version.is_current):
            _withdraw(session, version, at=at)
    session.flush()
    return len(added)


def _opened(session: Session, ids: set[int]) -> set[int]:
    seen = or_(exists().where(View.asset_id == Asset.id), exists().where(Download.asset_id == Asset.id))
    return set(session.scalars(select(Asset.id).where(among(session, Asset.id, ids), seen)))


def _removed(session: Session, asset: Asset) -> bool:
    versions = select(AssetVersion.id).where(AssetVersion.asset_id == asset.id)
    try:
        with session.begin_nested():
            session.execute(delete(Page).where(Page.version_id.in_(versions)))
            session.execute(delete(AssetVersion).where(AssetVersion.asset_id == asset.id))
            session.execute(delete(Asset).where(Asset.id == asset.id))
    except IntegrityError:
        return False
    session.expunge(asset)
    return True


def _withdraw(session: Session, version: AssetVersion, *, at: datetime) -> None:
    """The version before it is the current one again; one that was not read yet never becomes current."""
    if not version.processing.is_over:
        version.processing, version.reason = Processing.FAILED, TAKEN_BACK
    asset = session.get_one(Asset, version.asset_id)
    take_back_version(session, version, at=at)
    if asset.current_version_id != version.id:
        return
    earlier = select(AssetVersion.id).where(
        AssetVersion.asset_id == asset.id,
        AssetVersion.number < version.number,
        AssetVersion.processing == Processing.READY,
        AssetVersion.is_held.is_(False),
    )
    asset.current_version_id = session.scalar(earlier.order_by(AssetVersion.number.desc()).limit(1))
    asset.updated_at = at
