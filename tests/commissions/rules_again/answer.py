"""The whole of a case: every target by line, component, payee and period, and the answer of `simulate`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

from tests.commissions.rules_again import components as earn
from tests.commissions.rules_again.case import Case, Line, number, read_case
from tests.commissions.rules_again.partner_tiers import Part, Run, parts_by_line
from tests.commissions.rules_again.plans import Plan
from tests.commissions.rules_again.pools import Limits, Pool, Weights, limit_parts, limit_pools, pool_of
from tests.commissions.rules_again.rounding import DECIMALS, amount_text, half_up
from tests.commissions.rules_again.units import Units, billable_units
from tests.commissions.rules_again.values import DayValue, day_values

Key = tuple[str, str, str, str]


@dataclass
class Worked:
    """A line with what it earned. `targets` in minor units by (component, payee, period)."""

    line: Line
    units: Units
    values: Sequence[DayValue]
    targets: dict[tuple[str, str, str], int] = field(default_factory=dict)
    exact: dict[tuple[str, str], Fraction] = field(default_factory=lambda: defaultdict(Fraction))

    @property
    def plan(self) -> Plan:
        assert self.line.plan is not None
        return self.line.plan

    @property
    def components(self) -> Sequence[earn.Component]:
        return self.plan["components"]  # type: ignore[no-any-return]

    @cached_property
    def stretches(self) -> list[Weights]:
        """The weights one after the other; days that follow each other with the same ones are one stretch."""
        found: list[Weights] = []
        for value in self.values:
            if not found or found[-1] != value.terms.weights:
                found.append(value.terms.weights)
        return found

    @cached_property
    def days(self) -> list[tuple[int, str]]:
        """Stretch of weights and period of each day."""
        found: list[tuple[int, str]] = []
        stretches = self.stretches
        for value in self.values:
            place = found[-1][0] if found else 0
            found.append((place + (stretches[place] != value.terms.weights), value.period))
        return found


def work_out(case: Mapping[str, Any]) -> list[Worked]:
    """Every line of the case that has a plan; a line that makes another good is a part of that one."""
    read = read_case(case)
    found = []
    for line in read.lines:
        if line.makegood_for is not None or line.plan is None:
            continue
        units = billable_units(line, _made_good(read, line), read.calendar)
        found.append(Worked(line, units, day_values(line, units, read.calendar)))
    shared_tiers = _partner_tiers(read, found)
    for worked in found:
        _earn(read, worked, shared_tiers)
    return found


def _made_good(case: Case, original: Line) -> dict[date, int]:
    found: dict[date, int] = defaultdict(int)
    for line in case.lines:
        if line.makegood_for == original.ref:
            for day, units in line.counts.items():
                found[day] += max(0, units - line.disallowed.get(day, 0))
    return found


def _partner_tiers(case: Case, lines: Sequence[Worked]) -> dict[tuple[str, str], Part]:
    """By (component, line). Versions of a plan count together where basis and ladder are the same."""
    groups: dict[str, list[tuple[earn.Component, Worked]]] = defaultdict(list)
    for worked in lines:
        for component in worked.components:
            if component.get("scope") == "partner":
                said = (worked.line.partner, worked.plan["plan"], worked.plan.get("basis", "net"))
                groups[f"{said} {sorted(component.items())}"].append((component, worked))
    found: dict[tuple[str, str], Part] = {}
    for members in groups.values():
        component = members[0][0]
        values = {worked.line.ref: worked.values for _, worked in members}
        parts = parts_by_line(component, values, DECIMALS[case.currency])
        found |= {(component["name"], ref): part for ref, part in parts.items()}
    return found


def _earn(case: Case, worked: Worked, shared_tiers: Mapping[tuple[str, str], Part]) -> None:
    """Fill in targets and exact values of a line."""
    scale = 10 ** DECIMALS[case.currency]
    pools: dict[str, Pool] = {}
    earlier: list[earn.ByDay] = []
    for component in worked.components:
        name = component["name"]
        if component["kind"] == "override":
            continue
        if component.get("scope") == "partner":
            part = shared_tiers[name, worked.line.ref]
            pools[name] = _as_pool(worked, part)
            earlier.append(_on_first_days(worked, part))
            continue
        earned = _earned(component, worked, earlier)
        pools[name] = pool_of(worked.days, earned, scale)
        earlier.append(earned)
    for name, pool in pools.items():
        _split(worked, name, pool)
    _limit(worked, list(pools.values()), scale)
    for component in worked.components:
        if component["kind"] == "override":
            _override(component, worked, scale)


def _earned(component: earn.Component, worked: Worked, earlier: Sequence[earn.ByDay]) -> earn.ByDay:
    if component["kind"] == "percent":
        return earn.by_percent(component, worked.line, worked.values)
    if component["kind"] == "per_unit":
        return earn.by_unit(component, worked.values)
    if component["kind"] == "tiers":
        return earn.by_tiers(component, worked.values)
    return earn.by_bonus(component, worked.values, earlier)


def _as_pool(worked: Worked, part: Part) -> Pool:
    found = Pool()
    for run, key in {value.run: key for value, key in zip(worked.values, worked.days, strict=True)}.items():
        found.minor[key] += part.minor[run]
        found.exact[key] += part.exact[run]
    return found


def _on_first_days(worked: Worked, part: Part) -> earn.ByDay:
    """The exact part of a run of days, all on its first day: a bonus counts it by run."""
    seen: set[Run] = set()
    found = []
    for value in worked.values:
        found.append(Fraction(0) if value.run in seen else part.exact[value.run])
        seen.add(value.run)
    return found


def _periods(worked: Worked) -> list[str]:
    return sorted({value.period for value in worked.values})


def _split(worked: Worked, name: str, pool: Pool) -> None:
    for stretch in sorted({stretch for stretch, _ in pool.minor}):
        weights = worked.stretches[stretch]
        before = dict.fromkeys(weights, 0)
        for period in _periods(worked):
            now = pool.parts(stretch, period, weights)
            for payee, amount in now.items():
                _add(worked, (name, payee, period), amount - before[payee])
            before = now
        exact = sum(exact for (other, _), exact in pool.exact.items() if other == stretch)
        for payee, weight in weights.items():
            worked.exact[name, payee] += exact * weight / sum(weights.values())


def _add(worked: Worked, key: tuple[str, str, str], amount: int) -> None:
    if amount:
        worked.targets[key] = worked.targets.get(key, 0) + amount


def _limit(worked: Worked, pools: list[Pool], scale: int) -> None:
    said = [worked.plan.get(name) for name in ("line_floor", "line_cap")]
    limits = Limits(*(None if text is None else half_up(number(text) * scale) for text in said))
    floor, cap = limit_pools(pools, worked.days, [value.units for value in worked.values], limits)
    for name, limit, others in (("floor", floor, pools), ("cap", cap, [*pools, floor])):
        _split_limit(worked, name, limit, others)


def _split_limit(worked: Worked, name: str, limit: Pool, others: Sequence[Pool]) -> None:
    for stretch in sorted({stretch for stretch, _ in limit.minor}):
        weights = worked.stretches[stretch]
        before = dict.fromkeys(weights, 0)
        for period in _periods(worked):
            now = limit_parts(limit, others, (stretch, period), weights)
            for payee, amount in now.items():
                _add(worked, (name, payee, period), amount - before[payee])
            before = now


def _override(component: earn.Component, worked: Worked, scale: int) -> None:
    """Once a line and level, to whoever stands there; on top of everything, and outside floor and cap."""
    above = [payee for payee, level in worked.line.overrides.items() if level == int(component["level"])]
    earned = earn.by_percent(component, worked.line, worked.values)
    pool = pool_of([(0, value.period) for value in worked.values], earned, scale)
    for payee in above:
        for (_, period), amount in pool.minor.items():
            _add(worked, (component["name"], payee, period), amount)
        worked.exact[component["name"], payee] += sum(pool.exact.values())


def all_targets(lines: Sequence[Worked]) -> dict[Key, int]:
    """Minor units by (line, component, payee, period); nothing that is 0."""
    return {
        (worked.line.ref, *key): amount
        for worked in lines
        for key, amount in worked.targets.items()
        if amount
    }


def answer(case: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of `simulate` (interfaces.md), without its explanations."""
    currency = case["currency"]
    lines = work_out(case)
    payees: dict[str, int] = defaultdict(int)
    for (_, _, payee, _), amount in all_targets(lines).items():
        payees[payee] += amount
    return {
        "lines": [_line_answer(worked, currency) for worked in lines],
        "payees": {payee: amount_text(amount, currency) for payee, amount in sorted(payees.items())},
        "commission": amount_text(sum(payees.values()), currency),
    }


def _line_answer(worked: Worked, currency: str) -> dict[str, Any]:
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for (component, payee, _), amount in worked.targets.items():
        sums[component, payee] += amount
    values = worked.values
    scale = 10 ** DECIMALS[currency]
    money = {
        "gross": sum((value.gross for value in values), Fraction(0)),
        "net": sum((value.net for value in values), Fraction(0)),
    }
    return {
        "line_ref": worked.line.ref,
        "delivered_units": str(worked.units.delivered),
        "billable_units": str(worked.units.billable),
        "unpaid_over_delivery": str(worked.units.over),
        **{name: amount_text(half_up(value * scale), currency) for name, value in money.items()},
        "postings": [
            {
                "component": component,
                "payee": payee,
                "exact": str(worked.exact.get((component, payee))),
                "amount": amount_text(amount, currency),
            }
            for (component, payee), amount in sorted(sums.items())
            if amount
        ],
        "commission": amount_text(sum(sums.values()), currency),
    }
