"""What each component of a plan earns on one line: exact, by service period and run of days (2.4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from commissions.facts.amounts import NOTHING, less
from commissions.facts.lines import Line
from commissions.plans.plan_rules import (
    Basis,
    BonusComponent,
    Component,
    OverrideComponent,
    PercentComponent,
    PerUnitComponent,
    Plan,
    TiersComponent,
)
from commissions.reckoning.pools import BonusStep, Climb, Earned, Gain
from commissions.reckoning.reckoning_facts import LineFacts, PeriodValue, Run
from commissions.reckoning.tiers import NOT_BEGUN, Band, Reached, bands, gained, total, window_of

_Rate = tuple[Fraction | None, Fraction | None]
_NO_RATE: _Rate = (None, None)


def earned_on(
    component: Component, facts: LineFacts, worth: Sequence[PeriodValue], earlier: Sequence[Sequence[Earned]]
) -> list[Earned]:
    """One for each service period. `earlier` are the components before it, without overrides.

    Tiers and bonuses are those of the plan version valid when the order was signed, also where rates go
    by the service date: a ladder that changes half-way up would pay for what nobody was promised.
    Tiers of scope partner are not a line's own (commissions.reckoning.partner_tiers).
    """
    if isinstance(component, TiersComponent):
        return list(_climbing(component, facts, worth))
    if isinstance(component, BonusComponent):
        return list(_bonus(component, facts, worth, earlier))
    return list(_rated(component, facts, worth))


def has_rate(facts: LineFacts) -> bool:
    """Whether any component of the plan pays for this line by itself, not only on top of others."""
    if facts.rules.plan.pays_without_rate:
        return True
    plans = {id(step.rates): step.rates.plan for step in facts.steps}.values()
    return any(
        _rate_of(component, plan, facts.line)[0] is not None
        for component in facts.rules.plan.components
        if not isinstance(component, OverrideComponent)
        for plan in plans
    )


def _rate_of(component: Component, plan: Plan, line: Line) -> _Rate:
    """Rate and `per` of the component of that name in a plan version: a percent has no `per`."""
    same = component
    if component not in plan.components:
        same = next((one for one in plan.components if one.name == component.name), component)
        if same is component or type(same) is not type(component):
            return _NO_RATE
    if isinstance(same, PercentComponent):
        return same.percent_for(line.station, line.product, line.category), None
    if isinstance(same, PerUnitComponent):
        return same.amount, same.per
    return (same.percent, None) if isinstance(same, OverrideComponent) else _NO_RATE


def _rated(component: Component, facts: LineFacts, worth: Sequence[PeriodValue]) -> Iterator[Earned]:
    rates: dict[int, _Rate] = {}
    for value in worth:
        gains = []
        for run in value.runs:
            version = run.step.rates
            if id(version) not in rates:
                rates[id(version)] = _rate_of(component, version.plan, facts.line)
            gains.append(_gain(run, rates[id(version)], facts))
        yield Earned(tuple(gains))


def basis_of(run: Run, facts: LineFacts) -> Fraction:
    """What a run of days adds to the basis of the line's plan, in the major unit."""
    kind = facts.rules.plan.basis
    if kind is Basis.NET:
        return run.net
    return run.after.basis(kind, facts.collected) - run.before.basis(kind, facts.collected)


def _gain(run: Run, rate: _Rate, facts: LineFacts) -> Gain:
    amount, per = rate
    basis = basis_of(run, facts)
    if amount is None:
        return Gain(run, basis, None, None, NOTHING)
    if per is None:
        earned = Fraction(basis.numerator * amount.numerator, basis.denominator * amount.denominator * 100)
        return Gain(run, basis, amount, None, earned)
    return Gain(run, basis, amount, per, (run.after.units - run.before.units) / per * amount)


def _climbing(component: TiersComponent, facts: LineFacts, worth: Sequence[PeriodValue]) -> Iterator[Earned]:
    """Window after window: what each run of days adds to what its window has earned."""
    window, reached, earned = "", NOT_BEGUN, NOTHING
    climbed: Sequence[Band] = []
    for value in worth:
        if (now := window_of(value.period, component.window)) != window:
            window, reached, climbed, earned = now, NOT_BEGUN, [], NOTHING
        before, bands_before = reached, climbed
        gains = []
        for run in value.runs:
            already, basis = earned, basis_of(run, facts)
            reached = reached.plus(gained(component, run.before, run.after, (facts.rules.plan.basis, basis)))
            climbed = bands(component, reached)
            earned = total(climbed)
            gains.append(Gain(run, basis, None, None, less(earned, already)))
        yield Earned(tuple(gains), Climb(window, before, reached, bands_before, climbed))


def _bonus(
    component: BonusComponent,
    facts: LineFacts,
    worth: Sequence[PeriodValue],
    earlier: Sequence[Sequence[Earned]],
) -> Iterator[Earned]:
    """A percent of what the components before it earned, or a flat: while anything is billable."""
    summed = paid = NOTHING
    for place, value in enumerate(worth):
        sums_before, gains = summed, []
        for index, run in enumerate(value.runs):
            summed += sum((found[place].gains[index].earned for found in earlier), NOTHING)
            now = _bonus_now(component, summed) if run.after.units > 0 else NOTHING
            gains.append(Gain(run, basis_of(run, facts), None, None, now - paid))
            paid = now
        units = (value.before.units, value.after.units)
        step = BonusStep((sums_before, summed), component.percent_of_commission, component.flat, units)
        yield Earned(tuple(gains), step)


def _bonus_now(component: BonusComponent, summed: Fraction) -> Fraction:
    if component.percent_of_commission is None:
        return component.flat or NOTHING
    return summed * component.percent_of_commission / 100


def measured(component: TiersComponent, value: PeriodValue, facts: LineFacts) -> Reached:
    """What a line adds to its partner's window in a service period."""
    basis = sum((basis_of(run, facts) for run in value.runs), NOTHING)
    return gained(component, value.before, value.after, (facts.rules.plan.basis, basis))
