"""How people read in the demo: which pages hold them, on which days they come, and who the buyers are."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from datetime import date, timedelta

from content.assets.models import AssetKind
from portal.demo.accounts import ACCOUNTS
from portal.demo.channel import HINTERLAND, KORVANE, MINATO, OSPREY, RHEINBLICK, SALTMARSH, TIDEWELL

# median seconds a page, and how many of a hundred who opened it get there
ORCHARD_PAGES = ((9, 100), (18, 90), (41, 85), (26, 72), (8, 58), (14, 51), (22, 42), (6, 32))
# p75 is 1.9 times the median: exp(0.674 x 0.95)
SPREAD = 0.95
MOST_SECONDS = 590
# Monday first
WEEK = (10, 11, 12, 11, 8, 2, 1)
DAYS = 182
FRESH_DAYS = 7
FRESH = 2.6

VISITS: Mapping[str, int] = {
    TIDEWELL: 78, RHEINBLICK: 62, OSPREY: 54, MINATO: 51, SALTMARSH: 43, KORVANE: 31, HINTERLAND: 25,
}  # fmt: skip
# of a hundred views, those by buyers to whom a partner sent it
BUYERS: Mapping[AssetKind, int] = {
    AssetKind.CASE_STUDY: 51, AssetKind.MEDIA_KIT: 45, AssetKind.RATE_CARD: 38, AssetKind.ONE_PAGER: 36,
    AssetKind.VIDEO: 44, AssetKind.AUDIO: 40, AssetKind.DEMO: 30, AssetKind.DECK: 12,
}  # fmt: skip
DOWNLOADS: Mapping[AssetKind, int] = {
    AssetKind.RATE_CARD: 34, AssetKind.TEMPLATE: 62, AssetKind.DECK: 40, AssetKind.MEDIA_KIT: 24,
    AssetKind.CASE_STUDY: 15, AssetKind.ONE_PAGER: 22, AssetKind.DOCUMENT: 18,
}  # fmt: skip
# played rather than read: median seconds
PLAYED: Mapping[AssetKind, int] = {
    AssetKind.VIDEO: 104, AssetKind.AUDIO: 61, AssetKind.DEMO: 132, AssetKind.LINK: 8,
}  # fmt: skip
_OTHER_BUYERS: Mapping[str, tuple[str, ...]] = {
    TIDEWELL: ("Amara Leclerc", "Piotr Havel", "Ronan Achterberg", "Selma Aydin", "Grace Tolliver"),
    RHEINBLICK: ("Birte Claasen", "Ulrich Senger", "Anouk Maier"),
    MINATO: ("Yuna Fujimori", "Sota Kameda"),
    OSPREY: ("Dana Whitlock", "Marco Silvestri", "Peg Anselm"),
    SALTMARSH: ("Felix Agyeman", "Corinne Day", "Walt Ibsen"),
    KORVANE: ("Zora Hanak", "Emil Brandl"),
    HINTERLAND: ("Lottie Marsh",),
}


def buyers_of(partner: str, partner_of: Mapping[str, str]) -> list[str]:
    """Names of the people to whom a partner sends content; `partner_of` maps its people to it."""
    known = [
        name for account in ACCOUNTS if partner_of[account.partner] == partner for name, _ in account.contacts
    ]
    return [*known, *_OTHER_BUYERS.get(partner, ())]


def day_weights(end: date, added: list[date]) -> dict[date, float]:
    """How busy each day before `end` is, from the first version on: weekdays, growth, fresh versions."""
    start = max(min(added), end - timedelta(days=DAYS))
    days = [start + timedelta(days=n) for n in range((end - start).days)]
    return {
        day: WEEK[day.weekday()]
        * (1 + 0.9 * (day - start).days / DAYS)
        * (FRESH if any(0 <= (day - fresh).days < FRESH_DAYS for fresh in added[1:]) else 1.0)
        for day in days
    }


def reading(draw: random.Random, ref: str, kind: AssetKind, page_count: int) -> dict[int, int]:
    """Active milliseconds by page of one sitting."""
    if kind in PLAYED:
        return {1: _time(draw, PLAYED[kind])}
    habits = ORCHARD_PAGES if ref == "orchard-row-grocers" else _habits(ref, max(1, page_count))
    patience = draw.uniform(0, 100)
    return {
        page: _time(draw, seconds)
        for page, (seconds, reached) in enumerate(habits, start=1)
        if page == 1 or patience <= reached
    }


def _habits(ref: str, pages: int) -> list[tuple[int, int]]:
    """Page times of any other asset: a short cover, one page that holds people, fewer to the end."""
    own = random.Random(ref)  # noqa: S311  the same world each time
    strong = own.randint(2, max(2, min(pages, 9)))
    return [
        (
            8 if n == 1 and pages > 1 else own.randint(26, 44) if n == strong else own.randint(9, 24),
            round(100 * math.exp(-1.1 * (n - 1) / max(4, pages))),
        )
        for n in range(1, pages + 1)
    ]


def _time(draw: random.Random, median: int) -> int:
    return round(1000 * min(MOST_SECONDS, draw.lognormvariate(math.log(median), SPREAD)))
