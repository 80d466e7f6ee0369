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
from content.assets.errors import FileLost
from content.assets.id_sets import in_set
from content.assets.models import Asset, AssetState, AssetVersion, Page, Processing
from content.editing.proposing import take_back_version
from content.editing.stored_files import StoredFiles
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


@dataclass(frozen=True, slots=True)
class TakenBack:
    """How many assets went, and those that stay, with the reason; "" where somebody changed it since."""

    count: int
    kept: tuple[tuple[Asset, str], ...]


def take_back(
    session: Session, change: BulkChange, *, at: datetime, needs_approval: bool, files: StoredFiles
) -> TakenBack:
    """Take back the assets and versions that an import added.

    Where a second person is wanted, the version that they let partners have stays, and what somebody has
    worked on since stays, too. An asset that somebody opened, or that something else holds on to, is retired
    instead of removed. Raises StoreSilent.
    """
    added = list(session.scalars(select(Asset).where(in_set(session, Asset.id, change.details["added"]))))
    worked_on = _worked_on(session, change)
    going = [asset for asset in added if asset.id not in worked_on]
    opened = _opened(session, {asset.id for asset in going})
    for asset in going:
        if asset.id in opened or not _removed(session, asset):
            _retire(asset, at=at)
    kept = [(asset, "") for asset in added if asset.id in worked_on]
    versions = select(AssetVersion).where(in_set(session, AssetVersion.id, change.details["versions"]))
    ids = {asset.id for asset in added}
    for version in session.scalars(versions):
        is_published = version.asset.state is AssetState.PUBLISHED
        if version.asset_id in ids or (needs_approval and is_published and version.is_current):
            continue
        try:
            _withdraw(session, version, at=at, files=files)
        except FileLost as lost:
            kept.append((version.asset, lost.sentence))
    session.flush()
    return TakenBack(len(going), tuple(kept))


def files_replaced(session: Session, change: BulkChange) -> list[str]:
    """The files of the versions that are shown again when those that the import added are not."""
    versions = select(AssetVersion).where(in_set(session, AssetVersion.id, change.details["versions"]))
    before = [_before(session, version) for version in session.scalars(versions) if _is_shown(version)]
    return [version.blob_sha256 for version in before if version is not None and version.blob_sha256]


def _worked_on(session: Session, change: BulkChange) -> set[int]:
    """Of the assets that an import added those of which a person wrote the facts or sent a version since."""
    added = in_set(session, Asset.id, change.details["added"])
    brought = in_set(session, AssetVersion.id, change.details["versions"])
    sent = exists().where(
        AssetVersion.asset_id == Asset.id, AssetVersion.created_by_id.is_not(None), ~brought
    )
    written = or_(Asset.changed_by_id.is_not(None), sent)
    return set(session.scalars(select(Asset.id).where(added, written)))


def _retire(asset: Asset, *, at: datetime) -> None:
    asset.state, asset.updated_at = AssetState.RETIRED, at
    asset.publish_at = asset.publish_by_id = asset.publish_problem = None


def _opened(session: Session, ids: set[int]) -> set[int]:
    seen = or_(exists().where(View.asset_id == Asset.id), exists().where(Download.asset_id == Asset.id))
    return set(session.scalars(select(Asset.id).where(in_set(session, Asset.id, ids), seen)))


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


def _withdraw(session: Session, version: AssetVersion, *, at: datetime, files: StoredFiles) -> None:
    """The version before it is the current one again; one that was not read yet never becomes current.

    Raises FileLost, StoreSilent.
    """
    asset, before = version.asset, _before(session, version)
    if before is not None and _is_shown(version):
        files.refuse_unserved(before)
    if not version.processing.is_over:
        version.processing, version.reason = Processing.FAILED, TAKEN_BACK
    take_back_version(session, version, at=at)
    if asset.current_version_id == version.id:
        asset.current_version_id = before.id if before else None
        asset.updated_at = at


def _is_shown(version: AssetVersion) -> bool:
    return version.is_current and version.asset.state is AssetState.PUBLISHED


def _before(session: Session, version: AssetVersion) -> AssetVersion | None:
    earlier = select(AssetVersion).where(
        AssetVersion.asset_id == version.asset_id,
        AssetVersion.number < version.number,
        AssetVersion.processing == Processing.READY,
    )
    if version.asset.state is AssetState.PUBLISHED:
        earlier = earlier.where(AssetVersion.is_held.is_(False))
    return session.scalar(earlier.order_by(AssetVersion.number.desc()).limit(1))
