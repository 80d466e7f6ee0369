"""Which service period holds a day: calendar months, or broadcast months that end on their last Sunday."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from commissions.facts.errors import NoSuchPeriod

_REF = re.compile(r"[1-9][0-9]{3}-(0[1-9]|1[0-2])")
_LAST_REF = "9999-12"
# a day before or after is a typing error: it would open, and have to close, every month between
EARLIEST, LATEST = date(2000, 1, 1), date(2999, 12, 31)


class Calendar(StrEnum):
    MONTH = "month"
    BROADCAST = "broadcast"


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a period, `first_day` to before `end_day`."""

    ref: str
    first_day: date
    end_day: date

    @property
    def last_day(self) -> date:
        return self.end_day - timedelta(days=1)

    @property
    def days(self) -> int:
        return (self.end_day - self.first_day).days


def period_of(day: date, calendar: Calendar) -> str:
    """The period that holds a day, "2026-03"."""
    if calendar is Calendar.BROADCAST:
        day += timedelta(days=6 - day.weekday())
    return f"{day.year:04d}-{day.month:02d}"


@lru_cache(maxsize=1000)
def span(ref: str, calendar: Calendar) -> Span:
    """First day and end of a period. Raises NoSuchPeriod; no day follows the last of all."""
    if not _REF.fullmatch(ref) or ref == _LAST_REF:
        raise NoSuchPeriod(ref)
    first = date(int(ref[:4]), int(ref[5:]), 1)
    following = date.fromisoformat(f"{next_ref(ref)}-01")
    if calendar is Calendar.BROADCAST:
        return Span(ref, _after_last_sunday_before(first), _after_last_sunday_before(following))
    return Span(ref, first, following)


def next_ref(ref: str) -> str:
    year, month = int(ref[:4]), int(ref[5:])
    return f"{year + month // 12:04d}-{month % 12 + 1:02d}"


def refs_through(first: str, last: str) -> list[str]:
    """Every period from the first to the last, both included."""
    found = []
    while first <= last:
        found.append(first)
        first = next_ref(first)
    return found


def _after_last_sunday_before(day: date) -> date:
    """The Monday on which the week that holds `day` begins."""
    return day - timedelta(days=day.weekday())
