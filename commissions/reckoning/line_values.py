"""Billable units, gross and net of a line by service period: pure and exact (2.3, 2.4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from commissions.facts.amounts import NOTHING, ZERO, Value, less, less_credits, one_price, values
from commissions.reckoning.billable import Count, allowed_units
from commissions.reckoning.make_goods import Chain, added, chain, take
from commissions.reckoning.reckoning_facts import LineFacts, PeriodValue, Run


def period_values(facts: LineFacts) -> list[PeriodValue]:
    """The line's service periods in order, with billable units, gross and net, credits taken off."""
    steps = facts.steps
    allowed = allowed_units([Count(step.period, step.allowed) for step in steps], facts.ceiling)
    units = chain(facts, allowed)
    worth = _worth(facts, units.billable)
    taken = _credited_net(facts, worth)
    if taken:
        worth = less_credits(worth, [step.price for step in steps], taken)
    return list(_by_period(facts, allowed, units, worth))


def _worth(facts: LineFacts, billable: Sequence[int]) -> list[Value]:
    line, stretches = facts.line, {id(step.stretch) for step in facts.steps}
    if len(stretches) == 1:
        price = facts.steps[0].price
        return one_price(billable, price, pricing=line.pricing, booked=line.booked_units)
    prices = [step.price for step in facts.steps]
    return values(billable, prices, pricing=line.pricing, booked=line.booked_units)


def _credited_net(facts: LineFacts, worth: Sequence[Value]) -> dict[int, Fraction]:
    """By place of the run of days."""
    by_net = [credit for credit in facts.credits if not credit.units and credit.net]
    if not by_net:
        return {}
    left = added([value.net for value in worth])
    taken: dict[int, Fraction] = {}
    for credit in by_net:
        for run, net in take(credit, credit.net, left, facts.steps).items():
            taken[run] = taken.get(run, NOTHING) + net
    return taken


def _by_period(
    facts: LineFacts, allowed: Sequence[int], units: Chain, worth: Sequence[Value]
) -> Iterator[PeriodValue]:
    steps = facts.steps
    before, delivered, disallowed = ZERO, 0, 0
    runs: list[Run] = []
    for index, step in enumerate(steps):
        after = worth[index]
        added = (less(after.gross, before.gross), less(after.net, before.net))
        runs.append(Run(step, before, after, *added))
        before = after
        delivered, disallowed = delivered + step.units, disallowed + step.disallowed
        if index + 1 == len(steps) or steps[index + 1].period != step.period:
            yield PeriodValue(
                step.period,
                tuple(runs),
                delivered,
                allowed[index],
                disallowed,
                units.made_good[index],
                units.credited[index],
            )
            runs = []
