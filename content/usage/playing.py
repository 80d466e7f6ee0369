"""What browsers say they played, merged and believed within bounds; and the report of it (rule 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.assets.models import PLAYED_FORMATS, AssetVersion
from content.usage.played_models import PlayedView
from content.usage.played_time import (
    MOST_SPANS,
    PARTS,
    Span,
    length_of,
    merged_spans,
    most_played,
    parts_played,
)
from content.usage.usage_filter import UsageFilter
from content.usage.usage_time import LONGEST_MS
from content.usage.usage_tokens import ViewClaims
from content.usage.usage_views import of_view, own_view
from portal.kernel.identity import Identity

# a report of more views than these reads the latest, and says so
MOST_VIEWS = 5_000


@dataclass(frozen=True, slots=True)
class Played:
    """What one tab has played of a view so far: stretches, and how much in all."""

    tab: str
    spans: Sequence[Span]
    watched_ms: int


@dataclass(frozen=True, slots=True)
class Part:
    """One of equal parts of a recording, and how many views played some of it."""

    start_ms: int
    end_ms: int
    views: int


@dataclass(frozen=True, slots=True)
class PlayedUse:
    """What was played of one version: sums over its views, and the views of each part."""

    views: int
    people: int
    watched_ms: int
    unique_ms: int
    median_unique_ms: int
    duration_ms: int
    parts: tuple[Part, ...]
    # how many views there are beyond those that were read
    is_cut: bool = False

    @property
    def most_views(self) -> int:
        return max((part.views for part in self.parts), default=0)


def count_played(
    session: Session, identity: Identity, claims: ViewClaims, played: Played, at: datetime
) -> bool:
    """Merge what a tab played into its view; the same again, or older, changes nothing.

    False, and nothing kept, for a view that has ended, without a human signal, or of no recording, and for
    more than can have been played since it was opened.
    """
    view = own_view(session, identity, claims)
    if view is None or not view.is_human:
        return False
    version = session.get_one(AssetVersion, view.version_id)
    if version.format not in PLAYED_FORMATS:
        return False
    kept = session.get(PlayedView, view.id)
    before = kept.spans if kept else []
    spans = merged_spans(before, played.spans, end=version.duration_ms or LONGEST_MS)
    by_tab = dict(kept.watched_by_tab) if kept else {}
    by_tab[played.tab] = max(by_tab.get(played.tab, 0), played.watched_ms)
    watched, most = sum(by_tab.values()), most_played(at - view.opened_at)
    if max(watched, length_of(spans)) > most or len(spans) > MOST_SPANS:
        return False
    if kept is None:
        kept = PlayedView(**of_view(view), opened_at=view.opened_at, opened_on=view.opened_on)
        session.add(kept)
    kept.spans, kept.watched_by_tab = [list(span) for span in spans], by_tab
    kept.unique_ms = length_of(spans)
    kept.watched_ms = max(watched, kept.unique_ms)
    session.flush()
    return True


def played_use(
    session: Session, identity: Identity, wanted: UsageFilter, version: AssetVersion
) -> PlayedUse | None:
    """Of the views that the filter counts; None when nobody played it."""
    rows = session.execute(
        select(PlayedView.viewer_id, PlayedView.spans, PlayedView.watched_ms, PlayedView.unique_ms)
        .where(*wanted.of(PlayedView, identity), PlayedView.version_id == version.id)
        .order_by(PlayedView.opened_at.desc())
        .limit(MOST_VIEWS + 1)
    ).all()
    shown = rows[:MOST_VIEWS]
    if not shown:
        return None
    ends = (spans[-1][1] for _viewer, spans, _watched, _unique in shown if spans)
    duration = max(version.duration_ms or 0, *ends, 1)
    views = [0] * PARTS
    for _viewer, spans, _watched, _unique in shown:
        for part, was_played in enumerate(parts_played(spans, duration=duration)):
            views[part] += was_played
    return PlayedUse(
        views=len(shown),
        people=len({viewer for viewer, *_rest in shown}),
        watched_ms=sum(watched for _viewer, _spans, watched, _unique in shown),
        unique_ms=sum(unique for *_rest, unique in shown),
        median_unique_ms=int(median(unique for *_rest, unique in shown)),
        duration_ms=duration,
        parts=tuple(
            Part(number * duration // PARTS, (number + 1) * duration // PARTS, count)
            for number, count in enumerate(views)
        ),
        is_cut=len(rows) > MOST_VIEWS,
    )
