"""Roll-ups: what reports read instead of events; set-based, and proved equal to them (rule 10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    case,
    cast,
    delete,
    func,
    literal,
    null,
    select,
    true,
)
from sqlalchemy.orm import Session

from content.usage.usage_finishing import has_finished
from content.usage.usage_models import (
    Download,
    UsageDay,
    UsagePageTime,
    UsageTime,
    UsageViewerDay,
    ViewEvent,
    ViewEventPage,
)
from portal.kernel.db import Base, UtcDateTime
from portal.kernel.upserts import insert_into

Rows = Select[*tuple[Any, ...]]
DIMENSIONS = ("asset_id", "day", "version_id", "organisation_id", "viewer_class")


@dataclass(frozen=True, slots=True)
class RollUp:
    """A roll-up table: what makes a row one row, and what is added up in it."""

    table: type[Base]
    keys: tuple[str, ...]
    sums: tuple[str, ...]
    latest: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.keys, *self.sums, *self.latest)


DAYS = RollUp(
    UsageDay,
    DIMENSIONS,
    ("views", "read", "finished", "not_counted", "downloads", "total_ms"),
    ("last_opened_at",),
)
TIMES = RollUp(UsageTime, (*DIMENSIONS, "bucket"), ("views",))
PAGE_TIMES = RollUp(UsagePageTime, (*DIMENSIONS, "page", "bucket"), ("views", "total_ms"))
VIEWER_DAYS = RollUp(UsageViewerDay, (*DIMENSIONS, "viewer_id"), ("views",))
ROLL_UPS = (DAYS, TIMES, PAGE_TIMES, VIEWER_DAYS)


@dataclass(frozen=True, slots=True)
class Difference:
    """A roll-up that is not what the events give: rows `missing` there, rows `extra` there."""

    table: str
    missing: int
    extra: int


def roll_up_views(session: Session, which: ColumnElement[bool]) -> None:
    """Add ended views to the roll-ups: the events that `which` picks."""
    _add(session, DAYS, _days_of_views(which))
    _add(session, TIMES, _times(which))
    _add(session, PAGE_TIMES, _page_times(which))
    _add(session, VIEWER_DAYS, _viewer_days(which))


def roll_up_downloads(session: Session, which: ColumnElement[bool]) -> None:
    """Add downloads to the roll-ups: those that `which` picks."""
    _add(session, DAYS, _days_of_downloads(which))


def rebuild(session: Session) -> None:
    """Throw the roll-ups away and make them again from the events."""
    for roll_up in ROLL_UPS:
        session.execute(delete(roll_up.table))
    roll_up_views(session, true())
    roll_up_downloads(session, true())


def differences(session: Session) -> list[Difference]:
    """Where stored roll-ups are not what the events give; empty when all are equal."""
    made = {
        DAYS: _days(),
        TIMES: _times(true()),
        PAGE_TIMES: _page_times(true()),
        VIEWER_DAYS: _viewer_days(true()),
    }
    found = []
    for roll_up, rows in made.items():
        stored = select(*(getattr(roll_up.table, name) for name in roll_up.columns))
        missing = _count(session, rows, stored)
        extra = _count(session, stored, rows)
        if missing or extra:
            found.append(Difference(roll_up.table.__tablename__, missing, extra))
    return found


def _count(session: Session, rows: Rows, without: Rows) -> int:
    left = rows.except_(without).subquery()
    return session.scalars(select(func.count()).select_from(left)).one()


def _add(session: Session, roll_up: RollUp, rows: Rows) -> None:
    # one order in every transaction, so that two of them never wait for each other
    ordered = rows.order_by(*(rows.selected_columns[name] for name in roll_up.keys))
    statement = insert_into(session, roll_up.table).from_select(list(roll_up.columns), ordered)
    new = statement.excluded
    added: dict[str, Any] = {name: getattr(roll_up.table, name) + new[name] for name in roll_up.sums}
    for name in roll_up.latest:
        old = getattr(roll_up.table, name)
        added[name] = case((old.is_(None), new[name]), (new[name] > old, new[name]), else_=old)
    session.execute(statement.on_conflict_do_update(index_elements=list(roll_up.keys), set_=added))


def _days_of_views(which: ColumnElement[bool]) -> Rows:
    event = ViewEvent
    read = case((event.read_pages > 0, 1), else_=0)
    finished = case((has_finished(event), 1), else_=0)
    return (
        select(
            *_dimensions(),
            _sum(_if_human(literal(1))).label("views"),
            _sum(_if_human(read)).label("read"),
            _sum(_if_human(finished)).label("finished"),
            _sum(case((event.is_human, 0), else_=1)).label("not_counted"),
            literal(0, BigInteger).label("downloads"),
            _sum(_if_human(event.total_ms)).label("total_ms"),
            func.max(case((event.is_human, event.opened_at), else_=null())).label("last_opened_at"),
        )
        .where(which)
        .group_by(*_dimensions())
    )


def _days_of_downloads(which: ColumnElement[bool]) -> Rows:
    nothing = [literal(0, BigInteger).label(name) for name in ("views", "read", "finished", "not_counted")]
    return (
        select(
            Download.asset_id,
            Download.downloaded_on.label("day"),
            Download.version_id,
            Download.organisation_id,
            Download.viewer_class,
            *nothing,
            func.count().label("downloads"),
            literal(0, BigInteger).label("total_ms"),
            cast(null(), UtcDateTime).label("last_opened_at"),
        )
        .where(which)
        .group_by(
            Download.asset_id,
            Download.downloaded_on,
            Download.version_id,
            Download.organisation_id,
            Download.viewer_class,
        )
    )


def _days() -> Rows:
    both = _days_of_views(true()).union_all(_days_of_downloads(true())).subquery()
    keys = [both.c[name] for name in DAYS.keys]
    return select(
        *keys,
        *(_sum(both.c[name]).label(name) for name in DAYS.sums),
        func.max(both.c.last_opened_at).label("last_opened_at"),
    ).group_by(*keys)


def _times(which: ColumnElement[bool]) -> Rows:
    return (
        select(*_dimensions(), ViewEvent.bucket, func.count().label("views"))
        .where(which, ViewEvent.is_human)
        .group_by(*_dimensions(), ViewEvent.bucket)
    )


def _page_times(which: ColumnElement[bool]) -> Rows:
    page = ViewEventPage
    return (
        select(
            *_dimensions(),
            page.page,
            page.bucket,
            func.count().label("views"),
            _sum(page.counted_ms).label("total_ms"),
        )
        .join(page, page.event_id == ViewEvent.id)
        .where(which, ViewEvent.is_human)
        .group_by(*_dimensions(), page.page, page.bucket)
    )


def _viewer_days(which: ColumnElement[bool]) -> Rows:
    return (
        select(*_dimensions(), ViewEvent.viewer_id, func.count().label("views"))
        .where(which, ViewEvent.is_human)
        .group_by(*_dimensions(), ViewEvent.viewer_id)
    )


def _dimensions() -> list[ColumnElement[Any]]:
    return [
        ViewEvent.asset_id.expression,
        ViewEvent.opened_on.label("day"),
        ViewEvent.version_id.expression,
        ViewEvent.organisation_id.expression,
        ViewEvent.viewer_class.expression,
    ]


def _if_human(value: Any) -> ColumnElement[int]:
    return case((ViewEvent.is_human, value), else_=0)


def _sum(value: Any) -> ColumnElement[int]:
    # PostgreSQL sums BIGINT as NUMERIC
    return cast(func.sum(value), BigInteger)
