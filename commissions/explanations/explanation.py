"""Why an amount is what it is: stored with each posting, with a fingerprint of all that is behind it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from commissions.explanations.explained_details import detail_of
from commissions.facts.amounts import exact
from commissions.plans.plan_rules import OverrideComponent, PercentComponent, PerUnitComponent
from commissions.reckoning.pools import Chain, Gain, Pool, Target
from commissions.reckoning.reckoning_facts import LineFacts
from portal.kernel.money import minor_text, rounded_minor


class ToldPool(NamedTuple):
    """An explanation without a payee: as JSON, encoded, and its fingerprint so far."""

    shared: dict[str, Any]
    text: str
    print: hashlib.blake2b


# by the pool's identity
ToldPools = dict[int, ToldPool]


class Explained(NamedTuple):
    """An explanation encoded for its column, with its fingerprint, plan and version."""

    text: str
    fingerprint: str
    plan: str
    version: int


def explain(target: Target, facts: LineFacts) -> dict[str, Any]:
    """Bounds and numerators of a target, as JSON; fractions are exact text "n/d" in the major unit.

    The pools of `chains` are in minor units. It depends on the facts only, not on when they came.
    """
    return _for_payee(_told(target.pool, facts), target.payee)


def explained(target: Target, facts: LineFacts, told: ToldPools) -> Explained:
    """The same, encoded; `told` keeps what the payees of a pool share, so that it is encoded once."""
    pool = told.get(id(target.pool))
    if pool is None:
        shared = _told(target.pool, facts)
        text = _encode(shared)
        pool = told[id(target.pool)] = ToldPool(shared, text, _print(text))
    if len(pool.shared["chains"]) > 1:
        return encoded(_for_payee(pool.shared, target.payee))
    text = f'{pool.text[:-1]},"payee":{_quoted(target.payee)}}}'
    return Explained(text, _of_payee(pool.print, target.payee), pool.shared["plan"], pool.shared["version"])


def encoded(explanation: Mapping[str, Any]) -> Explained:
    """An explanation with its payee, encoded for its column."""
    text = _encode(explanation)
    return Explained(text, fingerprint(explanation), explanation["plan"], explanation["version"])


def fingerprint(explanation: Mapping[str, Any]) -> str:
    """Sixteen hex digits that change when anything behind the amount changes."""
    shared = {name: value for name, value in explanation.items() if name != "payee"}
    return _of_payee(_print(_encode(shared)), explanation["payee"])


def _print(shared: str) -> hashlib.blake2b:
    return hashlib.blake2b(shared.encode(), digest_size=8)


def _of_payee(shared: hashlib.blake2b, payee: str) -> str:
    whole = shared.copy()
    whole.update(payee.encode())
    return whole.hexdigest()


def _encode(explanation: Mapping[str, Any]) -> str:
    return orjson.dumps(explanation, option=orjson.OPT_SORT_KEYS).decode()


@lru_cache(maxsize=10_000)
def _quoted(payee: str) -> str:
    return orjson.dumps(payee).decode()


def _for_payee(shared: dict[str, Any], payee: str) -> dict[str, Any]:
    chains = shared["chains"]
    if len(chains) > 1:
        chains = [chain for chain in chains if payee in chain["weights"]]
    return {**shared, "payee": payee, "chains": chains}


def _told(pool: Pool, facts: LineFacts) -> dict[str, Any]:
    value = pool.value
    return {
        "component": pool.component.name,
        "kind": pool.component.kind,
        "period": value.period,
        "currency": facts.line.currency,
        "plan": facts.rules.plan.name,
        "version": _version(pool, facts),
        "pricing": str(facts.line.pricing),
        "booked": facts.line.booked_units,
        "basis": str(facts.rules.plan.basis),
        "delivered": value.delivered,
        "allowed": value.allowed,
        "units": [value.before.units, value.after.units],
        "runs": [_run(gain, _payees(pool, gain)) for gain in _moving(pool.gains)],
        "chains": [_chain(chain) for chain in pool.chains],
        **_unusual(pool),
        **detail_of(pool.component, pool.detail),
    }


def _unusual(pool: Pool) -> dict[str, int]:
    """Units to date that were disallowed or made good, where there are any."""
    found = {"disallowed": pool.value.disallowed, "made_good": pool.value.made_good}
    return {name: units for name, units in found.items() if units}


def _version(pool: Pool, facts: LineFacts) -> int:
    """Rates are of the version that held at `rate_as_of`, all else of the one that was signed."""
    if isinstance(pool.component, PercentComponent | PerUnitComponent | OverrideComponent):
        return pool.value.runs[-1].step.rates.version
    return facts.rules.version


def _payees(pool: Pool, gain: Gain) -> list[str]:
    if isinstance(pool.component, OverrideComponent):
        return pool.payees
    return sorted(gain.run.step.stretch.split)


def _chain(chain: Chain) -> dict[str, Any]:
    told: dict[str, Any] = {
        "weights": {payee: str(weight) for payee, weight in chain.weights.items()},
        "exact": [str(chain.before.exact), str(chain.after.exact)],
        "pool": [chain.before.pool, chain.after.pool],
    }
    return {**told, "beside": chain.beside} if chain.beside else told


class Figures(NamedTuple):
    """What a statement line shows: basis in minor units (rounded for reading only) and the rate as text."""

    basis: Fraction
    # rounded to the currency's minor unit, as a statement has it
    basis_text: str
    rate: str
    share: Fraction
    # in words, "60%", or "1/3" where no percent says it; empty where it is all of it
    share_text: str
    exact: Fraction


def figures(explanation: Mapping[str, Any]) -> Figures:
    """Basis, rate and share of a payee. `rate` is "10%", "0.5" a unit, or empty where it changed within."""
    runs, currency = explanation["runs"], explanation["currency"]
    mine = [run for run in runs if explanation["payee"] in run["payees"]] or runs
    rates = {run["rate"] for run in mine}
    basis, share = _sum(mine, "basis"), share_of(explanation)
    bonus = explanation.get("bonus", {})
    if "percent" in bonus:
        basis = exact(bonus["sums"][1]) - exact(bonus["sums"][0])
    return Figures(
        basis=basis,
        basis_text=minor_text(rounded_minor(basis, currency), currency),
        rate=_own_rate(explanation) or (rates.pop() if len(rates) == 1 else ""),
        share=share[0],
        share_text=share[1],
        exact=_sum(mine, "earned"),
    )


def share_of(explanation: Mapping[str, Any]) -> tuple[Fraction, str]:
    """The payee's part of one, and in words."""
    return _share(tuple(explanation["chains"][-1]["weights"].items()), explanation["payee"])


