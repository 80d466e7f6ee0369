"""The arithmetic of tiers, bonuses, floors and caps, step by step, from a stored explanation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from commissions.plans.plan_rules import TierMode
from portal.kernel.money import exponent

Told = Mapping[str, Any]
_NOTHING = Fraction(0)


class Does(StrEnum):
    """What a step does; the page has a sentence for each."""

    REACHED = "reached"
    BAND = "band"
    GONE = "gone"
    AT_RATE = "at_rate"
    TRUE_UP = "true_up"
    TOGETHER = "together"
    PART = "part"
    BONUS = "bonus"
    FLAT = "flat"
    FLOOR = "floor"
    CAP = "cap"


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One line of arithmetic: exact amounts in the major unit.

    `basis` is what the rate applies to (or the measure before, where something is reached), `note` the
    rate, window or bound as text.
    """

    does: Does
    amount: Fraction
    basis: Fraction = _NOTHING
    note: str = ""


def trace_steps(explanation: Told) -> list[TraceStep]:
    """In the order in which they lead to the component's amount; none for plain rates."""
    if "climb" in explanation:
        return list(_climb(explanation))
    if "bonus" in explanation:
        return list(_bonus(explanation["bonus"], explanation["units"]))
    if "limit" in explanation:
        return list(_limit(explanation))
    return []


def _climb(explanation: Told) -> Iterator[TraceStep]:
    climb = explanation["climb"]
    start, end = climb["reached"]
    yield TraceStep(Does.REACHED, Fraction(end["measure"]), Fraction(start["measure"]), climb["window"])
    before, after = climb["bands"]
    if climb["mode"] == TierMode.WHOLE and before and after and before[0]["over"] != after[0]["over"]:
        yield from _true_up(climb)
    else:
        yield from _bands(before, after)
    if "group" in explanation and explanation["group"]["lines"] > 1:
        group = explanation["group"]
        gained = _earned(after) - _earned(before)
        weight = Fraction(group["weight"]) / Fraction(group["weights"])
        yield TraceStep(Does.TOGETHER, gained, note=str(group["lines"]))
        yield TraceStep(Does.PART, gained * weight, Fraction(group["weight"]), group["weights"])


def _bands(before: Sequence[Told], after: Sequence[Told]) -> Iterator[TraceStep]:
    for band in after:
        old = next((other for other in before if other["over"] == band["over"]), None)
        earned = Fraction(band["earned"]) - (Fraction(old["earned"]) if old else 0)
        basis = Fraction(band["basis"]) - (Fraction(old["basis"]) if old else 0)
        if earned or basis:
            yield TraceStep(Does.BAND, earned, basis, _rate(band))
    for band in before:
        if band["over"] not in {other["over"] for other in after}:
            yield TraceStep(Does.GONE, -Fraction(band["earned"]), Fraction(band["basis"]), _rate(band))


def _true_up(climb: Told) -> Iterator[TraceStep]:
    """What was added at the rate that was reached, and the re-rating of what stood before in the window."""
    (old,), (new,) = climb["bands"]
    start, end = climb["reached"]
    basis = Fraction(end["basis"]) - Fraction(start["basis"])
    units = Fraction(end["units"] - start["units"])
    added = basis * Fraction(new.get("percent", 0)) / 100
    added += units / Fraction(new.get("per", 1)) * Fraction(new.get("per_unit", 0))
    yield TraceStep(Does.AT_RATE, added, basis, _rate(new))
    whole = Fraction(new["earned"]) - Fraction(old["earned"])
    yield TraceStep(Does.TRUE_UP, whole - added, Fraction(start["basis"]), f"{_rate(old)} → {_rate(new)}")


def _bonus(bonus: Told, units: Sequence[int]) -> Iterator[TraceStep]:
    if "flat" in bonus:
        given = [Fraction(bonus["flat"]) if count > 0 else _NOTHING for count in units]
        yield TraceStep(Does.FLAT, given[1] - given[0])
        return
    sums = [Fraction(one) if count > 0 else _NOTHING for one, count in zip(bonus["sums"], units, strict=True)]
    basis = sums[1] - sums[0]
    yield TraceStep(
        Does.BONUS, basis * Fraction(bonus["percent"]) / 100, basis, f"{_text(bonus['percent'])}%"
    )


def _limit(explanation: Told) -> Iterator[TraceStep]:
    limit, scale = explanation["limit"], 10 ** exponent(explanation["currency"])
    added = Fraction(int(limit["added"][1]) - int(limit["added"][0]), scale)
    does = Does.FLOOR if explanation["kind"] == "floor" else Does.CAP
    yield TraceStep(does, added, Fraction(int(limit["sums"][1]), scale), _money(limit["amount"], scale))


def _earned(bands: Sequence[Told]) -> Fraction:
    return sum((Fraction(band["earned"]) for band in bands), _NOTHING)


def _rate(band: Told) -> str:
    parts = [f"{_text(band['percent'])}%"] if "percent" in band else []
    if "per_unit" in band:
        parts.append(f"{_text(band['per_unit'])}/{_text(band['per'])}")
    if "flat" in band:
        parts.append(f"+{_text(band['flat'])}")
    return " ".join(parts)


def _text(fraction: str) -> str:
    value = Fraction(fraction)
    whole, rest = divmod(abs(value), 1)
    digits = str(int(rest * 10**9)).rjust(9, "0").rstrip("0")
    return f"{int(whole)}.{digits}" if digits else str(int(whole))


def _money(minor: int, scale: int) -> str:
    return _text(str(Fraction(int(minor), scale)))
