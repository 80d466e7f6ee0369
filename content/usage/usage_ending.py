"""The end of a view: one transaction writes its event and the roll-ups (rule 5); twice changes nothing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, sessionmaker

from content.usage.usage_models import View, ViewEvent, ViewEventPage, ViewPage
from content.usage.usage_rollups import roll_up_views
from content.usage.usage_time import VIEW_ENDS_AFTER, Cap, ViewTime, bucket_of
from content.usage.usage_views import of_view, time_of
from portal.kernel.db import reading, transaction

AT_ONCE = 1_000


def end_views(sessions: sessionmaker[Session], at: datetime) -> int:
    """End every view without a beat for three minutes, each in its own transaction; how many ended."""
    with reading(sessions) as session:
        over = silent_views(session, at)
    ended = 0
    for view_id in over:
        with transaction(sessions) as session:
            ended += end_view(session, view_id, at)
    return ended


def silent_views(session: Session, at: datetime) -> list[str]:
    """Ids of views without a beat for three minutes, the longest silent first, at most a thousand."""
    return list(
        session.scalars(
            select(View.id)
            .where(View.last_beat_at <= at - VIEW_ENDS_AFTER)
            .order_by(View.last_beat_at)
            .limit(AT_ONCE)
        )
    )


def end_view(session: Session, view_id: str, at: datetime) -> bool:
    """Turn the open view into its event; False when another beat or another worker came first."""
    view = session.scalar(select(View).where(View.id == view_id).with_for_update())
    if view is None or view.last_beat_at > at - VIEW_ENDS_AFTER:
        return False
    event = _event_of(view, time_of(session, view))
    session.add(event)
    session.flush()
    session.add_all(_event_pages(event.id, time_of(session, view)))
    session.flush()
    session.execute(delete(ViewPage).where(ViewPage.view_id == view_id))
    session.execute(delete(View).where(View.id == view_id))
    roll_up_views(session, ViewEvent.id == event.id)
    return True


def _event_of(view: View, time: ViewTime) -> ViewEvent:
    return ViewEvent(
        **of_view(view),
        page_count=view.page_count,
        opened_at=view.opened_at,
        opened_on=view.opened_on,
        last_beat_at=view.last_beat_at,
        is_human=view.is_human,
        raw_ms=sum(page.raw_ms for page in time.pages.values()),
        total_ms=time.total_ms,
        read_pages=time.read_pages,
        bucket=bucket_of(time.total_ms),
    )


def _event_pages(event_id: int, time: ViewTime) -> list[ViewEventPage]:
    raw: dict[int, int] = {}
    caps: dict[int, Cap] = {}
    for (_tab, page), part in sorted(time.pages.items()):
        raw[page] = raw.get(page, 0) + part.raw_ms
        if part.cap is not None:
            caps[page] = part.cap
    return [
        ViewEventPage(
            event_id=event_id,
            page=page,
            raw_ms=raw[page],
            counted_ms=counted,
            cap=caps.get(page),
            bucket=bucket_of(counted),
        )
        for page, counted in time.page_ms.items()
    ]
