"""Explanations evaluated again: the amount that they give, and whether they hold in themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from commissions.reckoning.floor_and_cap import FLOOR, limited_parts
from commissions.reckoning.splits import part_of
from portal.kernel.money import exponent, round_half_up, whole_weights

Told = Mapping[str, Any]


def amount_of(explanation: Told) -> int:
    """The target evaluated again from what is stored: the parts after less the parts before, minor units."""
    payee, total = explanation["payee"], 0
    for chain in explanation["chains"]:
        weights = {ref: Fraction(weight) for ref, weight in chain["weights"].items()}
        before, after = (_parts(chain, place, weights) for place in (0, 1))
        total += after[payee] - before[payee]
    return total


def _parts(chain: Told, place: int, weights: Mapping[str, Fraction]) -> Mapping[str, int]:
    pool = chain["pool"][place]
    if "beside" in chain:
        return limited_parts(pool, [pooled[place] for pooled in chain["beside"]], weights)
    return part_of(pool, whole_weights(weights), exact=Fraction(0)).parts


def holds(explanation: Told) -> bool:
    """Whether the runs of days add up to what the pools gained, and the pools to their exact values.

    The chains of an explanation are those of its payee; runs under weights without the payee are not in
    it. Tiers, bonus, floor and cap are worked out again from their own figures.
    """
    if not explanation["chains"]:
        return not explanation["runs"]
    scale = 10 ** exponent(explanation["currency"])
    gained = sum(
        (Fraction(chain["exact"][1]) - Fraction(chain["exact"][0]) for chain in explanation["chains"]),
        Fraction(0),
    )
    told = sum(
        (Fraction(run["earned"]) for run in explanation["runs"] if explanation["payee"] in run["payees"]),
        Fraction(0),
    )
    return gained == told * scale and _pools_hold(explanation, scale) and _detail_holds(explanation, scale)


def _pools_hold(explanation: Told, scale: int) -> bool:
    if "group" in explanation:
        return _group_holds(explanation, scale)
    return all(
        [round_half_up(Fraction(exact)) for exact in chain["exact"]] == list(chain["pool"])
        for chain in explanation["chains"]
    )


def _group_holds(explanation: Told, scale: int) -> bool:
    """The group's figures are its bands', rounded; the line's part is its share of their difference.

    The pools of the chains make the line's part where no run of days stands under weights without the payee.
    """
    group, payee = explanation["group"], explanation["payee"]
    rounded = [round_half_up(_earned(bands) * scale) for bands in explanation["climb"]["bands"]]
    exact = (rounded[1] - rounded[0]) * Fraction(group["weight"]) / Fraction(group["weights"])
    in_chains = sum(chain["pool"][1] - chain["pool"][0] for chain in explanation["chains"])
    has_others = any(payee not in run["payees"] for run in explanation["runs"])
    return (
        rounded == list(group["pool"])
        and abs(exact - group["part"]) < 1
        and (has_others or in_chains == group["part"])
    )


def _detail_holds(explanation: Told, scale: int) -> bool:
    earned = sum((Fraction(run["earned"]) for run in explanation["runs"]), Fraction(0))
    if "climb" in explanation:
        return _climb_holds(explanation, earned)
    if "bonus" in explanation:
        now = [_bonus(explanation["bonus"], place, explanation["units"]) for place in (0, 1)]
        return now[1] - now[0] == earned
    if "limit" in explanation:
        limit = explanation["limit"]
        wanted = _limit(explanation["kind"], limit, billed=explanation["units"][1] > 0)
        before, after = (int(added) for added in limit["added"])
        return after == wanted and earned * scale == after - before
    return True


def _climb_holds(explanation: Told, earned: Fraction) -> bool:
    climb = explanation["climb"]
    for reached, bands in zip(climb["reached"], climb["bands"], strict=True):
        if bands and sum((Fraction(band["width"]) for band in bands), Fraction(0)) != Fraction(
            reached["measure"]
        ):
            return False
        if not all(_band_holds(band, reached) for band in bands):
            return False
    gained = _earned(climb["bands"][1]) - _earned(climb["bands"][0])
    if "group" in explanation:
        gained *= Fraction(explanation["group"]["weight"]) / Fraction(explanation["group"]["weights"])
    return gained == earned


def _band_holds(band: Told, reached: Told) -> bool:
    part = Fraction(band["width"]) / Fraction(reached["measure"])
    earned = Fraction(band.get("flat", 0)) + Fraction(band["basis"]) * Fraction(band.get("percent", 0)) / 100
    if "per_unit" in band:
        if Fraction(band["units"]) != reached["units"] * part:
            return False
        earned += Fraction(band["units"]) / Fraction(band["per"]) * Fraction(band["per_unit"])
    return Fraction(band["basis"]) == Fraction(reached["basis"]) * part and earned == Fraction(band["earned"])


def _earned(bands: Sequence[Told]) -> Fraction:
    return sum((Fraction(band["earned"]) for band in bands), Fraction(0))


def _bonus(bonus: Told, place: int, units: Sequence[int]) -> Fraction:
    if units[place] <= 0:
        return Fraction(0)
    if "flat" in bonus:
        return Fraction(bonus["flat"])
    return Fraction(bonus["sums"][place]) * Fraction(bonus["percent"]) / 100


def _limit(kind: str, limit: Told, *, billed: bool) -> int:
    room = int(limit["amount"]) - int(limit["sums"][1])
    if kind == FLOOR:
        return max(0, room) if billed else 0
    return min(0, room)
