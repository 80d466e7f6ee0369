"""What was played, proved: the sums of each view are those of its stretches, and the view is one of ours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from content.usage.played_models import PlayedView
from content.usage.played_time import length_of, merged_spans
from content.usage.usage_models import View, ViewEvent
from content.usage.usage_time import LONGEST_MS

AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class PlayedFaults:
    """How many rows have other sums than their stretches, and how many are of no view of that person."""

    wrong: int
    strangers: int

    @property
    def are_none(self) -> bool:
        return not (self.wrong or self.strangers)


def played_faults(session: Session) -> PlayedFaults:
    wrong = sum(1 for played in _all(session) if _sums(played) != (played.unique_ms, played.watched_ms))
    of_nobody = ~_has(View, View.id) & ~_has(ViewEvent, ViewEvent.view_id)
    strangers = session.scalar(select(func.count()).select_from(PlayedView).where(of_nobody)) or 0
    return PlayedFaults(wrong, strangers)


def rebuild_played(session: Session) -> None:
    """The sums anew, from the stretches; a row of no view stays, for somebody to look at."""
    for played in _all(session):
        played.unique_ms, played.watched_ms = _sums(played)
    session.flush()


def _all(session: Session) -> Iterator[PlayedView]:
    """In bounded memory, by their ids."""
    last = ""
    while some := session.scalars(
        select(PlayedView).where(PlayedView.view_id > last).order_by(PlayedView.view_id).limit(AT_ONCE)
    ).all():
        yield from some
        last = some[-1].view_id
        session.flush()
        session.expunge_all()


def _sums(played: PlayedView) -> tuple[int, int]:
    unique = length_of(merged_spans(played.spans, end=LONGEST_MS))
    return unique, max(sum(played.watched_by_tab.values()), unique)


def _has(table: type[View | ViewEvent], key: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    names = ("asset_id", "version_id", "viewer_id", "viewer_class", "organisation_id", "opened_at")
    same = (getattr(table, name) == getattr(PlayedView, name) for name in (*names, "opened_on"))
    return exists().where(and_(key == PlayedView.view_id, table.is_human, *same))
