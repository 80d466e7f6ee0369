"""Billable units day by day: cap, disallowed units, credits and make-goods (2.3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import floor

from tests.commissions.rules_again.calendars import days_from, period_of
from tests.commissions.rules_again.case import Credit, Line

Days = dict[date, int]


@dataclass(frozen=True)
class Units:
    """Of a line: what was delivered, what lies above the cap, and what is billable, by day."""

    delivered: int
    over: int
    by_day: Mapping[date, int]

    @property
    def billable(self) -> int:
        return sum(self.by_day.values())


def billable_units(line: Line, made_good: Mapping[date, int], calendar: str) -> Units:
    """`made_good`: units by day of the lines that make this one good."""
    counted = _allowed(line, calendar)
    found = _within_cap(line, counted, calendar)
    over = sum(counted.values()) - sum(found.values())
    credited: Mapping[date, int] = taken_back(found, line.credits, calendar)
    # credits open room for make-goods, and take what those bring as well
    for _ in range(2):
        for_short, for_credited = _filling(line, made_good, counted, credited, calendar)
        # what came too early for what was short is no replacement for what is credited later
        whole = _added(_at_most(line, _added(found, for_short)), for_credited)
        credited = taken_back(whole, line.credits, calendar)
    left = {day: units - credited.get(day, 0) for day, units in whole.items()}
    return Units(sum(line.counts.values()), over, _at_most(line, left))


def _at_most(line: Line, days: Mapping[date, int]) -> Days:
    """Own units and make-goods together never go beyond the cap of the whole line."""
    most = floor(line.booked * (1 + line.tolerance / 100))
    found: Days = {}
    raw = billed = 0
    for day, units in sorted(days.items()):
        raw += units
        now = raw if line.cap == "none" else min(raw, most)
        found[day] = now - billed
        billed = now
    return found


def _allowed(line: Line, calendar: str) -> Days:
    """Counts less what was disallowed: first on its own day, then elsewhere in the same period."""
    left = dict(sorted(line.counts.items()))
    for bad_day, disallowed in line.disallowed.items():
        units = disallowed
        period = period_of(bad_day, calendar)
        same = [day for day in left if period_of(day, calendar) == period]
        for day in sorted(same, key=lambda day: (day != bad_day, day)):
            piece = min(units, left[day])
            left[day] -= piece
            units -= piece
    return left


def _within_cap(line: Line, counted: Mapping[date, int], calendar: str) -> Days:
    if line.cap == "none":
        return dict(counted)
    room: dict[str, int] = defaultdict(int)
    if line.cap == "cumulative":
        room[""] = floor(line.booked * (1 + line.tolerance / 100))
    else:
        for day, units in booked_by_day(line, calendar).items():
            room[period_of(day, calendar)] += units
    found = {}
    for day, units in counted.items():
        key = "" if line.cap == "cumulative" else period_of(day, calendar)
        found[day] = min(units, room[key])
        room[key] -= found[day]
    return found


def booked_by_day(line: Line, calendar: str) -> Days:
    """Evenly over the flight: months by largest remainder of their days, the first days of a month first."""
    months: dict[str, list[date]] = defaultdict(list)
    for day in days_from(line.first_day, line.last_day):
        months[period_of(day, calendar)].append(day)
    in_all = sum(len(days) for days in months.values())
    shares = {month: Fraction(line.booked * len(days), in_all) for month, days in months.items()}
    given = {month: floor(share) for month, share in shares.items()}
    by_rest = sorted(months, key=lambda month: (given[month] - shares[month], month))
    for month in by_rest[: line.booked - sum(given.values())]:
        given[month] += 1
    found: Days = {}
    for month, days in months.items():
        each, left = divmod(given[month], len(days))
        found |= {day: each + (1 if place < left else 0) for place, day in enumerate(days)}
    return found


def taken_back(billed: Mapping[date, int], notes: Sequence[Credit], calendar: str) -> dict[date, int]:
    """Units that credit notes with effect reduce take, by day."""
    left = dict(billed)
    taken: dict[date, int] = defaultdict(int)
    for credit in sorted(notes, key=lambda note: note.on):
        rest = credit.units if credit.effect == "reduce" else 0
        for day in credited_days(credit, left, calendar):
            piece = min(rest, left[day])
            left[day] -= piece
            taken[day] += piece
            rest -= piece
    return taken


def credited_days(credit: Credit, there: Iterable[date], calendar: str) -> list[date]:
    """Latest first: those of the named service month, then those of the months up to the one of issue."""
    issued_in = period_of(credit.on, calendar)
    back = sorted(there, reverse=True)
    named = [day for day in back if period_of(day, calendar) == credit.service_month]
    usual = [day for day in back if period_of(day, calendar) <= issued_in]
    return named + [day for day in usual if day not in named]


def _filling(
    line: Line, made_good: Mapping[date, int], counted: Mapping[date, int], credited: Mapping[date, int],
    calendar: str,
) -> tuple[Days, Days]:  # fmt: skip
    """Make-good units that count, in their own period and up to the debt at that time.

    Those for what was not aired, and those for what was aired and credited.
    """
    for_short: Days = {}
    for_credited: Days = {}
    for day, units in sorted(made_good.items()):
        period = period_of(day, calendar)
        aired = sum(count for on, count in counted.items() if period_of(on, calendar) <= period)
        back = sum(count for on, count in credited.items() if period_of(on, calendar) <= period)
        other = sum(
            note.units
            for note in line.credits
            if note.effect != "reduce" and (note.service_month or period_of(note.on, calendar)) <= period
        )
        other += sum(units for on, units in line.written_off if period_of(on, calendar) <= period)
        unaired = line.booked - min(aired, line.booked) - other - sum(for_short.values())
        debt = unaired + back - sum(for_credited.values())
        counts = min(units, max(0, debt))
        for_short[day] = min(counts, max(0, unaired))
        for_credited[day] = counts - for_short[day]
    return for_short, for_credited


def _added(one: Mapping[date, int], other: Mapping[date, int]) -> Days:
    return {day: one.get(day, 0) + other.get(day, 0) for day in {*one, *other}}


def flat_part(units: int, booked: int) -> Fraction:
    """The part of a flat fee that so many units earn."""
    return min(Fraction(1), Fraction(units, max(booked, 1)))
