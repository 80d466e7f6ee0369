"""Make-good debt of a line, the make-good units that fill it, and what credit notes take back (2.3, 2.8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import NamedTuple

from commissions.reckoning.billable import take_back
from commissions.reckoning.reckoning_facts import Credit, LineFacts, Relief, Step

# units taken back, by place of the run of days
Taken = dict[int, int]


class Chain(NamedTuple):
    """A line's units after each run of days: billable, made good, and credited, all cumulative."""

    billable: Sequence[int]
    made_good: Sequence[int]
    credited: Sequence[int]


class _Filled(NamedTuple):
    """Make-good units that fill what was short, and what a credit note took back, by run, cumulative."""

    short: Sequence[int]
    credited: Sequence[int]


def chain(facts: LineFacts, allowed: Sequence[int]) -> Chain:
    """`allowed` are cumulative units within the cap after each run.

    Credits take a service period's runs latest first, and never make one negative. A credit note takes
    make-good units back too, and what it takes back may be made good: so the debt is worked out on what
    was credited without make-goods, and once more on what is credited with them. All together never
    bills more than the booked units and their tolerance, unless the line has no cap.
    """
    empty = _Filled([0] * len(allowed), [0] * len(allowed))
    by_units = [credit for credit in facts.credits if credit.units]
    if not any(step.made_good for step in facts.steps):
        billed, credited = _less_credited(facts, allowed, by_units)
        return Chain(billed, empty.short, credited)
    filled, whole = empty, list(allowed)
    for _ in range(2):
        taken = _taken(facts, whole, by_units)
        filled = _filled(facts, taken)
        whole = _with(facts, allowed, filled)
    billed, credited = _less_credited(facts, whole, by_units)
    made = [short + back for short, back in zip(filled.short, filled.credited, strict=True)]
    return Chain(_within(facts, billed), made, credited)


def open_debt(facts: LineFacts, *, aired: int, credited: int, made_good: int) -> int:
    """Units that are owed to the advertiser (or still to come), of cumulative figures."""
    booked = facts.ceiling.booked
    relieved = sum(relief.units for relief in (*facts.settled, *facts.written_off))
    return max(0, booked - (min(aired, booked) - credited) - made_good - relieved)


def _most(facts: LineFacts) -> int | None:
    return None if facts.ceiling.is_open else facts.ceiling.cumulative


def _within(facts: LineFacts, units: Sequence[int]) -> list[int]:
    most = _most(facts)
    return list(units) if most is None else [min(count, most) for count in units]


def _with(facts: LineFacts, allowed: Sequence[int], filled: _Filled) -> list[int]:
    """What is paid for what was short lies within the cap; a credit note has made room of its own."""
    shortfall = [own + short for own, short in zip(allowed, filled.short, strict=True)]
    return [within + back for within, back in zip(_within(facts, shortfall), filled.credited, strict=True)]


def _filled(facts: LineFacts, taken: Mapping[int, int]) -> _Filled:
    """Each run's make-good units, at most the debt at the end of its service period."""
    booked, aired = facts.ceiling.booked, _aired_by_period(facts)
    short = back = 0
    shorts, backs = [], []
    for step in facts.steps:
        credited = sum(units for run, units in taken.items() if facts.steps[run].period <= step.period)
        missing = booked - min(aired[step.period], booked)
        relieved = _until(facts.settled, step.period) + _until(facts.written_off, step.period)
        room = max(0, missing + credited - relieved - short - back)
        units = min(step.made_good, room)
        fills = min(units, max(0, missing - relieved - short))
        short, back = short + fills, back + units - fills
        shorts.append(short)
        backs.append(back)
    return _Filled(shorts, backs)


def _until(reliefs: Sequence[Relief], period: str) -> int:
    return sum(relief.units for relief in reliefs if relief.period <= period)


def _aired_by_period(facts: LineFacts) -> dict[str, int]:
    found: dict[str, int] = {}
    aired = 0
    for step in facts.steps:
        aired += step.allowed
        found[step.period] = aired
    return found


def _taken(facts: LineFacts, units: Sequence[int], given: Sequence[Credit]) -> Taken:
    left = added([Fraction(count) for count in units])
    taken: Taken = {}
    for credit in given:
        for run, part in take(credit, Fraction(credit.units), left, facts.steps).items():
            taken[run] = taken.get(run, 0) + int(part)
    return taken


def _less_credited(
    facts: LineFacts, units: Sequence[int], given: Sequence[Credit]
) -> tuple[list[int], list[int]]:
    """Units less what credit notes take back, and what they take, cumulative by run."""
    if not given:
        return list(units), [0] * len(units)
    off = _taken(facts, units, given)
    credited = list(accumulate(off.get(run, 0) for run in range(len(units))))
    return [count - back for count, back in zip(units, credited, strict=True)], credited


def take(
    credit: Credit, amount: Fraction, left: list[Fraction], steps: Sequence[Step]
) -> dict[int, Fraction]:
    """Takes from what is `left` of each run of days, latest first, so at the price and split that it had.

    First in the service month that is named, then from the month of issue back.
    """
    latest_first = range(len(steps) - 1, -1, -1)
    named = [run for run in latest_first if steps[run].period == credit.service_period]
    earlier = [run for run in latest_first if steps[run].period <= credit.issued_in and run not in named]
    taken = take_back(left, amount, order=[*named, *earlier])
    for run, part in taken.items():
        left[run] -= part
    return taken


def added(cumulative: Sequence[Fraction]) -> list[Fraction]:
    """What each run of days adds."""
    return [now - before for before, now in pairwise([Fraction(0), *cumulative])]
