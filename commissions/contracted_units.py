"""Lines that bill what was booked, not what was counted: their units spread over the days that passed."""

from __future__ import annotations

from datetime import date, timedelta

from commissions.billable import booked_before
from commissions.fact_queries import Line
from commissions.service_calendar import Calendar, period_of, refs_through, span


def contracted_units(line: Line, last_day: date, calendar: Calendar) -> dict[str, int]:
    """Booked units by service period, for the days up to `last_day`."""
    end = _end(line, last_day)
    if end <= line.first_day:
        return {}
    refs = refs_through(period_of(line.first_day, calendar), period_of(end - timedelta(days=1), calendar))
    cuts = [min(span(ref, calendar).end_day, end) for ref in refs]
    cumulative = [0, *(booked_until(line, cut) for cut in cuts)]
    return {ref: after - before for ref, before, after in zip(refs, cumulative, cumulative[1:], strict=False)}


def contracted_days(line: Line, last_day: date) -> dict[date, int]:
    """The same by service day."""
    end = _end(line, last_day)
    days = [line.first_day + timedelta(days=n) for n in range(max((end - line.first_day).days, 0))]
    return {day: booked_until(line, day + timedelta(days=1)) - booked_until(line, day) for day in days}


def booked_until(line: Line, day: date) -> int:
    """Booked units of the flight's days before a day."""
    return booked_before(day, booked=line.booked_units, first_day=line.first_day, end_day=line.end_day)


def booked_in(line: Line, period: str, calendar: Calendar) -> int:
    days = span(period, calendar)
    return booked_until(line, days.end_day) - booked_until(line, days.first_day)


def _end(line: Line, last_day: date) -> date:
    ends = [line.end_day, last_day + timedelta(days=1)]
    return min([*ends, line.cancelled_on] if line.cancelled_on else ends)
