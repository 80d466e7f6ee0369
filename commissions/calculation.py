"""What each payee of a line has earned by service period: pure, exact, telescoped (2.3 to 2.6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from commissions.amounts import NOTHING, ZERO, Price, Value, less_credits, values
from commissions.billable import Ceiling, Count, allowed_units, take_back
from commissions.fact_queries import Line, Stretch
from commissions.plan_rules import Component, PercentComponent, PerUnitComponent, Plan
from commissions.splits import Cut, cut, nothing, share
from portal.kernel.money import exponent


@dataclass(frozen=True, slots=True)
class Rules:
    """A plan and the number of its version."""

    plan: Plan
    version: int


@dataclass(frozen=True, slots=True)
class Step:
    """A run of days in one service period with one price, split and version of the rates."""

    period: str
    units: int
    stretch: Stretch
    rates: Rules

    @property
    def price(self) -> Price:
        return Price(self.stretch.rate, self.stretch.agency_percent)


@dataclass(frozen=True, slots=True)
class Credit:
    """A credit note with effect `reduce`: units, or net (major unit) where it takes no units back.

    It falls on `periods`, in this order, each down to nothing.
    """

    units: int
    net: Fraction
    import_id: int
    issued_in: str
    service_period: str | None


@dataclass(frozen=True, slots=True)
class LineFacts:
    """All that is known of a line. `rules` is the plan as valid when the order was signed."""

    line: Line
    rules: Rules
    ceiling: Ceiling
    steps: tuple[Step, ...]
    credits: tuple[Credit, ...] = ()
    # net cash allocated to the line, in the major unit
    collected: Fraction = NOTHING


@dataclass(frozen=True, slots=True)
class Run:
    """A step with its value before and after."""

    step: Step
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class PeriodValue:
    """A line in one service period: its runs of days, and delivered and allowed units to its end."""

    period: str
    runs: tuple[Run, ...]
    delivered: int
    allowed: int

    @property
    def before(self) -> Value:
        return self.runs[0].before

    @property
    def after(self) -> Value:
        return self.runs[-1].after

    @property
    def units(self) -> int:
        """Billable units of the period."""
        return self.after.units - self.before.units


@dataclass(frozen=True, slots=True)
class Chain:
    """A component's cumulative pool under one set of weights, at the ends of two service periods."""

    weights: Mapping[str, Fraction]
    before: Cut
    after: Cut


@dataclass(frozen=True, slots=True)
class Target:
    """What a payee has earned of a component in a service period: minor units, and why."""

    component: Component
    payee: str
    value: PeriodValue
    chains: tuple[Chain, ...]

    @property
    def amount(self) -> int:
        return sum(chain.after.parts[self.payee] - chain.before.parts[self.payee] for chain in self.chains)

    @property
    def exact(self) -> Fraction:
        """The payee's share of the unrounded commission, in minor units."""
        parts = (
            share(self.payee, chain.weights) * (chain.after.exact - chain.before.exact)
            for chain in self.chains
        )
        return sum(parts, NOTHING)


def period_values(facts: LineFacts) -> list[PeriodValue]:
    """The line's service periods in order, with billable units, gross and net, credits taken off."""
    steps = facts.steps
    allowed = allowed_units([Count(step.period, step.units) for step in steps], facts.ceiling)
    ends = {step.period: index for index, step in enumerate(steps)}
    billable = _less_credited_units(allowed, ends, facts.credits)
    prices = [step.price for step in steps]
    worth = values(billable, prices, pricing=facts.line.pricing, booked=facts.line.booked_units)
    worth = less_credits(worth, prices, _credited_net(worth, ends, facts.credits))
    return list(_by_period(steps, allowed, worth))


def targets(facts: LineFacts, worth: Sequence[PeriodValue]) -> Iterator[Target]:
    """What every payee earned, for each component and service period in order."""
    for component in facts.rules.plan.components:
        yield from _component_targets(facts, component, worth)


def has_rate(facts: LineFacts) -> bool:
    """Whether any component of the plan pays anything for this line."""
    return any(
        _rate_of(component, step.rates.plan, facts.line) is not None
        for step in facts.steps
        for component in facts.rules.plan.components
    )


def percent_of(component: Component, plan: Plan, line: Line) -> Fraction | None:
    """The percent of a percent component for the line, as the plan version has it."""
    same = next((one for one in plan.components if one.name == component.name), None)
    if not isinstance(same, PercentComponent):
        return None
    return same.percent_for(line.station, line.product, line.category)


def per_unit_of(component: Component, plan: Plan) -> PerUnitComponent | None:
    same = next((one for one in plan.components if one.name == component.name), None)
    return same if isinstance(same, PerUnitComponent) else None


