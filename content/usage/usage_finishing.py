"""When a view has come to the end of what it opened."""

from __future__ import annotations

from sqlalchemy import ColumnElement, SQLColumnExpression, case, false, func, select

from content.assets.models import PLAYED_FORMATS, AssetVersion
from content.usage.played_models import PlayedView
from content.usage.usage_models import View, ViewEvent

# of a recording's length, in percent: few listen to the last seconds of a film
PLAYED_THROUGH = 90


def is_finished(
    read_pages: SQLColumnExpression[int], page_count: SQLColumnExpression[int]
) -> ColumnElement[bool]:
    """Every page was read; of a recording, nine tenths of it were played, each second counted once (rule 6).

    For a query that joins the version, and what was played where something was. A recording whose length
    is not known is never finished.
    """
    played = 100 * PlayedView.unique_ms >= PLAYED_THROUGH * AssetVersion.duration_ms
    is_recording = AssetVersion.format.in_(sorted(PLAYED_FORMATS))
    return case((is_recording, func.coalesce(played, false())), else_=read_pages >= page_count)


def has_finished(view: type[View | ViewEvent]) -> ColumnElement[bool]:
    """The same of a view beside a query of views."""
    key = view.view_id if issubclass(view, ViewEvent) else view.id
    return (
        select(is_finished(view.read_pages, view.page_count))
        .select_from(AssetVersion)
        .outerjoin(PlayedView, PlayedView.view_id == key)
        .where(AssetVersion.id == view.version_id)
        .correlate(view)
        .scalar_subquery()
    )
