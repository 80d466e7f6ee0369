"""What an advertiser signed with a partner and what aired of it, for the time line of an account."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import extract, func, select
from sqlalchemy.orm import Session

from commissions.facts.fact_models import (
    BillingSource,
    DeliveryRow,
    DeliverySource,
    LineItem,
    LineRevision,
    LineStatus,
    OrderRevision,
    Pricing,
)
from commissions.facts.newest import is_newest_line, is_newest_order
from commissions.facts.own_lines import orders_with, pays
from commissions.ledger.ledger_models import Posting
from portal.kernel.identity import Identity, Permission
from portal.kernel.money import Money, totals

# an advertiser with more lines is a matter for the list of orders
MOST_LINES = 200
# advertisers by products
MOST_SIGNED = 400


@dataclass(frozen=True, slots=True)
class AdvertiserLine:
    """A line item as it stands now. The flight is `first_day` to before `end_day`."""

    line_id: int
    line_ref: str
    order_ref: str
    signed_on: date
    currency: str
    station: str
    daypart: str | None
    product: str | None
    first_day: date
    end_day: date
    pricing: Pricing
    billing_source: BillingSource
    booked_units: int
    status: LineStatus
    makegood_for: str | None


@dataclass(frozen=True, slots=True)
class AiredMonth:
    """Units of the source that is billed by, for a line from `first_day` through `last_day` of one month."""

    line_id: int
    first_day: date
    last_day: date
    units: int


@dataclass(frozen=True, slots=True)
class Signed:
    """What an advertiser signed lately: the day of its last order, and all products, in lower case."""

    last_on: date
    products: frozenset[str]


def signed_by_advertiser(session: Session, identity: Identity, *, since: date) -> dict[str, Signed]:
    """Who signed with the identity's organisation since that day, as orders stand now; the latest 400."""
    if not identity.may(Permission.ORDERS_READ):
        return {}
    last_on = func.max(OrderRevision.signed_on)
    query = (
        select(OrderRevision.advertiser, func.lower(LineRevision.product), last_on)
        .join(LineItem, LineItem.order_ref == OrderRevision.order_ref)
        .join(LineRevision, LineRevision.line_id == LineItem.id)
        .where(
            OrderRevision.partner_ref == identity.organisation_ref,
            OrderRevision.signed_on >= since,
            LineRevision.status == LineStatus.SIGNED,
            is_newest_order(),
            is_newest_line(),
        )
        .group_by(OrderRevision.advertiser, func.lower(LineRevision.product))
        .order_by(last_on.desc(), OrderRevision.advertiser)
        .limit(MOST_SIGNED)
    )
    found: dict[str, Signed] = {}
    for advertiser, product, signed_on in session.execute(query):
        before = found.get(advertiser, Signed(signed_on, frozenset()))
        products = before.products | ({product} if product else set())
        found[advertiser] = Signed(max(before.last_on, signed_on), products)
    return found


def advertiser_lines(
    session: Session, identity: Identity, *, partner_ref: str, advertiser: str
) -> list[AdvertiserLine]:
    """Lines of the advertiser's orders that pay the partner, newest order first, at most 200.

    A partner sees its own, as its list of orders has them; the brand sees none.
    """
    if not identity.may(Permission.ORDERS_READ):
        return []
    partner = identity.organisation_ref if identity.is_partner else partner_ref
    query = (
        select(LineItem, LineRevision, OrderRevision)
        .join(LineRevision, LineRevision.line_id == LineItem.id)
        .join(OrderRevision, OrderRevision.order_ref == LineItem.order_ref)
        .where(
            OrderRevision.advertiser == advertiser,
            OrderRevision.order_ref.in_(orders_with(partner)),
            is_newest_order(),
            is_newest_line(),
            pays(LineRevision, partner, OrderRevision.partner_ref),
        )
        .order_by(OrderRevision.signed_on.desc(), LineItem.order_ref.desc(), LineItem.line_ref)
        .limit(MOST_LINES)
    )
    return [_line(*row) for row in session.execute(query)]


def aired_months(
    session: Session, lines: Collection[AdvertiserLine], *, sources: Mapping[str, str]
) -> list[AiredMonth]:
    """What aired by line and calendar month; `sources` says what kind a source is, others are own."""
    if not lines:
        return []
    kinds = {line.line_id: line.billing_source for line in lines}
    day = DeliveryRow.service_date
    year, month = extract("year", day), extract("month", day)
    query = (
        select(
            DeliveryRow.line_id,
            DeliverySource.name,
            func.min(day),
            func.max(day),
            func.sum(DeliveryRow.added_units),
        )
        .join(DeliverySource, DeliverySource.id == DeliveryRow.source_id)
        .where(DeliveryRow.line_id.in_(kinds))
        .group_by(DeliveryRow.line_id, DeliverySource.name, year, month)
        .order_by(func.max(day), DeliveryRow.line_id)
    )
    return [
        AiredMonth(line_id, first, last, int(units))
        for line_id, source, first, last, units in session.execute(query)
        if _is_billed_by(kinds[line_id], sources.get(source, BillingSource.OWN))
    ]


def commission_of(session: Session, lines: Collection[AdvertiserLine], *, payee_ref: str) -> dict[str, Money]:
    """What the payee has earned on the lines to date, by currency."""
    if not lines:
        return {}
    query = (
        select(Posting.currency, func.sum(Posting.amount_minor))
        .where(Posting.line_id.in_({line.line_id for line in lines}), Posting.payee_ref == payee_ref)
        .group_by(Posting.currency)
    )
    return totals(Money(int(minor), currency) for currency, minor in session.execute(query))


def _is_billed_by(billing: BillingSource, kind: str) -> bool:
    """A contracted line bills by the calendar; what aired of it is the own count."""
    wanted = BillingSource.OWN if billing is BillingSource.CONTRACTED else billing
    return kind == wanted


def _line(item: LineItem, terms: LineRevision, order: OrderRevision) -> AdvertiserLine:
    return AdvertiserLine(
        line_id=item.id,
        line_ref=item.line_ref,
        order_ref=item.order_ref,
        signed_on=order.signed_on,
        currency=order.currency,
        station=terms.station,
        daypart=terms.daypart,
        product=terms.product,
        first_day=terms.first_day,
        end_day=terms.end_day,
        pricing=terms.pricing,
        billing_source=terms.billing_source,
        booked_units=terms.booked_units,
        status=terms.status,
        makegood_for=terms.makegood_for,
    )
