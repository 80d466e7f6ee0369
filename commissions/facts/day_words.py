"""Days as sentences of statements write them."""

from __future__ import annotations

from datetime import date

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def long_month(day: date) -> str:
    """April 2026, whatever the machine's language is."""
    return f"{MONTHS[day.month - 1]} {day.year}"


def long_day(day: date) -> str:
    """30 April 2026."""
    return f"{day.day} {long_month(day)}"
