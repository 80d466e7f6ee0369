"""Booked units by service period (2.3), and the lines that bill those instead of what was counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

from commissions.facts.lines import Line
from commissions.facts.service_calendar import Calendar, period_of, refs_through, span
from commissions.reckoning.billable import booked_before
from portal.kernel.money import split_by_weight


def booked_by_period(line: Line, calendar: Calendar) -> dict[str, int]:
    """Evenly over the flight's days, by service period: largest remainder, ties to the earlier period."""
    days = {ref: Fraction((end - first).days) for ref, first, end in _parts(line, calendar)}
    return split_by_weight(line.booked_units, days)


def contracted_units(line: Line, last_day: date, calendar: Calendar) -> dict[str, int]:
    """Booked units by service period, for the days up to `last_day`."""
    booked, end = booked_by_period(line, calendar), _end(line, last_day)
    return {
        ref: booked_before(min(end, until), booked=booked[ref], first_day=first, end_day=until)
        for ref, first, until in _parts(line, calendar)
        if first < end
    }


def contracted_days(line: Line, last_day: date, calendar: Calendar) -> dict[date, int]:
    """The same by service day; within a period what is left over goes to its first days."""
    booked, end = booked_by_period(line, calendar), _end(line, last_day)
    found: dict[date, int] = {}
    for ref, first, until in _parts(line, calendar):
        each, left = divmod(booked[ref], (until - first).days)
        for place in range((until - first).days):
            day = first + timedelta(days=place)
            if day < end:
                found[day] = each + (1 if place < left else 0)
    return found


def _parts(line: Line, calendar: Calendar) -> Iterator[tuple[str, date, date]]:
    """The flight cut into service periods: each with its first day and the day after its last."""
    last_day = line.end_day - timedelta(days=1)
    for ref in refs_through(period_of(line.first_day, calendar), period_of(last_day, calendar)):
        days = span(ref, calendar)
        yield ref, max(line.first_day, days.first_day), min(line.end_day, days.end_day)


def _end(line: Line, last_day: date) -> date:
    ends = [line.end_day, last_day + timedelta(days=1)]
    return min([*ends, line.cancelled_on] if line.cancelled_on else ends)
