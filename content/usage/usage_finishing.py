"""When a view has come to the end of what it opened."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, or_, select

from content.assets.models import PLAYED_FORMATS, AssetVersion
from content.usage.played_models import PlayedView
from content.usage.usage_models import View, ViewEvent

# of a recording's length, in percent: few listen to the last seconds of a film
PLAYED_THROUGH = 90


def has_finished(view: type[View | ViewEvent]) -> ColumnElement[bool]:
    """Every page was read; of a recording, nine tenths of it were played, each second counted once (rule 6).

    A recording whose length is not known is never finished.
    """
    is_recording = exists().where(
        AssetVersion.id == view.version_id, AssetVersion.format.in_(sorted(PLAYED_FORMATS))
    )
    played = (
        select(PlayedView.view_id)
        .join(AssetVersion, AssetVersion.id == PlayedView.version_id)
        .where(
            PlayedView.view_id == (view.view_id if issubclass(view, ViewEvent) else view.id),
            100 * PlayedView.unique_ms >= PLAYED_THROUGH * AssetVersion.duration_ms,
        )
    )
    return or_(and_(~is_recording, view.read_pages >= view.page_count), and_(is_recording, played.exists()))
