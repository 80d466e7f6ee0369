"""Gross, net and basis of a line, day by day and never rounded (2.4, steps 1 to 3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tests.commissions.rules_again.calendars import last_day, period_of
from tests.commissions.rules_again.case import Line, Terms
from tests.commissions.rules_again.units import Units, credited_periods, flat_part

NOTHING = Fraction(0)


@dataclass
class DayValue:
    """What a day adds. `gross` is price alone; `gross_basis` and `net` are less credits by net."""

    day: date
    period: str
    terms: Terms
    units: int
    gross: Fraction
    gross_basis: Fraction
    net: Fraction
    basis: Fraction = NOTHING

    def measure(self, name: str) -> Fraction:
        return {"units": Fraction(self.units), "gross": self.gross_basis, "net": self.net}[name]


def day_values(line: Line, units: Units, basis: str, calendar: str) -> list[DayValue]:
    """In order of time. A credit stands on the last day of the service period that it reduces."""
    days = dict(units.by_day)
    by_net = _credited_net(line, units, calendar)
    for period in by_net:
        days.setdefault(last_day(period, calendar), 0)
    found, billed = [], 0
    for day in sorted(days):
        value = _day(line, day, (billed, billed + days[day]), calendar)
        if day == last_day(value.period, calendar):
            value.net -= by_net.get(value.period, NOTHING)
            value.gross_basis -= _grossed_up(by_net.get(value.period, NOTHING), value.terms)
        billed += days[day]
        found.append(value)
    _set_basis(found, basis, line.collected)
    return found


def _day(line: Line, day: date, billed: tuple[int, int], calendar: str) -> DayValue:
    """`billed`: the line's billable units before and after the day."""
    terms = line.terms_on(day)
    before, after = billed
    if line.pricing == "flat":
        gross = terms.rate * (flat_part(after, line.booked) - flat_part(before, line.booked))
    else:
        gross = terms.rate * (after - before) / (1000 if line.pricing == "cpm" else 1)
    net = gross * (1 - terms.agency)
    return DayValue(day, period_of(day, calendar), terms, after - before, gross, gross, net)


def _credited_net(line: Line, units: Units, calendar: str) -> Mapping[str, Fraction]:
    """Credits by net (no units, effect reduce): each service period down to a net of 0."""
    left: dict[str, Fraction] = defaultdict(Fraction)
    billed = 0
    for day, count in units.by_day.items():
        value = _day(line, day, (billed, billed + count), calendar)
        left[value.period] += value.net
        billed += count
    taken: dict[str, Fraction] = defaultdict(Fraction)
    for credit in sorted(line.credits, key=lambda note: note.on):
        rest = credit.net if credit.effect == "reduce" and not credit.units else NOTHING
        for period in credited_periods(credit, left, calendar):
            piece = min(rest, left[period])
            left[period] -= piece
            taken[period] += piece
            rest -= piece
    return {period: net for period, net in taken.items() if net}


def _grossed_up(net: Fraction, terms: Terms) -> Fraction:
    return net / (1 - terms.agency) if net else NOTHING


def _set_basis(values: list[DayValue], basis: str, collected: Fraction) -> None:
    net = NOTHING
    for value in values:
        if basis == "collected":
            value.basis = min(net + value.net, collected) - min(net, collected)
        else:
            value.basis = value.gross_basis if basis == "gross" else value.net
        net += value.net
