"""What people played of the demo's films and sounds: most from the start, fewer to the end, some a part twice."""

from __future__ import annotations

import random

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from content.assets.models import PLAYED_FORMATS, AssetVersion
from content.usage.played_models import PlayedView
from content.usage.played_time import length_of, merged_spans
from content.usage.usage_models import ViewEvent

# of a hundred people, those who go back to the strongest part, and who jump there at once
AGAIN, JUMP = 18, 12
# the film's file does not say how long it is
FILM_MS = 166_000


def load_played(session: Session) -> None:
    views = (
        select(ViewEvent, AssetVersion.duration_ms)
        .join(AssetVersion, AssetVersion.id == ViewEvent.version_id)
        .where(
            AssetVersion.format.in_(PLAYED_FORMATS),
            ViewEvent.is_human,
            ViewEvent.total_ms > 0,
        )
    )
    rows = [_row(view, duration or FILM_MS) for view, duration in session.execute(views)]
    if rows:
        session.execute(insert(PlayedView), rows)


def _row(view: ViewEvent, duration: int) -> dict[str, object]:
    draw = random.Random(view.id)  # noqa: S311  the same world each time
    strong = duration * 55 // 100
    start = strong if draw.randrange(100) < JUMP else 0
    played = [(start, min(duration, start + min(view.total_ms, duration)))]
    if draw.randrange(100) < AGAIN:
        played.append((strong, min(duration, strong + duration // 5)))
    spans = merged_spans(played, end=duration)
    return {
        "view_id": view.view_id,
        "asset_id": view.asset_id,
        "version_id": view.version_id,
        "viewer_id": view.viewer_id,
        "viewer_class": view.viewer_class,
        "organisation_id": view.organisation_id,
        "opened_at": view.opened_at,
        "opened_on": view.opened_on,
        "spans": [list(span) for span in spans],
        "watched_by_tab": {"demo": length_of(played)},
        "watched_ms": length_of(played),
        "unique_ms": length_of(spans),
    }
