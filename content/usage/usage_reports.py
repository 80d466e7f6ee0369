"""What was opened, by how many, for how long: frozen rows from roll-ups and open views (rule 8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from content.usage.usage_facts import (
    COUNTS,
    day_facts,
    page_facts,
    time_facts,
    viewer_facts,
    whole_sum,
)
from content.usage.usage_filter import UsageFilter
from content.usage.usage_time import READ_BUCKET, bucket_of, percentile, with_added
from portal.kernel.identity import Identity


@dataclass(frozen=True, slots=True)
class Counts:
    """What adds up over days. `finished` read every page; `not_counted` are bots and readers left out."""

    opened: int = 0
    read: int = 0
    finished: int = 0
    downloads: int = 0
    not_counted: int = 0
    total_ms: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, name) + getattr(other, name) for name in COUNTS))

    @property
    def finished_share(self) -> float:
        return self.finished / self.opened if self.opened else 0.0


@dataclass(frozen=True, slots=True)
class Times:
    """A histogram of active times; seconds at the nearest rank, None of none."""

    histogram: Mapping[int, int] = field(default_factory=dict)

    @property
    def n(self) -> int:
        return sum(self.histogram.values())

    @property
    def median(self) -> int | None:
        return percentile(self.histogram, 50)

    @property
    def p75(self) -> int | None:
        return percentile(self.histogram, 75)


@dataclass(frozen=True, slots=True)
class PageTimes:
    """One page: views that spent time on it, those that read it (2 s or more), and their times."""

    page: int
    times: Times
    total_ms: int

    @property
    def views(self) -> int:
        return self.times.n

    @property
    def readers(self) -> int:
        return sum(n for bucket, n in self.times.histogram.items() if bucket >= READ_BUCKET)


@dataclass(frozen=True, slots=True)
class DayCounts:
    day: date
    counts: Counts


@dataclass(frozen=True, slots=True)
class Figures:
    """The key figures of a filter."""

    counts: Counts
    people: int
    times: Times


def counts_by_day(session: Session, identity: Identity, wanted: UsageFilter) -> list[DayCounts]:
    """Days with anything to count, in order."""
    facts = day_facts(identity, wanted)
    rows = session.execute(select(facts.c.day, *_sums(facts)).group_by(facts.c.day).order_by(facts.c.day))
    return [DayCounts(row.day, _counts(row)) for row in rows]


def counts_in_all(session: Session, identity: Identity, wanted: UsageFilter) -> Counts:
    facts = day_facts(identity, wanted)
    return _counts(session.execute(select(*_sums(facts))).one())


def people_by_period(
    session: Session, identity: Identity, wanted: UsageFilter, since: date
) -> tuple[int, int]:
    """People from a day on, and people before it."""
    facts = viewer_facts(identity, wanted)
    now = case((facts.c.day >= since, facts.c.viewer_id))
    before = case((facts.c.day < since, facts.c.viewer_id))
    row = session.execute(select(func.count(now.distinct()), func.count(before.distinct()))).one()
    return int(row[0]), int(row[1])


def people_in_all(session: Session, identity: Identity, wanted: UsageFilter) -> int:
    facts = viewer_facts(identity, wanted)
    return session.scalars(select(func.count(facts.c.viewer_id.distinct()))).one()


def times_by_period(
    session: Session, identity: Identity, wanted: UsageFilter, since: date
) -> tuple[dict[int, Times], Times]:
    """Times by organisation from a day on, and times of all before it."""
    facts = time_facts(identity, wanted)
    is_now = case((facts.c.day >= since, 1), else_=0)
    rows = session.execute(
        select(is_now, facts.c.organisation_id, facts.c.bucket, whole_sum(facts.c.views)).group_by(
            is_now, facts.c.organisation_id, facts.c.bucket
        )
    ).all()
    now = _times_by((row[1], row[2], row[3]) for row in rows if row[0])
    before = _times_by((0, row[2], row[3]) for row in rows if not row[0])
    return now, before.get(0, Times())


def times_in_all(session: Session, identity: Identity, wanted: UsageFilter) -> Times:
    facts = time_facts(identity, wanted)
    rows = session.execute(select(facts.c.bucket, whole_sum(facts.c.views)).group_by(facts.c.bucket))
    return Times({row[0]: row[1] for row in rows})


def times_by_asset(
    session: Session, identity: Identity, wanted: UsageFilter, asset_ids: Sequence[int]
) -> dict[int, Times]:
    facts = time_facts(identity, wanted)
    rows = session.execute(
        select(facts.c.asset_id, facts.c.bucket, whole_sum(facts.c.views))
        .where(facts.c.asset_id.in_(asset_ids))
        .group_by(facts.c.asset_id, facts.c.bucket)
    )
    return _times_by((row[0], row[1], row[2]) for row in rows)


def people_by_asset(
    session: Session, identity: Identity, wanted: UsageFilter, asset_ids: Sequence[int]
) -> dict[int, int]:
    facts = viewer_facts(identity, wanted)
    rows = session.execute(
        select(facts.c.asset_id, func.count(facts.c.viewer_id.distinct()))
        .where(facts.c.asset_id.in_(asset_ids))
        .group_by(facts.c.asset_id)
    )
    return {row[0]: row[1] for row in rows}


def times_by_page(session: Session, identity: Identity, wanted: UsageFilter) -> dict[int, PageTimes]:
    """Pages with any active time, by number."""
    histograms: dict[int, dict[int, int]] = {}
    totals: dict[int, int] = {}
    for page, bucket, views, total in session.execute(page_facts(identity, wanted)):
        at = bucket_of(total) if bucket is None else bucket
        histograms[page] = with_added(histograms.get(page, {}), {at: views})
        totals[page] = totals.get(page, 0) + total
    return {page: PageTimes(page, Times(histograms[page]), totals[page]) for page in sorted(histograms)}


def merged_times(parts: Iterable[Times]) -> Times:
    """Times of several as one: histograms add up, percentiles do not."""
    whole: dict[int, int] = {}
    for part in parts:
        whole = with_added(whole, part.histogram)
    return Times(whole)


def _sums(facts: Any) -> list[Any]:
    return [whole_sum(facts.c[name]).label(name) for name in COUNTS]


def _counts(row: Any) -> Counts:
    return Counts(*(int(getattr(row, name)) for name in COUNTS))


def _times_by(rows: Iterable[tuple[int, int, int]]) -> dict[int, Times]:
    histograms: dict[int, dict[int, int]] = {}
    for key, bucket, views in rows:
        histograms.setdefault(key, {})[bucket] = views
    return {key: Times(histogram) for key, histogram in histograms.items()}
