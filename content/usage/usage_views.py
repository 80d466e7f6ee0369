"""A view from its opening through its beats (rules 1 to 3)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum
from typing import Any

from sqlalchemy import case, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from content.assets.models import AssetVersion
from content.usage.usage_models import View, Viewer, ViewPage
from content.usage.usage_time import Beat, PageTime, ViewTime, bucket_of, merged
from content.usage.usage_tokens import ViewClaims
from content.usage.usage_viewers import viewer_class_of, viewer_id_of
from portal.kernel.identity import Identity
from portal.kernel.upserts import insert_into

MOST_TABS = 20


class BeatAnswer(StrEnum):
    """`ended` tells the browser to open a new view before it goes on."""

    COUNTED = "counted"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant and the business day it lies on."""

    at: datetime
    on: date

    @classmethod
    def of(cls, at: datetime, zone: tzinfo) -> Moment:
        return cls(at, at.astimezone(zone).date())


def open_view(session: Session, identity: Identity, version: AssetVersion, moment: Moment) -> View:
    """Open a sitting of a version that the guard has granted. It counts after a human signal."""
    view = View(
        id=secrets.token_hex(16),
        asset_id=version.asset_id,
        version_id=version.id,
        page_count=max(1, version.page_count),
        viewer_id=viewer_id_of(session, identity.user_id),
        viewer_class=viewer_class_of(identity),
        organisation_id=identity.organisation_id,
        opened_at=moment.at,
        opened_on=moment.on,
        last_beat_at=moment.at,
        seqs={},
    )
    session.add(view)
    session.flush()
    return view


def unopened_view(version: AssetVersion, moment: Moment) -> View:
    """For a page that cannot wait until one is written: its first beat is told that the view has ended."""
    return View(
        id=secrets.token_hex(16),
        version_id=version.id,
        viewer_id="",
        page_count=max(1, version.page_count),
        opened_at=moment.at,
    )


def count_beat(
    session: Session, identity: Identity, claims: ViewClaims, beat: Beat, at: datetime
) -> BeatAnswer:
    """Merge one beat: maxima by (view, tab, page), in one upsert. The same beat again changes nothing."""
    view = own_view(session, identity, claims)
    if view is None:
        return BeatAnswer.ENDED
    before = time_of(session, view)
    if before.is_over_at(at) or (beat.tab not in before.seqs and len(before.seqs) >= MOST_TABS):
        return BeatAnswer.ENDED
    after = merged(before, beat, at)
    _keep(session, view, after)
    _keep_maxima(session, view.id, {key: t for key, t in after.pages.items() if before.pages.get(key) != t})
    return BeatAnswer.COUNTED


def own_view(session: Session, identity: Identity, claims: ViewClaims) -> View | None:
    """The open view of the claims, locked, when it is the identity's; None once it has ended."""
    return session.scalar(
        select(View)
        .join(Viewer, Viewer.viewer_id == View.viewer_id)
        .where(View.id == claims.view, Viewer.user_id == identity.user_id)
        .with_for_update(of=View)
    )


def of_view(view: View) -> dict[str, Any]:
    """What every row of a view's use says of it: whose, of what, in which class."""
    return {
        "view_id": view.id,
        "asset_id": view.asset_id,
        "version_id": view.version_id,
        "viewer_id": view.viewer_id,
        "viewer_class": view.viewer_class,
        "organisation_id": view.organisation_id,
    }


def time_of(session: Session, view: View) -> ViewTime:
    """The view's times as the pure rules see them."""
    pages = session.scalars(
        select(ViewPage).where(ViewPage.view_id == view.id).execution_options(populate_existing=True)
    )
    return ViewTime(
        opened_at=view.opened_at,
        last_beat_at=view.last_beat_at,
        page_count=view.page_count,
        seqs=view.seqs,
        pages={(row.tab, row.page): PageTime(row.raw_ms, row.counted_ms, row.cap) for row in pages},
        human=view.is_human,
    )


def _keep(session: Session, view: View, time: ViewTime) -> None:
    view.last_beat_at = time.last_beat_at
    view.seqs = dict(time.seqs)
    view.is_human = time.human
    view.total_ms = time.total_ms
    view.read_pages = time.read_pages
    view.bucket = bucket_of(time.total_ms)
    session.flush()


def _keep_maxima(session: Session, view_id: str, changed: dict[tuple[str, int], PageTime]) -> None:
    if not changed:
        return
    statement = insert_into(session, ViewPage).values(
        [
            {
                "view_id": view_id,
                "tab": tab,
                "page": page,
                "raw_ms": time.raw_ms,
                "counted_ms": time.counted_ms,
                "cap": time.cap,
            }
            for (tab, page), time in sorted(changed.items())
        ]
    )
    new = statement.excluded

    def larger(column: InstrumentedAttribute[int]) -> object:
        return case((new[column.key] > column, new[column.key]), else_=column)

    session.execute(
        statement.on_conflict_do_update(
            index_elements=[ViewPage.view_id, ViewPage.tab, ViewPage.page],
            set_={
                "raw_ms": larger(ViewPage.raw_ms),
                "counted_ms": larger(ViewPage.counted_ms),
                "cap": new.cap,
            },
        )
    )
