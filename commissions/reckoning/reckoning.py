"""What every payee of some lines has earned, and why: the one calculation, for accrual and simulation.

Pure: facts in, targets out. Everything is exact; the cumulative pool of a component is rounded once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from commissions.facts.problems import Problem
from commissions.plans.plan_rules import Component, Measure, OverrideComponent
from commissions.reckoning.components import earned_on, has_rate
from commissions.reckoning.floor_and_cap import limit, limits_of
from commissions.reckoning.line_values import period_values
from commissions.reckoning.partner_tiers import Valued, partner_tiers
from commissions.reckoning.pools import Earned, Pool, Target, pools
from commissions.reckoning.reckoning_facts import LineFacts, PeriodValue
from commissions.reckoning.tiers import window_of
from portal.kernel.money import exponent


class Reckoned(NamedTuple):
    """A line's value by service period and what every payee earned: by component, period and payee.

    Where the facts hold the past in brief, what was earned since.

    A line with a problem has no targets.
    """

    facts: LineFacts
    worth: Sequence[PeriodValue]
    targets: Sequence[Target]
    problem: Problem | None = None

    @property
    def unpaid_over_delivery(self) -> int:
        """Units to date that were aired above the cap; shown, never paid and never lost."""
        return self.worth[-1].unpaid if self.worth else 0


# partner, currency, plan: lines that have to be at hand together
_BundleKey = tuple[str, str, str]
# and the ladder of tiers that counts them together
_GroupKey = tuple[_BundleKey, str]


def reckon(lines: Sequence[LineFacts]) -> list[Reckoned]:
    """The lines in their order. Lines of one partner that tiers count together have to be among them."""
    worth = [period_values(facts) for facts in lines]
    problems = _problems(lines, worth)
    together = _together(lines, worth, problems)
    return [
        Reckoned(facts, value, () if problem else tuple(_targets(facts, value, together)), problem)
        for facts, value, problem in zip(lines, worth, problems, strict=True)
    ]


def bundles(lines: Sequence[LineFacts]) -> list[list[int]]:
    """Places of lines that have to be reckoned together: alone, or with those that the same tiers count."""
    found: dict[object, list[int]] = {}
    for place, facts in enumerate(lines):
        key: object = _bundle_of(facts) if facts.rules.plan.pools_lines else place
        found.setdefault(key, []).append(place)
    return list(found.values())


def _bundle_of(facts: LineFacts) -> _BundleKey:
    line = facts.line
    return line.partner_ref, line.currency, facts.rules.plan.name


def _problems(lines: Sequence[LineFacts], worth: Sequence[Sequence[PeriodValue]]) -> list[Problem | None]:
    mixed = _mixed(lines, worth)
    found: list[Problem | None] = []
    for facts, value in zip(lines, worth, strict=True):
        if value and not has_rate(facts):
            found.append(Problem.NO_RATE)
            continue
        is_mixed = bool(mixed) and not mixed.isdisjoint(_unit_windows(facts, value))
        found.append(Problem.MIXED_PRICING if is_mixed else None)
    return found


def _mixed(lines: Sequence[LineFacts], worth: Sequence[Sequence[PeriodValue]]) -> set[object]:
    """Windows in which spots and impressions would be counted as the same units."""
    if not any(facts.rules.plan.pools_lines for facts in lines):
        return set()
    pricings: dict[object, set[str]] = {}
    for facts, value in zip(lines, worth, strict=True):
        for window in _unit_windows(facts, value):
            pricings.setdefault(window, set()).add(facts.line.pricing.value)
    return {window for window, found in pricings.items() if len(found) > 1}


def _unit_windows(facts: LineFacts, worth: Sequence[PeriodValue]) -> set[object]:
    return {
        (_bundle_of(facts), ladder, window_of(value.period, component.window))
        for ladder, component in facts.rules.plan.ladders.items()
        if component.measure is Measure.UNITS
        for value in worth
    }


# component and line_ref
_Together = Mapping[tuple[str, str], Sequence[Earned]]


def _together(
    lines: Sequence[LineFacts],
    worth: Sequence[Sequence[PeriodValue]],
    problems: Sequence[Problem | None],
) -> _Together:
    """What tiers over all lines of a partner gave each line. A line with a problem counts for none."""
    groups: dict[_GroupKey, list[Valued]] = {}
    for facts, value, problem in zip(lines, worth, problems, strict=True):
        if problem is None:
            for ladder in facts.rules.plan.ladders:
                groups.setdefault((_bundle_of(facts), ladder), []).append((facts, value))
    found: dict[tuple[str, str], Sequence[Earned]] = {}
    for (_, ladder), members in groups.items():
        component = members[0][0].rules.plan.ladders[ladder]
        for line_ref, earned in partner_tiers(component, members).items():
            found[component.name, line_ref] = earned
    return found


def _targets(facts: LineFacts, worth: Sequence[PeriodValue], together: _Together) -> Iterator[Target]:
    if facts.is_new_since and not any(value.units for value in worth if value.period >= facts.since):
        return
    for pool in _all_pools(facts, worth, together):
        if pool.value.period < facts.since:
            continue
        for payee in pool.payees:
            yield Target(pool, payee, pool.amount(payee))


def _all_pools(facts: LineFacts, worth: Sequence[PeriodValue], together: _Together) -> Iterator[Pool]:
    """Components in the plan's order, then floor and cap on their sum, then the overrides on top."""
    plan, scale = facts.rules.plan, 10 ** exponent(facts.line.currency)
    limits = limits_of(plan)
    under: list[list[Pool]] = []
    earlier: list[Sequence[Earned]] = []
    for component in plan.components:
        if isinstance(component, OverrideComponent):
            continue
        earned = together.get((component.name, facts.line.line_ref))
        if earned is None:
            earned = earned_on(component, facts, worth, earlier)
        earlier.append(earned)
        found = pools(component, worth, earned, scale=scale)
        if limits:
            listed = list(found)
            under.append(listed)
            yield from listed
            continue
        yield from found
    for component_limit in limits:
        listed = list(limit(component_limit, worth, under, scale=scale))
        if listed:
            under.append(listed)
        yield from listed
    yield from _overrides(facts, worth, plan.components, scale)


def _overrides(
    facts: LineFacts, worth: Sequence[PeriodValue], components: Sequence[Component], scale: int
) -> Iterator[Pool]:
    """Once a line, on all of its basis, to the partner that many levels above the order's."""
    for component in components:
        if isinstance(component, OverrideComponent) and component.level in facts.above:
            earned = earned_on(component, facts, worth, ())
            payee = facts.above[component.level]
            yield from pools(component, worth, earned, scale=scale, to_one=payee)
