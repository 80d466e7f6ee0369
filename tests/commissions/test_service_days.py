"""Property 19 and fault F13: each second of a year lies in one day and one period, whatever clocks do."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from commissions.facts.house_rules import HouseRules
from commissions.facts.service_calendar import Calendar, period_of, span
from tests.commissions.rules_again import calendars

# spring and autumn on both halves of the globe, half an hour, midnight, a quarter, none
ZONES = (
    "America/Los_Angeles", "Europe/Berlin", "Australia/Lord_Howe", "America/Santiago", "Asia/Kathmandu", "UTC"
)  # fmt: skip
# clocks and dates of our time change on quarters of an hour only
QUARTER, SECOND = timedelta(minutes=15), timedelta(seconds=1)


@pytest.mark.parametrize("year", [2024, 2026])
@pytest.mark.parametrize("zone", ZONES)
def test_every_second_of_a_year_lies_in_exactly_one_day(zone: str, year: int) -> None:
    house = HouseRules(timezone=zone)
    at, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    seconds: Counter[date] = Counter()
    before = house.business_day(at)
    while at < end:
        day = house.business_day(at)
        assert day == house.business_day(at + QUARTER - SECOND)
        assert before <= day <= before + timedelta(days=1)
        seconds[day] += QUARTER // SECOND
        at, before = at + QUARTER, day
    assert seconds.total() == (366 if year == 2024 else 365) * 24 * 3600
    whole = [hours for day, hours in sorted(seconds.items())][1:-1]
    allowed = {"UTC": {24}, "Asia/Kathmandu": {24}, "Australia/Lord_Howe": {23.5, 24, 24.5}}
    assert {length / 3600 for length in whole} == allowed.get(zone, {23, 24, 25})


@pytest.mark.parametrize("calendar", Calendar)
def test_every_day_lies_in_exactly_one_period_of_either_calendar(calendar: Calendar) -> None:
    day = date(2023, 12, 1)
    while day < date(2029, 2, 1):
        ref = period_of(day, calendar)
        days = span(ref, calendar)
        assert days.first_day <= day < days.end_day
        assert ref == calendars.period_of(day, calendar.value)
        assert days.last_day == calendars.last_day(ref, calendar.value)
        assert period_of(days.end_day, calendar) > ref
        day += timedelta(days=1)


def test_the_leap_day_and_the_last_sunday_count_where_they_belong() -> None:
    assert period_of(date(2024, 2, 29), Calendar.MONTH) == "2024-02"
    assert period_of(date(2024, 2, 26), Calendar.BROADCAST) == "2024-03"
    assert span("2024-02", Calendar.BROADCAST).days == 28
    assert span("2026-03", Calendar.BROADCAST).last_day == date(2026, 3, 29)
