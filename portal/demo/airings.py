"""Delivery day by day: how a month's units fall on its days, and what was restated later."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from portal.demo.almanac import Almanac
from portal.demo.stations import SALEM
from portal.demo.trade import DemoLine, DemoOrder
from portal.kernel.money import split_by_weight

SATURDAY = 5
MIDDLE = 15
# downloads of an episode: most on its first day, a tail over the week (Monday first)
PODCAST_WEEK = (30, 18, 13, 12, 11, 8, 8)
# of the lines outside the story every seventh is restated once, after its month was closed
RESTATED_EVERY = 7
UNKNOWN_LINE = "HGO-3024-L1"


@dataclass(frozen=True, slots=True)
class Airing:
    """Units of a line on a day, as reported on a day, at a revision."""

    line_ref: str
    station: str
    on: date
    units: int
    reported_on: date
    revision: int = 1


@dataclass(frozen=True, slots=True)
class Restatement:
    """A later count: `change` units on one of the line's days in a month, learned on a day."""

    line_ref: str
    month: int
    change: int
    reported_on: date


def airings(on: Almanac, orders: Iterable[DemoOrder]) -> list[Airing]:
    """Every report up to yesterday, restatements at higher revisions, and the line nobody ordered."""
    lines = [line for order in orders for line in order.lines]
    first = {line.line_ref: list(_of(on, line)) for line in lines}
    later = [_restated(on, first[one.line_ref], one) for one in restatements(on, lines)]
    # a count that was wrong at first and right before the month was closed
    early = _mended(first["IO-2614-L1"], on)
    reports = [report for line_ref in sorted(first) for report in first[line_ref]]
    known = [report for report in [*reports, early, *later] if report.reported_on <= on.today]
    return [*known, *_unknown(on)]


def restatements(on: Almanac, lines: Sequence[DemoLine]) -> list[Restatement]:
    """Those of the story, and some of other lines in earlier months."""
    told = [
        Restatement("IO-2588-L1", -2, -3, on.day(-1, 19)),
        Restatement("IO-2607-L2", -2, -416, on.day(-1, 20)),
        Restatement("IO-2579-L1", -2, -2, on.day(-1, 21)),
    ]
    named = {one.line_ref for one in told}
    others = [line for line in lines if line.line_ref not in named and min(line.delivered, default=0) < -1]
    for n, line in enumerate(others[::RESTATED_EVERY]):
        month = min(line.delivered)
        change = -(1_200 + 311 * n) if line.offer.is_podcast else (-2, 1, -1)[n % 3]
        told.append(Restatement(line.line_ref, month, change, on.day(month + 1, 17 + n % 9)))
    return told


def _of(on: Almanac, line: DemoLine) -> Iterator[Airing]:
    for month, units in sorted(line.delivered.items()):
        for day, number in _spread(on, line, month, units):
            if day < on.today and number:
                yield Airing(line.line_ref, line.offer.station, day, number, _report_day(on, day))


def _report_day(on: Almanac, day: date) -> date:
    """Stations report in the middle and at the end of a month; what is newer came in this morning."""
    middle = day.replace(day=MIDDLE) + timedelta(days=1)
    month_end = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return min(middle if day < middle else month_end, on.today)


def _mended(reports: list[Airing], on: Almanac) -> Airing:
    """Revision 1 said one spot less; the first report is changed in place, the second one returned."""
    right = max((report for report in reports if report.on < on.day(-1, 25)), key=lambda one: one.units)
    reports[reports.index(right)] = replace(right, units=right.units - 1)
    return replace(right, revision=2, reported_on=on.day(0, 3))


def _restated(on: Almanac, reports: Sequence[Airing], later: Restatement) -> Airing:
    days = [report for report in reports if on.month(later.month) <= report.on <= on.last_day(later.month)]
    fullest = max(days, key=lambda report: (report.units, report.on))
    return replace(fullest, units=fullest.units + later.change, revision=2, reported_on=later.reported_on)


def _unknown(on: Almanac) -> list[Airing]:
    return [Airing(UNKNOWN_LINE, SALEM, on.ago(days), 6, on.today) for days in (3, 2)]


def _spread(on: Almanac, line: DemoLine, month: int, units: int) -> Iterator[tuple[date, int]]:
    """Units over the days on which the product airs; nobody airs the same number each day."""
    draw = random.Random(f"{line.line_ref} {month}")  # noqa: S311  the same world each time
    first, last = max(line.first_day, on.month(month)), min(line.last_day, on.last_day(month))
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    weights = {day: _weight(line, day, draw) for day in days}
    wanted = {day.isoformat(): Fraction(weight) for day, weight in weights.items() if weight}
    parts = split_by_weight(units, wanted)
    return ((date.fromisoformat(day), parts[day]) for day in sorted(parts))


def _weight(line: DemoLine, day: date, draw: random.Random) -> int:
    if line.offer.is_podcast:
        return PODCAST_WEEK[day.weekday()] * draw.randint(80, 120)
    is_weekend = day.weekday() >= SATURDAY
    if line.offer.daypart == "run of schedule":
        return draw.randint(70, 130)
    return draw.randint(80, 120) if is_weekend == (line.offer.daypart == "weekend") else 0
