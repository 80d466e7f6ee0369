"""What each payee of a line has earned by service period: pure, exact, telescoped (2.3 to 2.6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from commissions.amounts import NOTHING, ZERO, Price, Value, less_credits, one_price, values
from commissions.billable import Ceiling, Count, allowed_units, take_back
from commissions.fact_queries import Line, Stretch
from commissions.plan_rules import Component, PercentComponent, PerUnitComponent, Plan
from commissions.splits import Cut, cut, nothing, shares
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
class Gain:
    """What a component pays on one run of days: basis and commission, exact, in the major unit.

    `rate` is a percent, or the amount for each `per` units; None where no rate fits the line.
    """

    run: Run
    basis: Fraction
    rate: Fraction | None
    per: Fraction | None
    earned: Fraction


@dataclass(frozen=True, slots=True)
class Chain:
    """A component's cumulative pool under one set of weights, at the ends of two service periods."""

    weights: Mapping[str, Fraction]
    shares: Mapping[str, Fraction]
    before: Cut
    after: Cut


@dataclass(frozen=True, eq=False)
class Pool:
    """What a component pays on a line in a service period, before it is told by payee."""

    component: Component
    value: PeriodValue
    gains: tuple[Gain, ...]
    chains: tuple[Chain, ...]

    @property
    def payees(self) -> list[str]:
        if len(self.chains) == 1:
            return sorted(self.chains[0].weights)
        return sorted({payee for chain in self.chains for payee in chain.weights})

    def amount(self, payee: str) -> int:
        """What the payee earned in the period, in minor units."""
        return sum(
            chain.after.parts[payee] - chain.before.parts[payee]
            for chain in self.chains
            if payee in chain.weights
        )

    def exact(self, payee: str) -> Fraction:
        """The payee's share of the unrounded commission, in minor units."""
        gained = NOTHING
        for chain in self.chains:
            if payee in chain.shares:
                gained += chain.shares[payee] * (chain.after.exact - chain.before.exact)
        return gained


@dataclass(frozen=True, slots=True)
class Target:
    """What a payee has earned of a component in a service period: minor units, and why."""

    pool: Pool
    payee: str
    amount: int

    @property
    def component(self) -> Component:
        return self.pool.component

    @property
    def value(self) -> PeriodValue:
        return self.pool.value

    @property
    def exact(self) -> Fraction:
        return self.pool.exact(self.payee)


def period_values(facts: LineFacts) -> list[PeriodValue]:
    """The line's service periods in order, with billable units, gross and net, credits taken off."""
    steps = facts.steps
    allowed = allowed_units([Count(step.period, step.units) for step in steps], facts.ceiling)
    ends = {step.period: index for index, step in enumerate(steps)}
    billable = _less_credited_units(allowed, ends, facts.credits)
    worth = _worth(facts, billable)
    taken = _credited_net(worth, ends, facts.credits)
    if taken:
        worth = less_credits(worth, [step.price for step in steps], taken)
    return list(_by_period(steps, allowed, worth))


def _worth(facts: LineFacts, billable: Sequence[int]) -> list[Value]:
    line, stretches = facts.line, {id(step.stretch) for step in facts.steps}
    if len(stretches) == 1:
        price = facts.steps[0].price
        return one_price(billable, price, pricing=line.pricing, booked=line.booked_units)
    prices = [step.price for step in facts.steps]
    return values(billable, prices, pricing=line.pricing, booked=line.booked_units)


def targets(facts: LineFacts, worth: Sequence[PeriodValue]) -> Iterator[Target]:
    """What every payee earned, for each component and service period in order."""
    for component in facts.rules.plan.components:
        for pool in _pools(facts, component, worth):
            for payee in pool.payees:
                yield Target(pool, payee, pool.amount(payee))


def has_rate(facts: LineFacts) -> bool:
    """Whether any component of the plan pays anything for this line."""
    return any(
        _rate_of(component, plan, facts.line)[0] is not None
        for plan in {id(step.rates): step.rates.plan for step in facts.steps}.values()
        for component in facts.rules.plan.components
    )


def _rate_of(component: Component, plan: Plan, line: Line) -> tuple[Fraction | None, Fraction | None]:
    """Rate and `per` of the component of that name in a plan version: a percent has no `per`."""
    same = component
    if component not in plan.components:
        same = next((one for one in plan.components if one.name == component.name), component)
        if same is component or type(same) is not type(component):
            return None, None
    if isinstance(same, PercentComponent):
        return same.percent_for(line.station, line.product, line.category), None
    if isinstance(same, PerUnitComponent):
        return same.amount, same.per
    return None, None


@dataclass
class _Stretch:
    """A stretch of weights while its pool grows: the last cut, and the exact pool in minor units since."""

    weights: Mapping[str, Fraction]
    shares: Mapping[str, Fraction]
    cut: Cut
    exact: Fraction


def _pools(facts: LineFacts, component: Component, worth: Sequence[PeriodValue]) -> Iterator[Pool]:
    """The component's pool by service period: exact values are added up, rounded once and split."""
    scale = 10 ** exponent(facts.line.currency)
    rates: dict[int, tuple[Fraction | None, Fraction | None]] = {}
    chains: list[_Stretch] = []
    for value in worth:
        opened: dict[int, Cut] = {}
        gains = []
        for run in value.runs:
            version = run.step.rates
            if id(version) not in rates:
                rates[id(version)] = _rate_of(component, version.plan, facts.line)
            gain = _gain(run, rates[id(version)], facts)
            gains.append(gain)
            weights = run.step.stretch.split
            if not chains or chains[-1].weights != weights:
                chains.append(_Stretch(weights, shares(weights), nothing(weights), NOTHING))
            opened.setdefault(len(chains) - 1, chains[-1].cut)
            chains[-1].exact += gain.earned * scale
        made = []
        for place, before in opened.items():
            stretch = chains[place]
            if stretch.exact != before.exact:
                stretch.cut = cut(stretch.exact, stretch.weights)
            made.append(Chain(stretch.weights, stretch.shares, before, stretch.cut))
        yield Pool(component, value, tuple(gains), tuple(made))


def _gain(run: Run, rate: tuple[Fraction | None, Fraction | None], facts: LineFacts) -> Gain:
    kind, amount, per = facts.rules.plan.basis, *rate
    basis = run.after.basis(kind, facts.collected) - run.before.basis(kind, facts.collected)
    if amount is None:
        return Gain(run, basis, None, None, NOTHING)
    if per is None:
        earned = Fraction(basis.numerator * amount.numerator, basis.denominator * amount.denominator * 100)
        return Gain(run, basis, amount, None, earned)
    return Gain(run, basis, amount, per, (run.after.units - run.before.units) / per * amount)


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
