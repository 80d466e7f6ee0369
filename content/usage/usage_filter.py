"""The one filter of usage: it serves chart, table, export and API, and each of them prints it (rule 8)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute

from content.usage.demo_models import DemoStep
from content.usage.played_models import PlayedView
from content.usage.usage_errors import WrongRange
from content.usage.usage_models import (
    Download,
    UsageDay,
    UsagePageTime,
    UsageTime,
    UsageViewerDay,
    View,
    ViewerClass,
    ViewEvent,
)
from portal.kernel.identity import Identity

Counted = type[
    UsageDay
    | UsageTime
    | UsagePageTime
    | UsageViewerDay
    | View
    | ViewEvent
    | PlayedView
    | Download
    | DemoStep
]
PARTNERS_AND_BUYERS = frozenset({ViewerClass.PARTNER, ViewerClass.BUYER})


@dataclass(frozen=True, slots=True)
class UsageFilter:
    """Business days (inclusive; None is open), readers, and optionally one partner, asset or version."""

    first_day: date | None = None
    last_day: date | None = None
    readers: frozenset[ViewerClass] = PARTNERS_AND_BUYERS
    organisation_id: int | None = None
    asset_id: int | None = None
    version_id: int | None = None

    def __post_init__(self) -> None:
        if self.first_day and self.last_day and self.first_day > self.last_day:
            raise WrongRange(self.first_day.isoformat(), self.last_day.isoformat())

    @property
    def days(self) -> int | None:
        """How many days it covers; None when a side is open."""
        if self.first_day is None or self.last_day is None:
            return None
        return (self.last_day - self.first_day).days + 1

    @property
    def with_period_before(self) -> UsageFilter:
        """From the first day of the period of equal length directly before, to the same last day."""
        assert self.first_day is not None
        assert self.days is not None
        return replace(self, first_day=self.first_day - timedelta(days=self.days))

    def of(self, table: Counted, identity: Identity) -> list[ColumnElement[bool]]:
        """What a row of the table must meet to count, for the one who asks (partners: their own only)."""
        return [*self.of_any_reader(table, identity), table.viewer_class.in_(sorted(self.readers))]

    def of_any_reader(self, table: Counted, identity: Identity) -> list[ColumnElement[bool]]:
        """The same, without the choice of readers: for what is stored and not counted."""
        day = _day_of(table)
        own = identity.organisation_id if identity.is_partner else self.organisation_id
        conditions: list[ColumnElement[bool]] = []
        if self.first_day is not None:
            conditions.append(day >= self.first_day)
        if self.last_day is not None:
            conditions.append(day <= self.last_day)
        wanted: tuple[tuple[InstrumentedAttribute[int], int | None], ...] = (
            (table.organisation_id, own),
            (table.asset_id, self.asset_id),
            (table.version_id, self.version_id),
        )
        return conditions + [column == value for column, value in wanted if value is not None]


def _day_of(table: Counted) -> InstrumentedAttribute[date]:
    """The business day that a row is counted on."""
    if issubclass(table, View | ViewEvent | PlayedView):
        return table.opened_on
    if issubclass(table, Download):
        return table.downloaded_on
    return table.reached_on if issubclass(table, DemoStep) else table.day