# the lines of a partner are split alike
@lru_cache(maxsize=10_000)
def _share(weights: tuple[tuple[str, str], ...], payee: str) -> tuple[Fraction, str]:
    found = {ref: exact(weight) for ref, weight in weights}
    share = found[payee] / sum(found.values(), Fraction(0))
    if share == 1:
        return share, ""
    return share, f"{decimal_text(share * 100)}%" if (share * 10**8).denominator == 1 else f"{share}"


def _sum(runs: Sequence[Mapping[str, Any]], name: str) -> Fraction:
    found = told_exact(runs[0][name])
    return found if len(runs) == 1 else sum((told_exact(run[name]) for run in runs[1:]), found)


def told_exact(text: str) -> Fraction:
    """A fraction of an explanation; many times as fast as to have its text understood."""
    above, below = told_ratio(text)
    return Fraction(above, below) if below != 1 else Fraction(above)


def told_ratio(text: str) -> tuple[int, int]:
    """Its two numbers: a fraction's own text, "n/d" or "n", has no point."""
    above, _, below = text.partition("/")
    return int(above), int(below or 1)


def _own_rate(explanation: Mapping[str, Any]) -> str:
    """The one percent of a bonus, or of tiers that stand in one band; empty where there are several."""
    bonus, climb = explanation.get("bonus", {}), explanation.get("climb")
    if "percent" in bonus:
        return f"{decimal_text(exact(bonus['percent']))}%"
    if climb is None or len(climb["bands"][1]) != 1 or set(climb["bands"][1][0]) & {"flat", "per_unit"}:
        return ""
    before = climb["bands"][0]
    percent = climb["bands"][1][0].get("percent", "0")
    if before and before[-1].get("percent", "0") != percent:
        return ""
    return f"{decimal_text(exact(percent))}%"


def _moving(gains: Sequence[Gain]) -> list[Gain]:
    """Runs of days that add something; the last one where none does."""
    moving = [gain for gain in gains if gain.earned or gain.run.after != gain.run.before]
    return moving or [gains[-1]]


def _run(gain: Gain, payees: list[str]) -> dict[str, Any]:
    run, stretch = gain.run, gain.run.step.stretch
    net = str(run.net)
    return {
        "units": run.after.units - run.before.units,
        "price": str(stretch.rate),
        "agency": str(stretch.agency_percent),
        "gross": str(run.gross),
        "net": net,
        "basis": net if gain.basis is run.net else str(gain.basis),
        "rate": _rate(gain.rate, gain.per),
        "earned": str(gain.earned),
        "payees": payees,
    }


@lru_cache(maxsize=1000)
def _rate(rate: Fraction | None, per: Fraction | None) -> str:
    if rate is None:
        return ""
    if per is None:
        return f"{decimal_text(rate)}%"
    return decimal_text(rate) if per == 1 else f"{decimal_text(rate)} per {decimal_text(per)}"


@lru_cache(maxsize=10_000)
def decimal_text(value: Fraction) -> str:
    """Plain decimal text of a rate or percent, which always has one (at most 9 decimals)."""
    whole = f"{float_free(value, 9)}"
    return whole.rstrip("0").rstrip(".") if "." in whole else whole


def float_free(value: Fraction, decimals: int) -> str:
    """Decimal text with a fixed number of decimals, rounded half up, without passing through a float."""
    above, below = value.numerator, value.denominator
    units = (2 * abs(above) * 10**decimals + below) // (2 * below)
    sign = "-" if above < 0 and units else ""
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
