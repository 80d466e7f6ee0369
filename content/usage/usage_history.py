"""Usage that happened before this portal counted it: ended views and downloads, written set-based."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from content.assets.models import AssetVersion
from content.usage.usage_models import Download, Viewer, ViewerClass, ViewEvent, ViewEventPage
from content.usage.usage_time import PAGE_LIMIT_MS, READ_MS, bucket_of
from content.usage.usage_viewers import new_viewer_id
from content.usage.usage_views import Moment

AT_ONCE = 2_000
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class PastViewer:
    """A person of then: one of ours by `user_id`, or a buyer by `name`."""

    organisation_id: int
    viewer_class: ViewerClass
    user_id: int | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class PastDownload:
    """A version that was downloaded."""

    version: AssetVersion
    viewer: PastViewer
    moment: Moment


@dataclass(frozen=True, slots=True)
class PastView:
    """A view that has ended; `pages` holds active milliseconds, at most 10 minutes a page."""

    version: AssetVersion
    viewer: PastViewer
    opened: Moment
    pages: Mapping[int, int]
    is_human: bool = True


def write_events(session: Session, views: Iterable[PastView], downloads: Iterable[PastDownload] = ()) -> None:
    """Write them alone; whoever calls adds them to the roll-ups once all is there."""
    viewers: dict[PastViewer, str] = {}
    for some_views in _batches(views):
        _know(session, viewers, [view.viewer for view in some_views])
        _write_views(session, viewers, some_views)
    for some_downloads in _batches(downloads):
        _know(session, viewers, [download.viewer for download in some_downloads])
        rows = [_download_row(viewers, download) for download in some_downloads]
        session.execute(insert(Download), rows)


def _batches(rows: Iterable[Row]) -> Iterator[Sequence[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _know(session: Session, viewers: dict[PastViewer, str], people: Iterable[PastViewer]) -> None:
    """Give every viewer an id: the one a person has, or a new one."""
    unknown = [person for person in dict.fromkeys(people) if person not in viewers]
    users = [person.user_id for person in unknown if person.user_id is not None]
    known = select(Viewer.user_id, Viewer.viewer_id).where(Viewer.user_id.in_(users))
    ids = {row.user_id: row.viewer_id for row in session.execute(known)}
    new = []
    for person in unknown:
        viewer_id = ids.get(person.user_id)
        if viewer_id is None:
            viewer_id = new_viewer_id()
            new.append({"viewer_id": viewer_id, "user_id": person.user_id, "name": person.name})
            if person.user_id is not None:
                ids[person.user_id] = viewer_id
        viewers[person] = viewer_id
    if new:
        session.execute(insert(Viewer), new)


def _write_views(session: Session, viewers: dict[PastViewer, str], views: Sequence[PastView]) -> None:
    ids = session.scalars(
        insert(ViewEvent).returning(ViewEvent.id, sort_by_parameter_order=True),
        [_event_row(viewers, view) for view in views],
    ).all()
    pages = [
        {
            "event_id": event_id,
            "page": page,
            "raw_ms": ms,
            "counted_ms": ms,
            "cap": None,
            "bucket": bucket_of(ms),
        }
        for event_id, view in zip(ids, views, strict=True)
        for page, ms in sorted(_counted(view).items())
    ]
    if pages:
        session.execute(insert(ViewEventPage), pages)


def _event_row(viewers: dict[PastViewer, str], view: PastView) -> dict[str, Any]:
    pages = _counted(view)
    total = sum(pages.values())
    return {
        "view_id": secrets.token_hex(16),
        "asset_id": view.version.asset_id,
        "version_id": view.version.id,
        "page_count": max(1, view.version.page_count),
        "viewer_id": viewers[view.viewer],
        "viewer_class": view.viewer.viewer_class,
        "organisation_id": view.viewer.organisation_id,
        "opened_at": view.opened.at,
        "opened_on": view.opened.on,
        "last_beat_at": view.opened.at + timedelta(milliseconds=total),
        "is_human": view.is_human,
        "raw_ms": total,
        "total_ms": total,
        "read_pages": sum(1 for ms in pages.values() if ms >= READ_MS),
        "bucket": bucket_of(total),
    }


def _counted(view: PastView) -> dict[int, int]:
    last = max(1, view.version.page_count)
    return {page: min(ms, PAGE_LIMIT_MS) for page, ms in view.pages.items() if 1 <= page <= last and ms > 0}


def _download_row(viewers: dict[PastViewer, str], download: PastDownload) -> dict[str, Any]:
    return {
        "asset_id": download.version.asset_id,
        "version_id": download.version.id,
        "viewer_id": viewers[download.viewer],
        "viewer_class": download.viewer.viewer_class,
        "organisation_id": download.viewer.organisation_id,
        "downloaded_at": download.moment.at,
        "downloaded_on": download.moment.on,
        "is_cobranded": False,
    }
