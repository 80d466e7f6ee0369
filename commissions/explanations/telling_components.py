"""Tiers, bonuses, floors, caps and overrides as sentences: what was reached, and what it pays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

from commissions.explanations.exact_words import decimal_words, exact_words, minor_words, told_words
from commissions.explanations.explanation import decimal_text, told_exact
from commissions.facts.amounts import exact, less
from commissions.plans.plan_rules import TierMode
from commissions.reckoning.floor_and_cap import FLOOR

Told = Mapping[str, Any]

_MEASURES = {"units": "units", "gross": "gross", "net": "net"}


def own_clause(explanation: Told) -> str:
    """How the component gets to its exact amount; empty for plain rates, which each run of days tells."""
    if "group" in explanation:
        return _group_clause(explanation)
    if "climb" in explanation:
        return f"{_reached(explanation)}: {_pays(explanation)}"
    if "bonus" in explanation:
        return _bonus_clause(explanation)
    if "limit" in explanation:
        return _limit_clause(explanation)
    return ""


def window_words(window: str) -> str:
    """The window "2026-Q2" as "the quarter 2026-Q2"; that of a line is all of its flight."""
    if window == "line":
        return "the whole line"
    if "Q" in window:
        return f"the quarter {window}"
    return f"the month {window}" if "-" in window else f"the year {window}"


def _reached(explanation: Told) -> str:
    climb = explanation["climb"]
    before, after = (_measure(reached["measure"], explanation) for reached in climb["reached"])
    return f"{_MEASURES[climb['measure']]} in {window_words(climb['window'])} went from {before} to {after}"


def _measure(text: str, explanation: Told) -> str:
    if explanation["climb"]["measure"] == "units":
        return decimal_words(exact(text))
    return told_words(text, explanation["currency"])


def _group_clause(explanation: Told) -> str:
    group, climb = explanation["group"], explanation["climb"]
    lines = f"{group['lines']:,} lines that count together" if group["lines"] > 1 else "one line that counts"
    gained = _sum(climb["bands"][1]) - _sum(climb["bands"][0])
    told = f"{lines}: {_reached(explanation)}: {_pays(explanation)}"
    if group["lines"] == 1:
        return told
    mine, all_of_it = (_measure(group[name], explanation) for name in ("weight", "weights"))
    whole = exact_words(gained, explanation["currency"])
    return f"{told}; this line's part of {whole} is {mine} of {all_of_it}"


def _pays(explanation: Told) -> str:
    """What the window earned more, band by band; in mode whole the true-up is told apart."""
    climb = explanation["climb"]
    before, after = climb["bands"]
    if climb["mode"] == TierMode.WHOLE and before and after and before[0]["over"] != after[0]["over"]:
        return _true_up(explanation)
    differences = [_difference(band, before, explanation, mode=climb["mode"]) for band in after]
    gone = [band for band in before if band["over"] not in {other["over"] for other in after}]
    currency = explanation["currency"]
    for band in gone:
        lost = exact_words(-exact(band["earned"]), currency)
        differences.append(f"{_band_words(band, explanation)} not reached any more: {lost}")
    return " and ".join(told for told in differences if told) or "nothing more"


def _difference(band: Told, before: Sequence[Told], explanation: Told, *, mode: str) -> str:
    old = next((other for other in before if other["over"] == band["over"]), None)
    currency = explanation["currency"]
    if old == band:
        return ""
    where = f" ({_band_words(band, explanation)})" if mode == TierMode.MARGINAL else ""
    if old is None and "per_unit" not in band and "flat" not in band:
        told, worth = _at_percent(band.get("percent", ""), band["basis"], band["earned"], currency)
        return told and f"{told}{where} = {worth}"
    earned, basis, units = (_more(band, old, name) for name in ("earned", "basis", "units"))
    if not earned and not basis:
        return ""
    flat = band.get("flat") if old is None else None
    told = _rate_words(band, basis, units, flat, currency)
    return f"{told}{where} = {exact_words(earned, currency)}"


# the lower bands of a ladder are filled alike by many lines
@lru_cache(maxsize=1_000)
def _at_percent(percent: str, basis: str, earned: str, currency: str) -> tuple[str, str]:
    """What a band of a percent alone pays, and how much that is; empty where nothing reached it."""
    if basis == earned == "0":
        return "", ""
    told = f"{decimal_text(exact(percent))}% of {told_words(basis, currency)}" if percent else "its flat"
    return told, told_words(earned, currency)


def _more(band: Told, old: Told | None, name: str) -> Fraction:
    now = told_exact(band.get(name, "0"))
    return less(now, told_exact(old.get(name, "0"))) if old else now


def _true_up(explanation: Told) -> str:
    """The month at the rate that was reached, and what that rate changes for earlier in the window."""
    climb, currency = explanation["climb"], explanation["currency"]
    (old,), (new,) = climb["bands"]
    start, end = climb["reached"]
    basis = exact(end["basis"]) - exact(start["basis"])
    units = exact(end["units"] - start["units"])
    base = basis * exact(new.get("percent", 0)) / 100
    base += units / exact(new.get("per", 1)) * exact(new.get("per_unit", 0))
    more = exact(new["earned"]) - exact(old["earned"]) - base
    month = _rate_words(new, basis, units, None, currency)
    return (
        f"this month {month} = {exact_words(base, currency)}; re-rating what was earned earlier in "
        f"{window_words(climb['window'])} from {_short_rate(old, currency)} to {_short_rate(new, currency)}: "
        f"{exact_words(more, currency)}"
    )


def _short_rate(band: Told, currency: str) -> str:
    parts = []
    if "percent" in band:
        parts.append(f"{decimal_text(exact(band['percent']))}%")
    if "per_unit" in band:
        parts.append(f"{exact_words(exact(band['per_unit']), currency)} {_per(band)}")
    if "flat" in band:
        parts.append(f"a flat {exact_words(exact(band['flat']), currency)}")
    return " and ".join(parts)


def _rate_words(band: Told, basis: Fraction, units: Fraction, flat: str | None, currency: str) -> str:
    parts = []
    if "percent" in band:
        parts.append(f"{decimal_text(exact(band['percent']))}% of {exact_words(basis, currency)}")
    if "per_unit" in band:
        rate = exact_words(exact(band["per_unit"]), currency)
        parts.append(f"{rate} {_per(band)} for {decimal_words(units)} units")
    if flat is not None:
        parts.append(f"a flat {exact_words(exact(flat), currency)}")
    return " and ".join(parts) or "its flat"


def _per(band: Told) -> str:
    per = exact(band["per"])
    return "each" if per == 1 else f"for each {decimal_words(per)}"


def _band_words(band: Told, explanation: Told) -> str:
    over = _measure(band["over"], explanation)
    if band["upto"] is None:
        return f"above {over}"
    upto = _measure(band["upto"], explanation)
    return f"up to {upto}" if not exact(band["over"]) else f"above {over} up to {upto}"


def _sum(bands: Sequence[Told]) -> Fraction:
    return sum((exact(band["earned"]) for band in bands), Fraction(0))


def _bonus_clause(explanation: Told) -> str:
    bonus, currency = explanation["bonus"], explanation["currency"]
    before, after = explanation["units"]
    if "flat" in bonus:
        flat = exact_words(exact(bonus["flat"]), currency)
        if after <= 0:
            fell = f"the bonus of {flat} falls away"
            return fell if before > 0 else f"no unit is billable, and so the bonus of {flat} is not paid"
        return f"a bonus of {flat}, once for the line{', earlier' if before > 0 else ''}"
    percent = decimal_text(exact(bonus["percent"]))
    earned = exact(bonus["sums"][1]) - exact(bonus["sums"][0])
    worth = exact_words(earned * exact(bonus["percent"]) / 100, currency)
    return f"{percent}% of the {exact_words(earned, currency)} that the components before it earned = {worth}"


def _limit_clause(explanation: Told) -> str:
    limit, currency = explanation["limit"], explanation["currency"]
    amount, total, added, before = (
        minor_words(int(minor), currency)
        for minor in (limit["amount"], limit["sums"][1], limit["added"][1], limit["added"][0])
    )
    is_floor = explanation["kind"] == FLOOR
    if is_floor and explanation["units"][1] <= 0:
        return f"no unit is billable, and so the plan's {amount} at least are not paid"
    least = "at least" if is_floor else "at most"
    told = f"the line's commission to date is {total}; the plan pays {least} {amount}, so {added} to date"
    return f"{told}, of which {before} stood already" if limit["added"][0] else told
