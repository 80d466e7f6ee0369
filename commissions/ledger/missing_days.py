"""Days of a flight that no source of the billed kind reported: missing is not zero, and is shown so (2.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select
from sqlalchemy.orm import Session

from commissions.facts.delivered import source_names
from commissions.facts.fact_models import BillingSource, DeliveryRow, LineItem, LineRevision, LineStatus
from commissions.facts.house_rules import HouseRules
from commissions.facts.newest import is_newest_line
from commissions.ledger.ledger_models import Period

# a day's report may come on the day after
REPORTED_WITHIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class MissingDays:
    """A line of a period with `missing` of its `expected` days without a report that counts."""

    line_ref: str
    order_ref: str
    station: str
    expected: int
    missing: int


def missing_days(
    session: Session, period: Period, *, today: date, house: HouseRules
) -> Sequence[MissingDays]:
    """Lines in flight in the period, of those that are counted, with days that are missing; most first."""
    until = min(period.end_day, today - REPORTED_WITHIN)
    if until <= period.first_day:
        return []
    found = []
    for line in _not_reported_whole(session, period.first_day, until, house):
        last = min(until, line.end_day, line.cancelled_on or line.end_day)
        expected = (last - max(line.first_day, period.first_day)).days
        missing = expected - line.reported
        if missing > 0:
            found.append(MissingDays(line.line_ref, line.order_ref, line.station, expected, missing))
    return sorted(found, key=lambda one: (-one.missing, one.line_ref))


@dataclass(frozen=True, slots=True)
class _Flight:
    line_ref: str
    order_ref: str
    station: str
    first_day: date
    end_day: date
    cancelled_on: date | None
    reported: int


def _not_reported_whole(session: Session, first: date, until: date, house: HouseRules) -> list[_Flight]:
    """Lines that are counted, with how many of their days a source of the billed kind reported."""
    reported = (
        select(DeliveryRow.line_id, func.count(DeliveryRow.service_date.distinct()).label("days"))
        .join(LineRevision, LineRevision.line_id == DeliveryRow.line_id)
        .where(
            is_newest_line(),
            DeliveryRow.service_date >= first,
            DeliveryRow.service_date >= LineRevision.first_day,
            DeliveryRow.service_date < until,
            DeliveryRow.service_date < LineRevision.end_day,
            _is_billed(source_names(session), house),
        )
        .group_by(DeliveryRow.line_id)
        .subquery()
    )
    cancelled = case((LineRevision.status == LineStatus.CANCELLED, LineRevision.cancelled_on))
    terms = (LineRevision.station, LineRevision.first_day, LineRevision.end_day)
    query = (
        select(LineItem.line_ref, LineItem.order_ref, *terms, cancelled, func.coalesce(reported.c.days, 0))
        .join(LineItem, LineItem.id == LineRevision.line_id)
        .outerjoin(reported, reported.c.line_id == LineItem.id)
        .where(
            is_newest_line(),
            LineRevision.first_day < until,
            LineRevision.end_day > first,
            LineRevision.billing_source != BillingSource.CONTRACTED,
            func.coalesce(reported.c.days, 0) < (until - first).days,
        )
    )
    return [_Flight(*row) for row in session.execute(query)]


def _is_billed(names: Mapping[int, str], house: HouseRules) -> ColumnElement[bool]:
    """Whether a row's source is of the kind that its line bills."""
    by_kind: dict[str, list[int]] = {}
    for source_id, name in names.items():
        by_kind.setdefault(house.kind_of(name), []).append(source_id)
    return or_(
        false(),
        *(
            and_(LineRevision.billing_source == BillingSource(kind), DeliveryRow.source_id.in_(ids))
            for kind, ids in by_kind.items()
        ),
    )
