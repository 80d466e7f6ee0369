"""Who used an older version: those who still hold it as a file, and those who saw it last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, Subquery, and_, case, func, select, union_all
from sqlalchemy.orm import Session, aliased

from content.assets.audience_reach import may_open
from content.assets.models import Asset, AssetVersion, Processing
from content.assets.notice_models import VersionNotice
from content.usage.usage_models import Download, View, Viewer, ViewerClass, ViewEvent
from partners.models import Organisation, User

OUTSIDE = (ViewerClass.PARTNER, ViewerClass.BUYER)


class Use(StrEnum):
    """Which readers of older versions: `holding` a download of one, or having `used` the last one at all."""

    HOLDING = "holding"
    USED = "used"


@dataclass(frozen=True, slots=True)
class VersionReader:
    """A person, the newest version that they used, and when; `told_at` and `asked_at` are of the current one.

    `name` is None after an erasure. Only who `can_be_told` may still open the asset and has a log-in.
    """

    user_id: int | None
    name: str | None
    email: str | None
    organisation: str
    number: int
    at: datetime
    can_be_told: bool
    asked_at: datetime | None
    told_at: datetime | None


@dataclass(frozen=True, slots=True)
class Slice:
    """Which of them: so many from an offset."""

    limit: int = 50
    offset: int = 0


@dataclass(frozen=True, slots=True)
class VersionReaders:
    """A page of readers, how many there are, and how many of them can be told and were not."""

    rows: list[VersionReader]
    total: int
    untold: int


def version_readers(session: Session, asset: Asset, use: Use, part: Slice, *, at: datetime) -> VersionReaders:
    """Readers of versions older than the current one, the latest first."""
    current = asset.current_version
    if current is None:
        return VersionReaders([], 0, 0)
    open_to = case((may_open(asset, at=at), 1), else_=0)
    query = _people(asset, current, use).add_columns(
        open_to.label("can_be_told"),
        func.count().over().label("total"),
        func.sum(case((VersionNotice.id.is_(None), open_to), else_=0)).over().label("untold"),
    )
    found = session.execute(query.limit(part.limit).offset(part.offset)).all()
    rows = [_reader(row) for row in found]
    return VersionReaders(rows, found[0].total, int(found[0].untold)) if found else VersionReaders([], 0, 0)


def untold_people(session: Session, asset: Asset, use: Use, *, at: datetime) -> Sequence[tuple[int, int]]:
    """(user, version) of all who can be told of the current version and were not."""
    current = asset.current_version
    if current is None:
        return []
    query = _people(asset, current, use)
    wanted = query.where(may_open(asset, at=at), VersionNotice.id.is_(None))
    return [(row.user_id, row.number) for row in session.execute(wanted)]


def _people(asset: Asset, current: AssetVersion, use: Use) -> Select[*tuple[Any, ...]]:
    used = _holders(asset, current) if use is Use.HOLDING else _users_of_the_last(asset, current)
    return (
        select(
            User.id.label("user_id"),
            func.coalesce(User.name, Viewer.name).label("name"),
            User.email,
            Organisation.name.label("organisation"),
            used.c.number,
            used.c.at,
            VersionNotice.asked_at,
            VersionNotice.sent_at,
        )
        .select_from(used)
        .join(Viewer, Viewer.viewer_id == used.c.viewer_id)
        .join(Organisation, Organisation.id == used.c.organisation_id)
        .outerjoin(User, User.id == Viewer.user_id)
        .outerjoin(
            VersionNotice,
            and_(VersionNotice.user_id == User.id, VersionNotice.version_id == current.id),
        )
        .order_by(used.c.at.desc(), used.c.viewer_id)
    )


def _holders(asset: Asset, current: AssetVersion) -> Subquery:
    """Who downloaded, but never the file that is current; a version that was restored is the same file."""
    is_current = case((AssetVersion.blob_sha256 == current.blob_sha256, 1), else_=0)
    return (
        select(
            Download.viewer_id,
            func.max(Download.organisation_id).label("organisation_id"),
            func.max(AssetVersion.number).label("number"),
            func.max(Download.downloaded_at).label("at"),
        )
        .join(AssetVersion, AssetVersion.id == Download.version_id)
        .where(Download.asset_id == asset.id, Download.viewer_class.in_(OUTSIDE))
        .group_by(Download.viewer_id)
        .having(func.max(is_current) == 0)
        .subquery("used")
    )


def _users_of_the_last(asset: Asset, current: AssetVersion) -> Subquery:
    """Who opened or downloaded the version before the current one."""
    older = aliased(AssetVersion)
    last = (
        select(func.max(older.number))
        .where(
            older.asset_id == asset.id,
            older.number < current.number,
            older.processing == Processing.READY,
            older.is_held.is_(False),
            older.blob_sha256.is_distinct_from(current.blob_sha256) | older.url.is_distinct_from(current.url),
        )
        .scalar_subquery()
    )
    version = select(AssetVersion.id).where(AssetVersion.asset_id == asset.id, AssetVersion.number == last)
    deeds = union_all(
        *(
            select(table.viewer_id, table.organisation_id, when.label("at")).where(
                table.version_id.in_(version), table.viewer_class == ViewerClass.PARTNER, *conditions
            )
            for table, when, conditions in (
                (Download, Download.downloaded_at, ()),
                (ViewEvent, ViewEvent.opened_at, (ViewEvent.is_human,)),
                (View, View.opened_at, (View.is_human,)),
            )
        )
    ).subquery("deeds")
    number = select(func.max(AssetVersion.number)).where(AssetVersion.id.in_(version)).scalar_subquery()
    return (
        select(
            deeds.c.viewer_id,
            func.max(deeds.c.organisation_id).label("organisation_id"),
            number.label("number"),
            func.max(deeds.c.at).label("at"),
        )
        .group_by(deeds.c.viewer_id)
        .subquery("used")
    )


def _reader(row: Any) -> VersionReader:
    return VersionReader(
        user_id=row.user_id,
        name=row.name,
        email=row.email,
        organisation=row.organisation,
        number=row.number,
        at=row.at,
        can_be_told=bool(row.can_be_told),
        asked_at=row.asked_at,
        told_at=row.sent_at,
    )
