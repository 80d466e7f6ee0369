"""Bringing an older version back: as a new version of the same file, so that nothing is ever rewritten."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, insert, literal, select
from sqlalchemy.orm import Session

from content.assets.caption_models import VersionCaptions
from content.assets.errors import AlreadyCurrent, NothingToRestore
from content.assets.models import Asset, AssetState, AssetVersion, Page, Processing
from content.editing.proposing import hold_version
from content.usage.demo_models import DemoFile
from portal.kernel import activity
from portal.kernel.identity import Identity

# the row of its own, not what is the same file
_OF_ITS_OWN = {
    "id",
    "number",
    "what_changed",
    "created_at",
    "created_by_id",
    "tries",
    "lease_until",
    "is_held",
    "released_at",
}


def restore_version(
    session: Session, version: AssetVersion, what_changed: str, *, at: datetime, by: Identity | str
) -> AssetVersion:
    """The asset's next version, with the file and the pages of an older one; current at once.

    Raises NothingToRestore, AlreadyCurrent.
    """
    asset = session.get_one(Asset, version.asset_id, with_for_update=True)
    again = _again(session, asset, version, what_changed, (at, by))
    again.is_held = asset.state is not AssetState.PUBLISHED
    asset.current_version_id, asset.updated_at = again.id, at
    session.flush()
    return again


def restore_for_approval(
    session: Session, version: AssetVersion, what_changed: str, *, at: datetime, by: Identity | str
) -> AssetVersion:
    """`restore_version` where a second person is wanted: of what is published it waits for them."""
    asset = session.get_one(Asset, version.asset_id, with_for_update=True)
    if asset.state is not AssetState.PUBLISHED:
        return restore_version(session, version, what_changed, at=at, by=by)
    again = _again(session, asset, version, what_changed, (at, by))
    hold_version(session, asset, again, at=at, by=by)
    return again


def _again(
    session: Session,
    asset: Asset,
    version: AssetVersion,
    what_changed: str,
    made: tuple[datetime, Identity | str],
) -> AssetVersion:
    at, by = made
    if version.processing is not Processing.READY:
        raise NothingToRestore(version.number)
    if asset.current_version_id == version.id:
        raise AlreadyCurrent(version.number)
    newest = select(func.max(AssetVersion.number)).where(AssetVersion.asset_id == asset.id)
    again = AssetVersion(
        **_copied(version),
        number=(session.scalar(newest) or 0) + 1,
        what_changed=what_changed.strip() or f"Version {version.number} again",
        created_at=at,
        created_by_id=by.user_id if isinstance(by, Identity) else None,
    )
    session.add(again)
    session.flush()
    for table in (Page, DemoFile, VersionCaptions):
        _copy(session, table, version, again)
    facts = {"version": again.number, "of": version.number}
    session.flush()
    activity.record(session, "version.restored", ("asset", asset.ref), at=at, by=by, **facts)
    return again


def _copied(version: AssetVersion) -> dict[str, object]:
    columns = AssetVersion.__mapper__.column_attrs.keys()
    return {name: getattr(version, name) for name in columns if name not in _OF_ITS_OWN}


def _copy(
    session: Session,
    table: type[Page | DemoFile | VersionCaptions],
    source: AssetVersion,
    target: AssetVersion,
) -> None:
    """The rows of a version, for another."""
    names = [name for name in dict(table.__mapper__.column_attrs) if name not in {"id", "version_id"}]
    rows = select(literal(target.id), *(getattr(table, name) for name in names))
    session.execute(
        insert(table).from_select(["version_id", *names], rows.where(table.version_id == source.id))
    )
