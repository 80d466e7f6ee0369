"""The answers of /api/v1/assets, and the two calls that upload."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from content.assets.audiences import visible_assets
from content.assets.errors import UnknownField, WrongField
from content.assets.guard import readable_asset
from content.assets.models import Asset, AssetKind, AssetState, AssetVersion, Processing
from content.editing.describing import add_asset, owner_by_email
from content.uploads import uploads
from content.uploads.manifest import COLUMNS, ManifestRow, description_of
from content.uploads.same_files import assets_with
from content.uploads.uploads import Upload
from portal.kernel.csv_files import Unreadable
from portal.kernel.cursors import cursor_of, key_of
from portal.kernel.errors import NotFound
from portal.kernel.identity import Identity

NOT_ASKED = {"file"}
OPTIONAL = {"ref", "audience"}
# true for those without which there is no asset
FORM_FIELDS = {
    column.name: column.required and column.name not in OPTIONAL
    for column in COLUMNS
    if column.name not in NOT_ASKED
}


@dataclass(frozen=True, slots=True)
class AssetAnswer:
    """An asset. `version` is the current one's number, null while none is ready.

    `processing` and `reason` are of the newest version for who writes content, else of the current one;
    null without a version. `pages` are those of the current version.
    """

    ref: str
    title: str
    kind: AssetKind
    state: AssetState
    processing: Processing | None
    reason: str | None
    version: int | None
    newest_version: int | None
    pages: int
    format: str | None
    summary: str
    language: str
    published_at: datetime | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class UploadAnswer(AssetAnswer):
    """An asset that got a file. `same_file`: refs of the other assets that hold the very file already."""

    same_file: list[str]


@dataclass(frozen=True, slots=True)
class AssetList:
    items: list[AssetAnswer]
    next: str | None


def asset_answer(session: Session, identity: Identity, ref: str, *, at: datetime) -> AssetAnswer:
    """The asset as the identity may see it. Raises NotFound."""
    asset = readable_asset(session, identity, ref, at=at)
    return _answers(session, identity, [asset])[0]


def asset_list(
    session: Session, identity: Identity, *, limit: int, cursor: str | None, at: datetime
) -> AssetList:
    """A page of the assets that the identity may see, by ref. Raises WrongCursor."""
    wanted = select(Asset).where(Asset.id.in_(visible_assets(identity, at=at)))
    if cursor is not None:
        wanted = wanted.where(Asset.ref > key_of(cursor))
    found = list(session.scalars(wanted.order_by(Asset.ref).limit(limit + 1)))
    more = cursor_of(found[limit - 1].ref) if len(found) > limit else None
    return AssetList(_answers(session, identity, found[:limit]), more)


def upload_asset(
    session: Session,
    identity: Identity,
    fields: Mapping[str, str],
    upload: Upload,
    made: tuple[datetime, ZoneInfo],
) -> tuple[UploadAnswer, int]:
    """A draft with its file, and the id of its version, to be read after the commit; `made` is (at, zone).

    The fields are the columns of a manifest. Raises WrongField, UnknownField and what `add_asset` raises.
    """
    at, zone = made
    row = _row(fields)
    if row.owner:
        owner_by_email(session, row.owner)
    asset = add_asset(session, description_of(session, row, zone), ref=row.ref or None, at=at, by=identity)
    version = uploads.add_version(session, asset, upload, at=at, by=identity)
    return _uploaded(session, identity, asset, upload, at=at), version.id


def upload_version(
    session: Session, identity: Identity, ref: str, upload: Upload, *, at: datetime
) -> tuple[UploadAnswer, int]:
    """The asset with its next version, and that one's id, to be read after the commit. Raises NotFound."""
    asset = readable_asset(session, identity, ref, at=at)
    version = uploads.add_version(session, asset, upload, at=at, by=identity)
    return _uploaded(session, identity, asset, upload, at=at), version.id


def _uploaded(
    session: Session, identity: Identity, asset: Asset, upload: Upload, *, at: datetime
) -> UploadAnswer:
    answer = _answers(session, identity, [asset])[0]
    same = assets_with(session, identity, upload.sha256, at=at) if upload.sha256 else []
    facts = {one.name: getattr(answer, one.name) for one in dataclasses.fields(answer)}
    return UploadAnswer(**facts, same_file=[one.ref for one in same if one.ref != asset.ref])


def _answers(session: Session, identity: Identity, assets: list[Asset]) -> list[AssetAnswer]:
    current, newest = aliased(AssetVersion), aliased(AssetVersion)
    any_of = aliased(AssetVersion)
    top = select(func.max(any_of.number)).where(any_of.asset_id == Asset.id).scalar_subquery()
    rows = session.execute(
        select(Asset.id, current, newest)
        .outerjoin(current, current.id == Asset.current_version_id)
        .outerjoin(newest, (newest.asset_id == Asset.id) & (newest.number == top))
        .where(Asset.id.in_([asset.id for asset in assets]))
    )
    versions = {asset_id: (shown, latest) for asset_id, shown, latest in rows}
    return [_answer(identity, asset, *versions[asset.id]) for asset in assets]


def _answer(
    identity: Identity, asset: Asset, current: AssetVersion | None, newest: AssetVersion | None
) -> AssetAnswer:
    told = newest if identity.sees_all_content else current
    if told is None and not identity.sees_all_content:
        raise NotFound
    shown = current or told
    return AssetAnswer(
        ref=asset.ref,
        title=asset.title,
        kind=asset.kind,
        state=asset.state,
        processing=told.processing if told else None,
        reason=told.reason if told and identity.sees_all_content else None,
        version=current.number if current else None,
        newest_version=told.number if told else None,
        pages=current.page_count if current else 0,
        format=str(shown.format) if shown else None,
        summary=asset.summary,
        language=asset.language,
        published_at=asset.published_at,
        updated_at=asset.updated_at,
    )


def _row(fields: Mapping[str, str]) -> ManifestRow:
    for name in fields:
        if name not in FORM_FIELDS:
            raise UnknownField(name)
    values: list[object] = []
    for column in COLUMNS:
        text = "" if column.name in NOT_ASKED else fields.get(column.name, "").strip()
        if not text and column.name in OPTIONAL | NOT_ASKED:
            values.append(frozenset() if column.name == "audience" else "")
            continue
        if not text and column.required:
            raise WrongField(column.name, "It is required.")
        try:
            values.append(column.read(text))
        except Unreadable as problem:
            raise WrongField(column.name, str(problem)) from None
    return ManifestRow(*values)  # type: ignore[arg-type]
