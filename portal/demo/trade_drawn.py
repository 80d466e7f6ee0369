"""The rest of the sixty orders, drawn by a fixed seed so that each load gives the same world."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from portal.demo.almanac import Almanac
from portal.demo.channel import (
    HARBORLIGHT,
    HINTERLAND,
    JUNIPER,
    KORVANE,
    MINATO,
    OSPREY,
    RHEINBLICK,
    SALTMARSH,
    TIDEWELL,
)
from portal.demo.stations import OFFERS, Offer
from portal.demo.trade import ADVERTISERS, CURRENCY, SPLITS, DemoLine, DemoOrder, told_orders
from portal.kernel.money import split_by_weight

SEED = 2614
ORDERS_IN_ALL = 60
FIRST_NUMBER = 2561
FIRST_MONTH, LAST_MONTH = -5, 1
QUIET_MONTHS = (-5, -4, -3, 0, 1)
# how many of the drawn orders each partner has
SHARE = {
    TIDEWELL: 12, OSPREY: 8, RHEINBLICK: 8, MINATO: 6, SALTMARSH: 5,
    KORVANE: 4, HINTERLAND: 4, HARBORLIGHT: 4, JUNIPER: 2,
}  # fmt: skip
SPOTS = (36, 48, 60, 72, 84, 96, 120)
IMPRESSIONS = (90_000, 120_000, 150_000, 180_000, 240_000)
# delivered against booked: mostly all of it
REACHED = (0.94, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.07)


@dataclass(frozen=True, slots=True)
class _Terms:
    partner: str
    currency: str
    agency: str


def all_orders(on: Almanac) -> tuple[DemoOrder, ...]:
    """Sixty orders, by ref."""
    told = told_orders(on)
    taken = {order.order_ref for order in told}
    drawn = _drawn(on, taken)
    return tuple(sorted([*told, *drawn], key=lambda order: order.order_ref))


def _drawn(on: Almanac, taken: set[str]) -> list[DemoOrder]:
    draw = random.Random(SEED)  # noqa: S311  the same world each time, and no secret
    partners = [ref for ref, number in SHARE.items() for _ in range(number)]
    starts = [_start(n, partner) for n, partner in enumerate(partners)]
    numbers = (f"IO-{number}" for number in range(FIRST_NUMBER, FIRST_NUMBER + 3 * ORDERS_IN_ALL))
    free = [ref for ref in numbers if ref not in taken]
    # a higher number was signed later
    by_start = sorted(zip(starts, partners, strict=True), key=lambda pair: pair[0])
    return [
        _order(on, draw, free[n * 3 // 2], start=start, partner=partner)
        for n, (start, partner) in enumerate(by_start)
    ]


def _start(n: int, partner: str) -> int:
    """Orders are spread over the months; Tidewell's last closed month is the story's alone."""
    months = QUIET_MONTHS if partner == TIDEWELL else range(FIRST_MONTH, LAST_MONTH + 1)
    return months[n * 3 % len(months)]


def _order(on: Almanac, draw: random.Random, ref: str, *, start: int, partner: str) -> DemoOrder:
    terms = _Terms(partner, CURRENCY.get(partner, "USD"), draw.choice(("15", "15", "0")))
    advertiser, category = draw.choice(ADVERTISERS[partner])
    names = draw.sample(sorted(OFFERS), k=draw.choice((1, 1, 2, 2)))
    lines = tuple(
        _line(on, draw, DemoLineRef(f"{ref}-L{n}", OFFERS[name]), start=start, terms=terms)
        for n, name in enumerate(names, start=1)
    )
    signed = min(on.month(start) - timedelta(days=draw.randint(9, 26)), on.ago(draw.randint(1, 5)))
    return DemoOrder(ref, signed, partner, advertiser, terms.currency, category, lines)


@dataclass(frozen=True, slots=True)
class DemoLineRef:
    ref: str
    offer: Offer


def _line(on: Almanac, draw: random.Random, line: DemoLineRef, *, start: int, terms: _Terms) -> DemoLine:
    months = draw.choice((1, 2, 2))
    first, last = on.day(start, draw.choice((1, 1, 5, 8))), on.last_day(start + months - 1)
    booked = draw.choice(IMPRESSIONS if line.offer.is_podcast else SPOTS) * months
    reached = round(booked * draw.choice(REACHED))
    days = {str(month): Fraction(_days_in(on, month, first, last)) for month in range(start, start + months)}
    delivered = {int(month): units for month, units in split_by_weight(reached, days).items()}
    return DemoLine(
        line.ref,
        line.offer,
        first,
        last,
        booked,
        line.offer.rate[terms.currency],
        line.offer.pricing,
        terms.agency,
        delivered,
        SPLITS.get(terms.partner, ""),
    )


def _days_in(on: Almanac, month: int, first: date, last: date) -> int:
    return max(0, (min(last, on.last_day(month)) - max(first, on.month(month))).days + 1)
