"""Both calendars and the windows of tiers, counted day by day (2.1, 2.5)."""

from __future__ import annotations

from datetime import date, timedelta

DAY = timedelta(days=1)
SUNDAY = 6


def period_of(day: date, calendar: str = "month") -> str:
    """YYYY-MM; a broadcast week belongs to the month that its Sunday lies in."""
    if calendar == "month":
        return f"{day:%Y-%m}"
    while day.weekday() != SUNDAY:
        day += DAY
    return f"{day:%Y-%m}"


def last_day(period: str, calendar: str = "month") -> date:
    """The last day that lies in the period."""
    day = date(int(period[:4]), int(period[5:]), 1) + 40 * DAY
    while period_of(day, calendar) != period:
        day -= DAY
    return day


def window_of(period: str, window: str) -> str:
    """The window of a period: a quarter and a year are unions of periods."""
    if window == "line":
        return ""
    if window == "month":
        return period
    if window == "year":
        return period[:4]
    return f"{period[:4]}-Q{(int(period[5:]) + 2) // 3}"


def days_from(first: date, last: date) -> list[date]:
    """Both days and all between them."""
    return [first + number * DAY for number in range((last - first).days + 1)]
