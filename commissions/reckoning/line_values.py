"""Billable units, gross and net of a line by service period: pure and exact (2.3, 2.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from commissions.facts.amounts import NOTHING, ZERO, Value, less, less_credits, one_price, values
from commissions.reckoning.billable import Count, allowed_units
from commissions.reckoning.make_goods import Chain, by_end, chain, take
from commissions.reckoning.reckoning_facts import Credit, LineFacts, PeriodValue, Run


def period_values(facts: LineFacts) -> list[PeriodValue]:
    """The line's service periods in order, with billable units, gross and net, credits taken off."""
    steps = facts.steps
    allowed = allowed_units([Count(step.period, step.allowed) for step in steps], facts.ceiling)
    ends = {step.period: index for index, step in enumerate(steps)}
    units = chain(facts, allowed)
    worth = _worth(facts, units.billable)
    taken = _credited_net(worth, ends, facts.credits)
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


def _credited_net(
    worth: Sequence[Value], ends: Mapping[str, int], given: Sequence[Credit]
) -> dict[int, Fraction]:
    by_net = [credit for credit in given if not credit.units and credit.net]
    if not by_net:
        return {}
    available = by_end([value.net for value in worth], ends)
    taken: dict[int, Fraction] = {}
    for credit in by_net:
        for period, net in take(credit, credit.net, available).items():
            taken[ends[period]] = taken.get(ends[period], NOTHING) + net
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
