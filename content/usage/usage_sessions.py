"""Who opened or downloaded an asset, and when: sittings that ended, those still open, and downloads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Select,
    String,
    Subquery,
    case,
    cast,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from content.assets.models import AssetVersion
from content.usage.played_models import PlayedView
from content.usage.usage_facts import whole_sum
from content.usage.usage_filter import UsageFilter
from content.usage.usage_finishing import is_finished
from content.usage.usage_models import (
    Download,
    View,
    Viewer,
    ViewerClass,
    ViewEvent,
    ViewEventPage,
    ViewPage,
)
from partners.models import Organisation, User
from portal.kernel.identity import Identity


class Deed(StrEnum):
    """What was done: a view that ended, one that is open now, or a download."""

    VIEWED = "viewed"
    VIEWING = "viewing"
    DOWNLOADED = "downloaded"
    DOWNLOADED_NAMED = "downloaded_with_name"


@dataclass(frozen=True, slots=True)
class Sitting:
    """One line of "who and when". `person` is None after an erasure; `page_ms` has one time a page."""

    deed: Deed
    person: str | None
    organisation: str
    viewer_class: ViewerClass
    version: int
    at: datetime
    total_ms: int
    read_pages: int
    page_count: int
    page_ms: tuple[int, ...]
    is_finished: bool
    # of a recording: what was played of it, each moment once, and its length where that is known
    played_ms: int | None = None
    duration_ms: int | None = None

    @property
    def is_download(self) -> bool:
        return self.deed in {Deed.DOWNLOADED, Deed.DOWNLOADED_NAMED}


@dataclass(frozen=True, slots=True)
class Sittings:
    """A page of lines, the latest first, and how many there are in all."""

    rows: list[Sitting]
    total: int


def sittings(
    session: Session, identity: Identity, wanted: UsageFilter, *, offset: int = 0, limit: int = 10
) -> Sittings:
    """Lines of "who and when" that the filter counts."""
    deeds = _deeds(identity, wanted)
    found = session.execute(
        select(
            deeds,
            func.coalesce(User.name, Viewer.name).label("person"),
            Organisation.name.label("organisation"),
            AssetVersion.number,
            AssetVersion.duration_ms,
            PlayedView.unique_ms.label("played_ms"),
            is_finished(deeds.c.read_pages, deeds.c.page_count).label("is_finished"),
            func.count().over().label("of_all"),
        )
        .join(Viewer, Viewer.viewer_id == deeds.c.viewer_id)
        .outerjoin(User, User.id == Viewer.user_id)
        .join(Organisation, Organisation.id == deeds.c.organisation_id)
        .join(AssetVersion, AssetVersion.id == deeds.c.version_id)
        .outerjoin(PlayedView, PlayedView.view_id == deeds.c.key)
        .order_by(deeds.c.at.desc(), deeds.c.key)
        .limit(limit)
        .offset(offset)
    ).all()
    times = _page_times(session, [row.key for row in found])
    return Sittings([_sitting(row, times.get(row.key, {})) for row in found], found[0].of_all if found else 0)


def _sitting(row: Any, times: dict[int, int]) -> Sitting:
    return Sitting(
        deed=Deed(row.deed),
        person=row.person,
        organisation=row.organisation,
        viewer_class=row.viewer_class,
        version=row.number,
        at=row.at,
        total_ms=row.total_ms,
        read_pages=row.read_pages,
        page_count=row.page_count,
        page_ms=tuple(times.get(page, 0) for page in range(1, row.page_count + 1)),
        is_finished=row.page_count > 0 and row.is_finished,
        played_ms=row.played_ms,
        duration_ms=row.duration_ms,
    )


def _deeds(identity: Identity, wanted: UsageFilter) -> Subquery:
    ended = _views(ViewEvent, Deed.VIEWED, identity, wanted)
    still_open = _views(View, Deed.VIEWING, identity, wanted)
    return union_all(ended, still_open, _downloads(identity, wanted)).subquery("deeds")


def _views(
    table: type[View | ViewEvent], deed: Deed, identity: Identity, wanted: UsageFilter
) -> Select[*tuple[Any, ...]]:
    key = table.view_id if issubclass(table, ViewEvent) else table.id
    return select(
        literal(deed.value, String).label("deed"),
        key.label("key"),
        table.viewer_id,
        table.viewer_class,
        table.organisation_id,
        table.version_id,
        table.opened_at.label("at"),
        table.total_ms,
        table.read_pages,
        table.page_count,
    ).where(table.is_human, *wanted.of(table, identity))


def _downloads(identity: Identity, wanted: UsageFilter) -> Select[*tuple[Any, ...]]:
    row = Download
    return select(
        case((row.is_cobranded, Deed.DOWNLOADED_NAMED.value), else_=Deed.DOWNLOADED.value).label("deed"),
        cast(row.id, String).label("key"),
        row.viewer_id,
        row.viewer_class,
        row.organisation_id,
        row.version_id,
        row.downloaded_at.label("at"),
        literal(0, BigInteger),
        literal(0, BigInteger),
        literal(0, BigInteger),
    ).where(*wanted.of(Download, identity))


def _page_times(session: Session, keys: Sequence[str]) -> dict[str, dict[int, int]]:
    """Counted milliseconds by view and page; a download has none."""
    ended = (
        select(ViewEvent.view_id, ViewEventPage.page, ViewEventPage.counted_ms)
        .join(ViewEvent, ViewEvent.id == ViewEventPage.event_id)
        .where(ViewEvent.view_id.in_(keys))
    )
    still_open = (
        select(ViewPage.view_id, ViewPage.page, whole_sum(ViewPage.counted_ms))
        .where(ViewPage.view_id.in_(keys))
        .group_by(ViewPage.view_id, ViewPage.page)
    )
    found: dict[str, dict[int, int]] = {}
    for key, page, ms in session.execute(union_all(ended, still_open)):
        found.setdefault(key, {})[page] = ms
    return found
