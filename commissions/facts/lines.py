"""Lines with their terms, as they are known now or were known after an import."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, Subquery, and_, func, select
from sqlalchemy.orm import Session, aliased

from commissions.facts.amounts import exact
from commissions.facts.fact_models import (
    BillingSource,
    Cap,
    LineItem,
    LineRevision,
    LineStatus,
    OrderRevision,
    Pricing,
    SplitShare,
)
from commissions.facts.newest import is_make_good
from portal.kernel.among import among, in_parts
from portal.kernel.money import whole_weights


class Split(dict[str, Fraction]):
    """Payees and their relative weights. Never changed: lines with the same split share it."""

    # worked out once: every component of the plan splits by them
    @cached_property
    def whole(self) -> Mapping[str, int]:
        """The weights in whole numbers."""
        return whole_weights(self)

    @cached_property
    def shares(self) -> Mapping[str, Fraction]:
        """Each payee's part of one."""
        total = sum(self.whole.values())
        return {payee: Fraction(weight, total) for payee, weight in self.whole.items()}


class Stretch(NamedTuple):
    """Price and split of a line from a day on (`valid_from` empty: from the start).

    `rate` is gross in the major unit.
    """

    valid_from: date | None
    rate: Fraction
    agency_percent: Fraction
    split: Split


class Line(NamedTuple):
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


def lines_as_known(
    session: Session,
    *,
    line_ids: Collection[int] | None = None,
    known_through: int | None = None,
    with_make_goods: bool = False,
) -> dict[int, Line]:
    """Lines by id as known now, or after the import numbered `known_through`.

    `with_make_goods` adds all make-good lines: what these made good is told by them.
    """
    found: dict[int, Line] = {}
    for number, part in enumerate(in_parts(line_ids) if line_ids or not with_make_goods else ([],)):
        orders = _current_orders(known_through)
        query = (
            select(*_LINE, *orders.c, *_TERMS, *_PRICE, _SPLIT)
            .join(LineRevision, LineRevision.line_id == LineItem.id)
            .join(orders, orders.c.order_ref == LineItem.order_ref)
            .order_by(LineItem.id, LineRevision.revision)
        )
        if part is not None and with_make_goods and number == 0:
            # a union, not an "or": that would read every line there is
            wanted = select(LineItem.id).where(among(LineItem.id, part)).union(make_good_ids())
            query = query.where(LineItem.id.in_(wanted))
        elif part is not None:
            # one range is enough: two would look like next to nothing, and be read again for each order
            query = query.where(LineItem.id.in_(part), among(LineRevision.line_id, part))
        if known_through is not None:
            query = query.where(LineRevision.import_id <= known_through)
        history: list[Row[*tuple[Any, ...]]] = []
        for row in session.execute(query.execution_options(yield_per=2000)):
            history = [*history, row] if history and history[-1].line_id == row.line_id else [row]
            found[row.line_id] = _line(history)
    return found


class LineHead(NamedTuple):
    """What a statement says of a line, and what its plan is chosen by."""

    line_id: int
    line_ref: str
    order_ref: str
    signed_on: date
    partner_ref: str
    advertiser: str
    station: str
    daypart: str | None
    booked_units: int
    plan: str | None


def line_heads(
    session: Session, line_ids: Collection[int], *, known_through: int | None = None
) -> dict[int, LineHead]:
    """By id, as known now, or after the import numbered `known_through`."""
    found: dict[int, LineHead] = {}
    for part in in_parts(line_ids):
        orders = _current_orders(known_through)
        revised = (LineRevision.station, LineRevision.daypart, LineRevision.booked_units, LineRevision.plan)
        query = (
            select(
                LineItem.id,
                LineItem.line_ref,
                LineItem.order_ref,
                orders.c.signed_on,
                orders.c.partner_ref,
                orders.c.advertiser,
                *revised,
            )
            .join(LineRevision, LineRevision.line_id == LineItem.id)
            .join(orders, orders.c.order_ref == LineItem.order_ref)
            .where(among(LineRevision.line_id, part or ()))
            # the newest comes last
            .order_by(LineItem.id, LineRevision.revision)
        )
        if known_through is not None:
            query = query.where(LineRevision.import_id <= known_through)
        found |= {row[0]: LineHead(*row) for row in session.execute(query)}
    return found


def make_good_ids() -> Select[int]:
    """Ids of lines that make good for another in some revision."""
    return select(LineRevision.line_id).where(is_make_good()).distinct()


# columns, not entities: a line is read whole at each accrual, and an entity costs more than its query
_LINE = (LineItem.id.label("line_id"), LineItem.line_ref)
# in the order of Line's own, from the station to the revision
_TERMS = (
    LineRevision.station,
    LineRevision.daypart,
    LineRevision.time_zone,
    LineRevision.product,
    LineRevision.category,
    LineRevision.first_day,
    LineRevision.end_day,
    LineRevision.pricing,
    LineRevision.booked_units,
    LineRevision.cap,
    LineRevision.cap_tolerance_percent,
    LineRevision.billing_source,
    LineRevision.plan,
    LineRevision.makegood_for,
    LineRevision.status,
    LineRevision.cancelled_on,
    LineRevision.revision,
)
_PRICE = (LineRevision.valid_from, LineRevision.rate, LineRevision.agency_percent)
# payees and weights of a revision as in files, "R1:60;R2:40": a query of its own reads each row twice
_SPLIT = (
    select(func.aggregate_strings(SplitShare.payee_ref + ":" + SplitShare.weight, ";"))
    .where(SplitShare.line_revision_id == LineRevision.id)
    .correlate(LineRevision)
    .scalar_subquery()
    .label("split")
)


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


def _line(history: list[Row[*tuple[Any, ...]]]) -> Line:
    """A line of its revisions so far, oldest first: terms of the newest, prices and splits of them all."""
    now = history[-1]
    terms = now[: -len(_PRICE) - 1]
    was_longer = any(_end(one) > _end(now) or one.first_day < now.first_day for one in history[:-1])
    line = Line._make((*terms, _stretches(history), was_longer))
    return line._replace(cap_tolerance_percent=exact(line.cap_tolerance_percent))


def _end(revision: Row[*tuple[Any, ...]]) -> date:
    """The day before which the line runs."""
    ends: date = revision.end_day
    return min(ends, revision.cancelled_on or ends)


def _stretches(history: list[Row[*tuple[Any, ...]]]) -> tuple[Stretch, ...]:
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
                split=_split(revision.split or f"{history[-1].partner_ref}:1"),
            )
        )
    return tuple(kept)


@lru_cache(maxsize=10_000)
def _split(text: str) -> Split:
    parts = (part.rpartition(":") for part in text.split(";"))
    return Split({payee: exact(weight) for payee, _, weight in parts})
