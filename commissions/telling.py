"""Explanations as sentences for a partner: plain, with every number that leads to the amount."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from commissions.explanation import decimal_text, figures, float_free
from portal.kernel.money import Money, exponent, round_half_up

_UNIT_WORDS = {"cpm": "impressions", "per_spot": "spots", "flat": "units"}
_BASIS_WORDS = {"gross": "gross", "net": "net", "collected": "collected net"}


def earned_sentence(explanation: Mapping[str, Any], amount: int) -> str:
    """How a month's amount came about; `amount` in minor units is what stands on the statement."""
    if not explanation["runs"]:
        return "Nothing is due here any more: the facts behind it were taken back."
    currency = explanation["currency"]
    parts = [_run_sentence(run, explanation) for run in explanation["runs"]]
    told = figures(explanation)
    worth = " and ".join(parts)
    plan = f"{explanation['component']}, plan {explanation['plan']} version {explanation['version']}"
    sentence = f"{worth} ({plan})"
    if told.share != 1:
        sentence += f"; your share {share_text(told.share)} of {_exact(told.exact, currency)}"
    stated = _grouped(Money(amount, currency).text())
    rounding = _rounding(told.exact * told.share, amount, currency)
    return f"{sentence} = {stated}.{rounding}{_cap(explanation)}"


def correction_sentence(
    explanation: Mapping[str, Any], *, units: tuple[int, int], amounts: tuple[int, int]
) -> str:
    """What was stated for a closed month, what is known now, and how the new amount came about."""
    currency = explanation["currency"]
    before, after = (_grouped(Money(amount, currency).text()) for amount in amounts)
    was = f"{units[0]:,} units and {before} were stated; it is {units[1]:,} units and {after} now."
    return f"{was} {earned_sentence(explanation, amounts[1])}"


def released_sentence(stated: str) -> str:
    """`stated` is the number of the statement on which it was earned; empty when there was none."""
    where = f" on {stated}" if stated else " earlier"
    return f"Earned{where}, payable now: the counts are final, and what your plan asks for has happened."


def _run_sentence(run: Mapping[str, Any], explanation: Mapping[str, Any]) -> str:
    currency = explanation["currency"]
    words = _UNIT_WORDS[explanation["pricing"]]
    gross = _exact(Fraction(run["gross"]), currency)
    told = f"{run['units']:,} {words} at {_price(run, explanation)} = {gross} gross"
    if Fraction(run["agency"]):
        net = _exact(Fraction(run["net"]), currency)
        told += f", less agency {decimal_text(Fraction(run['agency']))}% = {net} net"
    if explanation["kind"] == "per_unit":
        return (
            f"{told}; {run['units']:,} {words} × {run['rate']} = {_exact(Fraction(run['earned']), currency)}"
        )
    basis = _BASIS_WORDS[explanation["basis"]]
    on = f"{_exact(Fraction(run['basis']), currency)} {basis}"
    rate = run["rate"] or "no rate"
    return f"{told}; {rate} of {on} = {_exact(Fraction(run['earned']), currency)}"


def _price(run: Mapping[str, Any], explanation: Mapping[str, Any]) -> str:
    price = _exact(Fraction(run["price"]), explanation["currency"])
    if explanation["pricing"] == "cpm":
        return f"{price} per 1,000"
    return f"{price} for all {explanation['booked']:,}" if explanation["pricing"] == "flat" else price


def _cap(explanation: Mapping[str, Any]) -> str:
    over = explanation["delivered"] - explanation["allowed"]
    if over <= 0:
        return ""
    return f" {explanation['delivered']:,} were delivered up to then, {over:,} more than the order pays for."


def _rounding(exact: Fraction, amount: int, currency: str) -> str:
    """Said where the amount is not simply the exact one: months are rounded together, once."""
    scale = 10 ** exponent(currency)
    if exact * scale == amount:
        return ""
    if round_half_up(exact * scale) == amount:
        return f" Exact {_exact(exact, currency)}, rounded once."
    return f" Exact {_exact(exact, currency)}; the months of a line are rounded together, so nothing is lost."


def share_text(share: Fraction) -> str:
    """A payee's part of a pool: "60%", or "1/3" where no percent says it."""
    return f"{decimal_text(share * 100)}%" if (share * 10**8).denominator == 1 else f"{share}"


def _exact(value: Fraction, currency: str) -> str:
    """The currency's decimals where they suffice, up to six more where not."""
    least = exponent(currency)
    text = float_free(value, max(least, 6))
    whole, _, decimals = text.partition(".")
    decimals = decimals.rstrip("0").ljust(least, "0")
    return _grouped(f"{whole}.{decimals}" if decimals else whole)


def _grouped(number: str) -> str:
    whole, point, decimals = number.partition(".")
    sign, digits = ("−", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{int(digits):,}{point}{decimals}"
