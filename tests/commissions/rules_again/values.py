"""Gross, net and basis of a line, day by day and never rounded (2.4, steps 1 to 3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tests.commissions.rules_again.calendars import period_of
from tests.commissions.rules_again.case import Line, Terms
from tests.commissions.rules_again.plans import Plan
from tests.commissions.rules_again.units import Units, credited_days, flat_part

NOTHING = Fraction(0)


@dataclass
class DayValue:
    """What a day adds. `gross` is price alone; `gross_basis` and `net` are less credits by net."""

    day: date
    period: str
    terms: Terms
    rates: Plan
    units: int
    gross: Fraction
    gross_basis: Fraction
    net: Fraction
    basis: Fraction = NOTHING

    @property
    def run(self) -> tuple[str, date, int]:
        """The days of a period on which the same terms and rates hold."""
        return self.period, self.terms.valid_from, id(self.rates)

    def measure(self, name: str) -> Fraction:
        return {"units": Fraction(self.units), "gross": self.gross_basis, "net": self.net}[name]


def day_values(line: Line, units: Units, calendar: str) -> list[DayValue]:
    """In order of time. A credit by net lowers the days that it takes from, each at its own agency's part."""
    found, billed = [], 0
    for day, count in sorted(units.by_day.items()):
        found.append(_day(line, day, (billed, billed + count), calendar))
        billed += count
    by_net = _credited_net(line, found, calendar)
    for value in found:
        taken = by_net.get(value.day, NOTHING)
        value.net -= taken
        value.gross_basis -= _grossed_up(taken, value.terms)
    assert line.plan is not None
    _set_basis(found, line.plan.get("basis", "net"), line.collected)
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
    period, rates = period_of(day, calendar), line.rates_on(day)
    return DayValue(day, period, terms, rates, after - before, gross, gross, net)


def _credited_net(line: Line, values: Sequence[DayValue], calendar: str) -> Mapping[date, Fraction]:
    """Credits by net (no units, effect reduce): each day down to a net of 0."""
    left = {value.day: value.net for value in values}
    taken: dict[date, Fraction] = defaultdict(Fraction)
    for credit in sorted(line.credits, key=lambda note: note.on):
        rest = credit.net if credit.effect == "reduce" and not credit.units else NOTHING
        for day in credited_days(credit, left, calendar):
            piece = min(rest, left[day])
            left[day] -= piece
            taken[day] += piece
            rest -= piece
    return taken


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