def _rate_of(component: Component, plan: Plan, line: Line) -> Fraction | None:
    if isinstance(component, PercentComponent):
        return percent_of(component, plan, line)
    unit = per_unit_of(component, plan)
    return None if unit is None else unit.amount


def earned_in(component: Component, run: Run, facts: LineFacts) -> Fraction:
    """Exact commission of a component on one run of days, in the major unit."""
    plan = run.step.rates.plan
    if isinstance(component, PercentComponent):
        percent = percent_of(component, plan, facts.line)
        return NOTHING if percent is None else basis_in(run, facts) * percent / 100
    unit = per_unit_of(component, plan)
    return NOTHING if unit is None else (run.after.units - run.before.units) / unit.per * unit.amount


def basis_in(run: Run, facts: LineFacts) -> Fraction:
    """What the run of days adds to the plan's basis, in the major unit."""
    kind = facts.rules.plan.basis
    return run.after.basis(kind, facts.collected) - run.before.basis(kind, facts.collected)


def _component_targets(
    facts: LineFacts, component: Component, worth: Sequence[PeriodValue]
) -> Iterator[Target]:
    scale = 10 ** exponent(facts.line.currency)
    chains: list[tuple[Mapping[str, Fraction], Cut]] = []
    for value in worth:
        opened: dict[int, Cut] = {}
        for run in value.runs:
            weights = run.step.stretch.split
            if not chains or chains[-1][0] != weights:
                chains.append((weights, nothing(weights)))
            place = len(chains) - 1
            before = chains[place][1]
            opened.setdefault(place, before)
            exact = before.exact + earned_in(component, run, facts) * scale
            chains[place] = (weights, Cut(exact, before.pool, before.parts))
        made = []
        for place, before in opened.items():
            weights, running = chains[place]
            after = cut(running.exact, weights)
            chains[place] = (weights, after)
            made.append(Chain(weights, before, after))
        for payee in sorted({payee for chain in made for payee in chain.weights}):
            yield Target(component, payee, value, tuple(chain for chain in made if payee in chain.weights))


def _less_credited_units(
    allowed: Sequence[int], ends: Mapping[str, int], given: Sequence[Credit]
) -> list[int]:
    """Credits fall on the last day of their period, and never make a period negative."""
    if not any(credit.units for credit in given):
        return list(allowed)
    available = _by_end([Fraction(units) for units in allowed], ends)
    off = [0] * len(allowed)
    for credit in given:
        if credit.units:
            taken = _take(credit, Fraction(credit.units), available)
            for period, part in taken.items():
                off[ends[period]] += int(part)
    found, gone = [], 0
    for index, units in enumerate(allowed):
        gone += off[index]
        found.append(units - gone)
    return found


def _credited_net(
    worth: Sequence[Value], ends: Mapping[str, int], given: Sequence[Credit]
) -> dict[int, Fraction]:
    by_net = [credit for credit in given if not credit.units and credit.net]
    if not by_net:
        return {}
    available = _by_end([value.net for value in worth], ends)
    taken: dict[int, Fraction] = {}
    for credit in by_net:
        for period, net in _take(credit, credit.net, available).items():
            taken[ends[period]] = taken.get(ends[period], NOTHING) + net
    return taken


def _take(credit: Credit, amount: Fraction, available: dict[str, Fraction]) -> dict[str, Fraction]:
    """The service month first where one is named, then from the month of issue backwards."""
    earlier = [period for period in sorted(available, reverse=True) if period <= credit.issued_in]
    named = [credit.service_period] if credit.service_period in available else []
    order = [*named, *(period for period in earlier if period not in named)]
    taken = take_back(available, amount, order=order)
    for period, part in taken.items():
        available[period] -= part
    return taken


def _by_end(cumulative: Sequence[Fraction], ends: Mapping[str, int]) -> dict[str, Fraction]:
    found, before = {}, NOTHING
    for period, index in ends.items():
        found[period] = cumulative[index] - before
        before = cumulative[index]
    return found


def _by_period(
    steps: Sequence[Step], allowed: Sequence[int], worth: Sequence[Value]
) -> Iterator[PeriodValue]:
    before, delivered = ZERO, 0
    runs: list[Run] = []
    for index, step in enumerate(steps):
        runs.append(Run(step, before, worth[index]))
        before, delivered = worth[index], delivered + step.units
        if index + 1 == len(steps) or steps[index + 1].period != step.period:
            yield PeriodValue(step.period, tuple(runs), delivered, allowed[index])
            runs = []
