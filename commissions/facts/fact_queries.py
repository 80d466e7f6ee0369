"""Facts as the engine needs them: lines with their terms, delivered units by line, period and source."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, Row, ScalarSelect, Subquery, and_, cast, func, select
from sqlalchemy import String as Text
from sqlalchemy.orm import Session, aliased

from commissions.facts.amounts import exact
from commissions.facts.fact_models import (
    BillingSource,
    Cap,
    DeliveryRow,
    DeliverySource,
    LineItem,
    LineRevision,
    LineStatus,
    OrderRevision,
    Pricing,
    SplitShare,
)
from portal.kernel.among import among

BROADCAST = "broadcast"
# SQLite takes at most 32,766 parameters a statement
IDS_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Stretch:
    """Price and split of a line from a day on (`valid_from` empty: from the start).

    `rate` is gross in the major unit; `split` maps payees to relative weights.
    """

    valid_from: date | None
    rate: Fraction
    agency_percent: Fraction
    split: Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class Line:
    """A line item as it is known. The flight is `first_day` to before `end_day`."""

    line_id: int
    line_ref: str
    order_ref: str
    signed_on: date
    partner_ref: str
    advertiser: str
    currency: str
    station: str
    daypart: str | None
    time_zone: str
    product: str | None
    category: str | None
    first_day: date
    end_day: date
    pricing: Pricing
    booked_units: int
    cap: Cap
    cap_tolerance_percent: Fraction
    billing_source: BillingSource
    plan: str | None
    makegood_for: str | None
    status: LineStatus
    cancelled_on: date | None
    revision: int
    stretches: tuple[Stretch, ...]
    # an earlier revision ran on days on which this one does not
    was_longer: bool = False

    def runs_on(self, day: date) -> bool:
        """Whether a service day lies in the flight and before a cancellation."""
        ended = self.cancelled_on is not None and day >= self.cancelled_on
        return self.first_day <= day < self.end_day and not ended

    @property
    def flight_days(self) -> int:
        return (self.end_day - self.first_day).days

    def terms_on(self, day: date) -> Stretch:
        """Price and split that hold on a service day."""
        return [part for part in self.stretches if part.valid_from is None or part.valid_from <= day][-1]


@dataclass(frozen=True, slots=True)
class DeliveredUnits:
    """The current count of one source for a line in a service period, "2026-03"."""

    line_id: int
    period: str
    source: str
    units: int


@dataclass(frozen=True, slots=True)
class DayCount:
    """The current count of one source for a line on a service day, and the revision that gave it."""

    line_id: int
    service_date: date
    source: str
    revision: int
    units: int
    proof_ref: str | None
    import_id: int


def lines_as_known(
    session: Session, *, line_ids: Collection[int] | None = None, known_through: int | None = None
) -> dict[int, Line]:
    """Lines by id, in order of id, as known now, or after the import numbered `known_through`."""
    found: dict[int, Line] = {}
    for part in _parts(line_ids):
        orders = _current_orders(known_through)
        query = (
            select(*_LINE, *_REVISION, *orders.c)
            .join(LineRevision, LineRevision.line_id == LineItem.id)
            .join(orders, orders.c.order_ref == LineItem.order_ref)
            .order_by(LineItem.id, LineRevision.revision)
        )
        if part is not None:
            # one range is enough: two would look like next to nothing, and be read again for each order
            query = query.where(LineItem.id.in_(part), among(LineRevision.line_id, part))
        if known_through is not None:
            query = query.where(LineRevision.import_id <= known_through)
        shares = _shares(session, part)
        history: list[Row[*tuple[Any, ...]]] = []
        for row in session.execute(query.execution_options(yield_per=2000)):
            history = [*history, row] if history and history[-1].line_id == row.line_id else [row]
            found[row.line_id] = _line(history, shares)
    return found


# columns, not entities: a line is read whole at each accrual, and an entity costs more than its query
_LINE = (LineItem.id.label("line_id"), LineItem.line_ref)
_REVISION = (
    LineRevision.id,
    LineRevision.revision,
    LineRevision.valid_from,
    LineRevision.station,
    LineRevision.daypart,
    LineRevision.time_zone,
    LineRevision.product,
    LineRevision.category,
    LineRevision.first_day,
    LineRevision.end_day,
    LineRevision.pricing,
    LineRevision.rate,
    LineRevision.agency_percent,
    LineRevision.booked_units,
    LineRevision.cap,
    LineRevision.cap_tolerance_percent,
    LineRevision.billing_source,
    LineRevision.plan,
    LineRevision.makegood_for,
    LineRevision.status,
    LineRevision.cancelled_on,
)


def _parts(line_ids: Collection[int] | None) -> Iterator[list[int] | None]:
    if line_ids is None:
        yield None
        return
    ordered = sorted(line_ids)
    for start in range(0, len(ordered), IDS_AT_ONCE):
        yield ordered[start : start + IDS_AT_ONCE]


def _current_orders(known_through: int | None) -> Subquery:
    newer = aliased(OrderRevision)
    later = and_(newer.order_ref == OrderRevision.order_ref, newer.revision > OrderRevision.revision)
    if known_through is not None:
        later = and_(later, newer.import_id <= known_through)
    query = select(
        OrderRevision.order_ref,
        OrderRevision.signed_on,
        OrderRevision.partner_ref,
        OrderRevision.advertiser,
        OrderRevision.currency,
    ).where(~select(newer.id).where(later).exists())
    if known_through is not None:
        query = query.where(OrderRevision.import_id <= known_through)
    return query.subquery("orders")


def _shares(session: Session, line_ids: list[int] | None) -> dict[int, dict[str, Fraction]]:
    query = select(SplitShare.line_revision_id, SplitShare.payee_ref, SplitShare.weight)
    if line_ids is not None:
        query = query.join(LineRevision, LineRevision.id == SplitShare.line_revision_id).where(
            among(LineRevision.line_id, line_ids)
        )
    found: dict[int, dict[str, Fraction]] = {}
    for revision_id, payee, weight in session.execute(query):
        found.setdefault(revision_id, {})[payee] = exact(weight)
    return found


def _line(history: list[Row[*tuple[Any, ...]]], shares: Mapping[int, Mapping[str, Fraction]]) -> Line:
    """A line of its revisions so far, oldest first: terms of the newest, prices and splits of them all."""
    now = history[-1]
    return Line(
        line_id=now.line_id,
        line_ref=now.line_ref,
        order_ref=now.order_ref,
        signed_on=now.signed_on,
        partner_ref=now.partner_ref,
        advertiser=now.advertiser,
        currency=now.currency,
        station=now.station,
        daypart=now.daypart,
        time_zone=now.time_zone,
        product=now.product,
        category=now.category,
        first_day=now.first_day,
        end_day=now.end_day,
        pricing=now.pricing,
        booked_units=now.booked_units,
        cap=now.cap,
        cap_tolerance_percent=exact(now.cap_tolerance_percent),
        billing_source=now.billing_source,
        plan=now.plan,
        makegood_for=now.makegood_for,
        status=now.status,
        cancelled_on=now.cancelled_on,
        revision=now.revision,
        stretches=_stretches(history, shares),
        was_longer=any(_end(one) > _end(now) or one.first_day < now.first_day for one in history[:-1]),
    )


def _end(revision: Row[*tuple[Any, ...]]) -> date:
    """The day before which the line runs."""
    ends: date = revision.end_day
    return min(ends, revision.cancelled_on or ends)


def _stretches(
    history: list[Row[*tuple[Any, ...]]], shares: Mapping[int, Mapping[str, Fraction]]
) -> tuple[Stretch, ...]:
    """A revision without a day replaces all that stood; one with a day, what stood from that day on."""
    kept: list[Stretch] = []
    for revision in history:
        start = revision.valid_from
        if kept and start is not None:
            kept = [part for part in kept if part.valid_from is None or part.valid_from < start]
        else:
            kept, start = [], None
        kept.append(
            Stretch(
                valid_from=start,
                rate=exact(revision.rate),
                agency_percent=exact(revision.agency_percent),
                split=shares.get(revision.id) or {history[-1].partner_ref: Fraction(1)},
            )
        )
    return tuple(kept)


def delivered_units(
    session: Session,
    *,
    calendar: str = "month",
    through: date | None = None,
    line_ids: Collection[int] | None = None,
    known_through: int | None = None,
) -> Iterator[DeliveredUnits]:
    """One integer sum by line, service period and source, in order of line and period.

    `through` is the last service day taken, `known_through` the last import.
    """
    period = _period(session, calendar)
    for part in _parts(line_ids):
        query = (
            select(DeliveryRow.line_id, period, source_name(), func.sum(DeliveryRow.added_units))
            .group_by(DeliveryRow.line_id, period, DeliveryRow.source_id)
            .order_by(DeliveryRow.line_id, period, DeliveryRow.source_id)
        )
        query = query.where(*_bounds(through=through, line_ids=part, known_through=known_through))
        for line_id, name, source, units in session.execute(query.execution_options(yield_per=5000)):
            yield DeliveredUnits(line_id, name, source, int(units))


def _period(session: Session, calendar: str) -> ColumnElement[str]:
    """The service period that holds a day; a broadcast month is named by the Sunday that ends its weeks."""
    day = DeliveryRow.service_date
    if session.get_bind().dialect.name == "sqlite":
        shown: ColumnElement[str] = func.date(day, "weekday 0") if calendar == BROADCAST else cast(day, Text)
        return func.substr(shown, 1, 7).label("period")
    if calendar == BROADCAST:
        return func.to_char(func.date_trunc("week", day) + func.make_interval(0, 0, 0, 6), "YYYY-MM").label(
            "period"
        )
    return func.to_char(day, "YYYY-MM").label("period")


def _bounds(
    *, through: date | None, line_ids: list[int] | None, known_through: int | None
) -> list[ColumnElement[bool]]:
    bounds: list[ColumnElement[bool]] = []
    if through is not None:
        bounds.append(DeliveryRow.service_date <= through)
    if line_ids is not None:
        bounds.append(among(DeliveryRow.line_id, line_ids))
    if known_through is not None:
        bounds.append(DeliveryRow.import_id <= known_through)
    return bounds


def source_name() -> ScalarSelect[str]:
    """The name of a delivery row's source, beside sums that are grouped by source."""
    named = select(DeliverySource.name).where(DeliverySource.id == DeliveryRow.source_id)
    return named.correlate(DeliveryRow).scalar_subquery()


def source_names(session: Session) -> dict[int, str]:
    """Names of the delivery sources by id."""
    return {source.id: source.name for source in session.scalars(select(DeliverySource))}


def day_counts(
    session: Session, line_id: int, *, first_day: date, end_day: date, known_through: int | None = None
) -> list[DayCount]:
    """The rows that count for a line from `first_day` to before `end_day`, by day and source."""
    query = (
        select(DeliveryRow)
        .where(
            DeliveryRow.line_id == line_id,
            DeliveryRow.service_date >= first_day,
            DeliveryRow.service_date < end_day,
        )
        .order_by(DeliveryRow.service_date, DeliveryRow.source_id, DeliveryRow.revision)
    )
    if known_through is not None:
        query = query.where(DeliveryRow.import_id <= known_through)
    sources = source_names(session)
    current = {(row.service_date, row.source_id): row for row in session.scalars(query)}
    return [
        DayCount(line_id, day, sources[source_id], row.revision, row.units, row.proof_ref, row.import_id)
        for (day, source_id), row in current.items()
    ]
