"""The demo's days: months are counted from the open one, instants fall into office hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

# the month is closed on this day of the next one; until then the month before counts as open
CLOSING_DAY = 8


@dataclass(frozen=True, slots=True)
class Almanac:
    """`month(0)` is the open month, `month(-1)` the last closed one, whatever today is."""

    today: date

    def month(self, offset: int) -> date:
        """First day of a month."""
        anchor = self.today - timedelta(days=CLOSING_DAY)
        months = anchor.year * 12 + anchor.month - 1 + offset
        return date(months // 12, months % 12 + 1, 1)

    def day(self, offset: int, number: int) -> date:
        """A day of a month; a number past its end is its last day."""
        return min(self.month(offset) + timedelta(days=number - 1), self.last_day(offset))

    def last_day(self, offset: int) -> date:
        return self.month(offset + 1) - timedelta(days=1)

    def ref(self, offset: int) -> str:
        return f"{self.month(offset):%Y-%m}"

    def closed_on(self, offset: int) -> date:
        return self.day(offset + 1, CLOSING_DAY)

    def ago(self, days: int) -> date:
        return self.today - timedelta(days=days)


def instant(day: date, hour: int = 9, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), UTC)
