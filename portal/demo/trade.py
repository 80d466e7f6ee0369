"""The demo's orders as data: who buys, and the orders of the story, line by line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

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


@dataclass(frozen=True, slots=True)
class DemoLine:
    """A line item. `delivered` is units by month offset, over all of its days; a month not named has none."""

    line_ref: str
    offer: Offer
    first_day: date
    last_day: date
    booked: int
    rate: str
    pricing: str
    agency_percent: str
    delivered: Mapping[int, int] = field(default_factory=dict)
    split: str = ""
    makegood_for: str = ""


@dataclass(frozen=True, slots=True)
class DemoOrder:
    order_ref: str
    signed_on: date
    partner_ref: str
    advertiser: str
    currency: str
    category: str
    lines: tuple[DemoLine, ...]


# who buys from whom: advertiser, category
ADVERTISERS: dict[str, tuple[tuple[str, str], ...]] = {
    TIDEWELL: (
        ("Cobbler & Pine Furniture", "home and garden"),
        ("Tamsin Garden Centers", "home and garden"),
        ("Marlow Dental Group", "health"),
        ("Northgate Ferry Line", "travel"),
        ("Quillon Insurance", "finance"),
        ("Harrow Street Outfitters", "retail"),
    ),
    OSPREY: (("Gable & Finch Hardware", "home and garden"), ("Sable Creek Brewing", "food"), ("Linden Opticians", "health")),
    RHEINBLICK: (("Waldkorn Bäckereien", "food"), ("Norrby Optik", "health"), ("Kessler Radhaus", "retail")),
    MINATO: (("Aoba Living", "home and garden"), ("Hoshizora Rail Tours", "travel")),
    SALTMARSH: (("Bluethorn Pharmacies", "health"), ("Pell & Dorset Books", "retail")),
    KORVANE: (("Almeira Reisen", "travel"), ("Tarvos Elektro", "retail")),
    HINTERLAND: (("Ridge County Feed", "retail"), ("Brookline Tractor", "automotive")),
    HARBORLIGHT: (("Pier Nine Seafood", "food"), ("Wrenfield Yarns", "retail")),
    JUNIPER: (("Cedar & Clay Pottery", "home and garden"),),
}  # fmt: skip
CURRENCY = {RHEINBLICK: "EUR", KORVANE: "EUR", MINATO: "JPY"}
# a sub-reseller shares its pool with its master; the other one's master has an override only
SPLITS = {HARBORLIGHT: "HARBORLIGHT:70;TIDEWELL:30"}


def told_orders(on: Almanac) -> list[DemoOrder]:
    """The orders that the pictures show, with their figures."""

    def line(ref: str, offer: str, flight: tuple[date, date], booked: int, **rest: object) -> DemoLine:
        chosen = OFFERS[offer]
        facts: dict[str, object] = {
            "rate": chosen.rate["USD"],
            "pricing": chosen.pricing,
            "agency_percent": "15",
            **rest,
        }
        return DemoLine(ref, chosen, *flight, booked, **facts)  # type: ignore[arg-type]

    def order(
        ref: str, signed: date, advertiser: str, *lines: DemoLine, partner: str = TIDEWELL
    ) -> DemoOrder:
        category = dict(ADVERTISERS[partner])[advertiser]
        return DemoOrder(ref, signed, partner, advertiser, CURRENCY.get(partner, "USD"), category, lines)

    last = (on.day(-1, 1), on.last_day(-1))
    return [
        order(
            "IO-2614", on.day(-2, 14), "Cobbler & Pine Furniture",
            line("IO-2614-L1", "portland-morning", (on.day(-1, 4), on.last_day(-1)), 120, delivered={-1: 118}),
            line("IO-2614-L2", "kettle", (on.day(-1, 4), on.last_day(0)), 180_000, delivered={-1: 92_417, 0: 54_180}),
            line("IO-2614-L3", "portland-morning", (on.day(0, 2), on.last_day(0)), 2, delivered={0: 2}, makegood_for="IO-2614-L1"),
        ),
        order(
            "IO-2588", on.day(-4, 20), "Tamsin Garden Centers",
            line("IO-2588-L1", "salem-morning", (on.day(-3, 1), on.last_day(-1)), 620, delivered={-3: 206, -2: 204, -1: 210}),
        ),
        order(
            "IO-2598", on.day(-2, 9), "Marlow Dental Group",
            line("IO-2598-L1", "portland-afternoon", last, 84, agency_percent="0", delivered={-1: 81}),
        ),
        order(
            "IO-2630", on.day(-2, 24), "Northgate Ferry Line",
            line("IO-2630-L1", "portland-midday", last, 95, agency_percent="0", delivered={-1: 95}),
        ),
        order(
            "IO-2607", on.day(-3, 18), "Quillon Insurance",
            line("IO-2607-L1", "salem-ros", last, 146, delivered={-1: 151}),
            line("IO-2607-L2", "commute", (on.day(-2, 1), on.last_day(0)), 420_000, delivered={-2: 118_402, -1: 137_260, 0: 96_140}),
        ),
        order(
            "IO-2621", on.day(-2, 27), "Harrow Street Outfitters",
            line("IO-2621-L1", "seattle-weekend", (on.day(-1, 1), on.last_day(0)), 36, pricing="flat", rate="6400.00", agency_percent="0", delivered={-1: 18, 0: 12}),
        ),
        order(
            "IO-2579", on.day(-3, 3), "Gable & Finch Hardware",
            line("IO-2579-L1", "seattle-morning", (on.day(-3, 10), on.day(-1, 10)), 150, delivered={-3: 48, -2: 62, -1: 25}),
            line("IO-2579-L3", "seattle-afternoon", last, 75, rate="93.00", agency_percent="0", delivered={-1: 75}),
            partner=OSPREY,
        ),
    ]  # fmt: skip
