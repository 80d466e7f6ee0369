"""Why an amount is what it is: stored with each posting, evaluated again by the check, told as a sentence."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from commissions.calculation import (
    LineFacts,
    PeriodValue,
    Run,
    Target,
    basis_in,
    earned_in,
    per_unit_of,
    percent_of,
)
from commissions.plan_rules import Component, PercentComponent
from commissions.splits import cut
from portal.kernel.money import exponent


def explain(target: Target, facts: LineFacts) -> dict[str, Any]:
    """Bounds and numerators of a target, as JSON; fractions are exact text "n/d" in the major unit.

    The pools of `chains` are in minor units. It depends on the facts only, not on when they came.
    """
    value = target.value
    return {
        "component": target.component.name,
        "kind": target.component.kind,
        "payee": target.payee,
        "period": value.period,
        "currency": facts.line.currency,
        "plan": facts.rules.plan.name,
        "version": value.runs[-1].step.rates.version,
        "pricing": facts.line.pricing.value,
        "booked": facts.line.booked_units,
        "basis": facts.rules.plan.basis.value,
        "delivered": value.delivered,
        "allowed": value.allowed,
        "units": [value.before.units, value.after.units],
        "runs": [_run(run, target.component, facts) for run in _moving(value)],
        "chains": [
            {
                "weights": {payee: str(weight) for payee, weight in chain.weights.items()},
                "exact": [str(chain.before.exact), str(chain.after.exact)],
                "pool": [chain.before.pool, chain.after.pool],
            }
            for chain in target.chains
        ],
    }


def fingerprint(explanation: Mapping[str, Any]) -> str:
    """Sixteen hex digits that change when anything behind the amount changes."""
    text = json.dumps(explanation, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def amount_of(explanation: Mapping[str, Any]) -> int:
    """The target evaluated again from what is stored: split(round(exact)) after less before, minor units."""
    payee, total = explanation["payee"], 0
    for chain in explanation["chains"]:
        weights = {ref: Fraction(weight) for ref, weight in chain["weights"].items()}
        before, after = (cut(Fraction(exact), weights) for exact in chain["exact"])
        total += after.parts[payee] - before.parts[payee]
    return total


def holds(explanation: Mapping[str, Any]) -> bool:
    """Whether the runs of days add up to what the pools gained, and the pools to their exact values.

    The chains of an explanation are those of its payee; runs under weights without the payee are not in it.
    """
    gained = sum(
        (Fraction(chain["exact"][1]) - Fraction(chain["exact"][0]) for chain in explanation["chains"]),
        Fraction(0),
    )
    scale = 10 ** exponent(explanation["currency"])
    told = sum(
        (Fraction(run["earned"]) for run in explanation["runs"] if explanation["payee"] in run["payees"]),
        Fraction(0),
    )
    pools = all(
        [cut(Fraction(exact), {"": Fraction(1)}).pool for exact in chain["exact"]] == chain["pool"]
        for chain in explanation["chains"]
    )
    return gained == told * scale and pools


@dataclass(frozen=True, slots=True)
class Figures:
    """What a statement line shows: basis in minor units (rounded for reading only) and the rate as text."""

    basis: Fraction
    rate: str
    share: Fraction
    exact: Fraction


def figures(explanation: Mapping[str, Any]) -> Figures:
    """Basis, rate and share of a payee. `rate` is "10%", "0.5" a unit, or empty where it changed within."""
    runs = explanation["runs"]
    mine = [run for run in runs if explanation["payee"] in run["payees"]] or runs
    rates = {run["rate"] for run in mine}
    chain = explanation["chains"][-1]
    weights = {ref: Fraction(weight) for ref, weight in chain["weights"].items()}
    part = weights[explanation["payee"]] / sum(weights.values(), Fraction(0))
    return Figures(
        basis=sum((Fraction(run["basis"]) for run in mine), Fraction(0)),
        rate=rates.pop() if len(rates) == 1 else "",
        share=part,
        exact=sum((Fraction(run["earned"]) for run in mine), Fraction(0)),
    )


def _moving(value: PeriodValue) -> list[Run]:
    """Runs of days that add something; the last one where none does."""
    moving = [run for run in value.runs if run.after != run.before]
    return moving or [value.runs[-1]]


def _run(run: Run, component: Component, facts: LineFacts) -> dict[str, Any]:
    return {
        "units": run.after.units - run.before.units,
        "price": str(run.step.stretch.rate),
        "agency": str(run.step.stretch.agency_percent),
        "gross": str(run.after.gross - run.before.gross),
        "net": str(run.after.net - run.before.net),
        "basis": str(basis_in(run, facts)),
        "rate": _rate(run, component, facts),
        "earned": str(earned_in(component, run, facts)),
        "payees": sorted(run.step.stretch.split),
    }


def _rate(run: Run, component: Component, facts: LineFacts) -> str:
    plan = run.step.rates.plan
    if isinstance(component, PercentComponent):
        percent = percent_of(component, plan, facts.line)
        return "" if percent is None else f"{decimal_text(percent)}%"
    unit = per_unit_of(component, plan)
    if unit is None:
        return ""
    amount = decimal_text(unit.amount)
    return amount if unit.per == 1 else f"{amount} per {decimal_text(unit.per)}"


def decimal_text(value: Fraction) -> str:
    """Plain decimal text of a rate or percent, which always has one (at most 9 decimals)."""
    whole = f"{float_free(value, 9)}"
    return whole.rstrip("0").rstrip(".") if "." in whole else whole


def float_free(value: Fraction, decimals: int) -> str:
    """Decimal text with a fixed number of decimals, rounded half up, without passing through a float."""
    scaled = abs(value) * 10**decimals
    units = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    sign = "-" if value < 0 and units else ""
    digits = str(units).rjust(decimals + 1, "0")
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else f"{sign}{digits}"


def withdrawn(key: tuple[str, str, str], facts: LineFacts) -> dict[str, Any]:
    """The explanation of a payee, component or month that the facts do not know any more: nothing is due."""
    component, payee, period = key
    return {
        "component": component,
        "kind": "withdrawn",
        "payee": payee,
        "period": period,
        "currency": facts.line.currency,
        "plan": facts.rules.plan.name,
        "version": facts.rules.version,
        "units": [0, 0],
        "runs": [],
        "chains": [],
    }
