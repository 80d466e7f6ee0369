"""Roll-ups and the views that are still open in one shape, so that no figure is late (rule 5)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Select,
    Subquery,
    case,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)

from content.usage.usage_filter import UsageFilter
from content.usage.usage_finishing import has_finished
from content.usage.usage_models import (
    UsageDay,
    UsagePageTime,
    UsageTime,
    UsageViewerDay,
    View,
    ViewPage,
)
from portal.kernel.db import UtcDateTime
from portal.kernel.identity import Identity

COUNTS = ("opened", "read", "finished", "downloads", "not_counted", "total_ms")


def day_facts(identity: Identity, wanted: UsageFilter) -> Subquery:
    """Counts by day, asset, organisation. Readers left out by the filter stand in `not_counted` alone."""
    return union_all(_rolled_up_days(identity, wanted), _open_days(identity, wanted)).subquery("facts")


def _rolled_up_days(identity: Identity, wanted: UsageFilter) -> Select[*tuple[Any, ...]]:
    day = UsageDay
    counts = day.viewer_class.in_(sorted(wanted.readers))
    return select(
        day.day,
        day.asset_id,
        day.organisation_id,
        day.viewer_class,
        _when(counts, day.views).label("opened"),
        _when(counts, day.read).label("read"),
        _when(counts, day.finished).label("finished"),
        _when(counts, day.downloads).label("downloads"),
        case((counts, day.not_counted), else_=day.not_counted + day.views).label("not_counted"),
        _when(counts, day.total_ms).label("total_ms"),
        case((counts, day.last_opened_at), else_=null()).label("last_opened_at"),
    ).where(*wanted.of_any_reader(day, identity))


def _open_days(identity: Identity, wanted: UsageFilter) -> Select[*tuple[Any, ...]]:
    view = View
    counts = view.is_human & view.viewer_class.in_(sorted(wanted.readers))
    return select(
        view.opened_on.label("day"),
        view.asset_id,
        view.organisation_id,
        view.viewer_class,
        _when(counts, literal(1, BigInteger)).label("opened"),
        _when(counts & (view.read_pages > 0), literal(1, BigInteger)).label("read"),
        _when(counts & has_finished(view), literal(1, BigInteger)).label("finished"),
        literal(0, BigInteger).label("downloads"),
        case((counts, 0), else_=1).label("not_counted"),
        _when(counts, view.total_ms).label("total_ms"),
        case((counts, view.opened_at), else_=cast(null(), UtcDateTime)).label("last_opened_at"),
    ).where(*wanted.of_any_reader(view, identity))


def viewer_facts(identity: Identity, wanted: UsageFilter) -> Subquery:
    """Who viewed which asset on which day."""
    rolled_up = select(
        UsageViewerDay.day,
        UsageViewerDay.asset_id,
        UsageViewerDay.organisation_id,
        UsageViewerDay.viewer_class,
        UsageViewerDay.viewer_id,
    ).where(*wanted.of(UsageViewerDay, identity))
    still_open = select(
        View.opened_on, View.asset_id, View.organisation_id, View.viewer_class, View.viewer_id
    ).where(View.is_human, *wanted.of(View, identity))
    return union_all(rolled_up, still_open).subquery("facts")


def time_facts(identity: Identity, wanted: UsageFilter) -> Subquery:
    """How many views had an active time in each bucket."""
    rolled_up = select(
        UsageTime.day, UsageTime.asset_id, UsageTime.organisation_id, UsageTime.bucket, UsageTime.views
    ).where(*wanted.of(UsageTime, identity))
    still_open = select(
        View.opened_on, View.asset_id, View.organisation_id, View.bucket, literal(1, BigInteger)
    ).where(View.is_human, *wanted.of(View, identity))
    return union_all(rolled_up, still_open).subquery("facts")


def page_facts(identity: Identity, wanted: UsageFilter) -> CompoundSelect[*tuple[Any, ...]]:
    """(page, bucket, views, milliseconds); each open view is a row of its own, without a bucket."""
    rolled_up = (
        select(
            UsagePageTime.page,
            UsagePageTime.bucket,
            whole_sum(UsagePageTime.views),
            whole_sum(UsagePageTime.total_ms),
        )
        .where(*wanted.of(UsagePageTime, identity))
        .group_by(UsagePageTime.page, UsagePageTime.bucket)
    )
    still_open = (
        select(
            ViewPage.page,
            cast(null(), BigInteger),
            literal(1, BigInteger),
            whole_sum(ViewPage.counted_ms),
        )
        .join(View, View.id == ViewPage.view_id)
        .where(View.is_human, *wanted.of(View, identity))
        .group_by(ViewPage.view_id, ViewPage.page)
    )
    return union_all(rolled_up, still_open)


def whole_sum(value: Any) -> ColumnElement[int]:
    # PostgreSQL sums BIGINT as NUMERIC; no rows are a sum of 0
    return func.coalesce(cast(func.sum(value), BigInteger), 0)


def _when(condition: ColumnElement[bool], value: Any) -> ColumnElement[int]:
    return case((condition, value), else_=0)
