"""Explanations as sentences for a partner: plain, with every number that leads to the amount."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

from commissions.explanations.exact_words import (
    exact_words,
    minor_words,
    ratio_words,
    told_words,
    whole_words,
)
from commissions.explanations.explanation import Figures, decimal_text, figures, share_of, told_ratio
from commissions.explanations.telling_components import own_clause
from commissions.facts.amounts import exact
from portal.kernel.money import exponent, nearest

_UNIT_WORDS = {"cpm": "impression", "per_spot": "spot", "flat": "unit"}
_BASIS_WORDS = {"gross": "gross", "net": "net", "collected": "collected net"}


class Worth:
    """How a pool came about, worked out once for all its payees: the explanation is any one of theirs."""

    def __init__(self, explanation: Mapping[str, Any]) -> None:
        self._explanation = explanation
        # of stretches with weights of their own, payees have parts in different runs
        self._differs = len(explanation["chains"]) > 1
        self._words: tuple[str, str] | None = None
        self._exact_words = ""
        self._figures: Figures | None = None

    @property
    def words(self) -> tuple[str, str]:
        """How it came about, by which plan; and what is said in the end of units that are not paid."""
        if self._words is None:
            told = self._explanation
            plan = f"{told['component']}, plan {told['plan']} version {told['version']}"
            self._words = f"{_worth(told)} ({plan})", _cap(told)
        return self._words

    def figures(self, explanation: Mapping[str, Any]) -> Figures:
        """As commissions.explanations.explanation.figures."""
        shared = self._figures
        if shared is None or self._differs:
            shared = self._figures = figures(explanation)
            return shared
        return Figures(*shared[:3], *share_of(explanation), shared.exact)

    def exact_words(self, told: Figures, currency: str) -> str:
        """What the payees share, exact; `told` are the figures of one of them."""
        if not self._exact_words or self._differs:
            self._exact_words = exact_words(told.exact, currency)
        return self._exact_words


def earned_sentence(
    explanation: Mapping[str, Any], amount: int, told: Figures | None = None, worth: Worth | None = None
) -> str:
    """How a month's amount came about; `amount` in minor units is what stands on the statement.

    `told` are the explanation's figures, where the caller has them; `worth` is that of its pool.
    """
    if not explanation["runs"]:
        return "Nothing is due here any more: the facts behind it were taken back."
    currency = explanation["currency"]
    told, worth = told or figures(explanation), worth or Worth(explanation)
    sentence, cap = worth.words
    if told.share_text:
        sentence += f"; your share {told.share_text} of {worth.exact_words(told, currency)}"
    return f"{sentence} = {minor_words(amount, currency)}.{_rounding(told, amount, currency)}{cap}"


def continued_sentence(
    explanation: Mapping[str, Any], amounts: tuple[int, int], told: Figures | None, worth: Worth
) -> str:
    """Of a month that was stated in part, as cash came later. `amounts` are what it came and comes to."""
    whole = earned_sentence(explanation, amounts[1], told, worth)
    if not amounts[0]:
        return whole
    currency = explanation["currency"]
    before, more = minor_words(amounts[0], currency), minor_words(amounts[1] - amounts[0], currency)
    return f"{whole} {before} of it was stated before: {more}."


def correction_sentence(
    explanation: Mapping[str, Any], *, units: tuple[int, int], amounts: tuple[int, int]
) -> str:
    """What was stated for a closed month, what is known now, and how the new amount came about."""
    was, known = _stated(explanation, units, amounts), _known(explanation, units, amounts)
    if units[0] == amounts[0] == 0:
        was = "Nothing of it was stated before"
    return f"{was}; it is {known} now. {earned_sentence(explanation, amounts[1])}"


def clawback_sentence(
    explanation: Mapping[str, Any], *, units: tuple[int, int], amounts: tuple[int, int]
) -> str:
    """The same where credit notes are the reason."""
    was, known = _stated(explanation, units, amounts), _known(explanation, units, amounts)
    taken = units[0] - units[1]
    how = f"credit notes took {_counted(taken)} back, and it is" if taken > 0 else "after credit notes it is"
    return f"{was}; {how} {known} now. {earned_sentence(explanation, amounts[1])}"


def released_sentence(stated: str) -> str:
    """`stated` is the number of the statement on which it was earned; empty when there was none."""
    where = f" on {stated}" if stated else " earlier"
    return f"Earned{where}, payable now: the counts are final, and what your plan asks for has happened."


def _stated(explanation: Mapping[str, Any], units: tuple[int, int], amounts: tuple[int, int]) -> str:
    return f"{_counted(units[0])} and {minor_words(amounts[0], explanation['currency'])} were stated"


def _known(explanation: Mapping[str, Any], units: tuple[int, int], amounts: tuple[int, int]) -> str:
    return f"{_counted(units[1])} and {minor_words(amounts[1], explanation['currency'])}"


def _counted(count: int, word: str = "unit") -> str:
    """One spot, 1,000 spots."""
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"


def _worth(explanation: Mapping[str, Any]) -> str:
    """Units, price and rate of each run of days; or what a component of its own kind makes of them."""
    own = own_clause(explanation)
    if "bonus" in explanation or "limit" in explanation:
        return own[0].upper() + own[1:]
    if own:
        sold = " and ".join(_sold(run, explanation) for run in explanation["runs"])
        return f"{sold}; {own}"
    parts = " and ".join(_run_sentence(run, explanation) for run in explanation["runs"])
    return f"On a line of a partner below you: {parts}" if explanation["kind"] == "override" else parts


def _sold(run: Mapping[str, Any], explanation: Mapping[str, Any]) -> str:
    units = _counted(run["units"], _UNIT_WORDS[explanation["pricing"]])
    worth = (run["gross"], run["agency"], run["net"])
    return f"{units} at {_price(run, explanation)}{_gross_and_net(*worth, explanation['currency'])}"


# the components of a line tell it alike
@lru_cache(maxsize=100)
def _gross_and_net(gross: str, agency: str, net: str, currency: str) -> str:
    above, below = told_ratio(gross)
    told = f" = {ratio_words(above, below, currency)} gross"
    kept, off = _agency(agency)
    left, parts = told_ratio(net)
    # compared as whole numbers, since nearly always no credit note without units took any
    if above * kept.numerator * parts != left * below * kept.denominator:
        credited = Fraction(above, below) * kept - Fraction(left, parts)
        off = f"{off}, less {exact_words(credited, currency)} credited"
    return f"{told}{off} = {told_words(net, currency)} net" if off else told


@lru_cache(maxsize=1_000)
def _agency(percent: str) -> tuple[Fraction, str]:
    """The part of the gross that the agent of the buyer leaves, and what is said of its percent, if any."""
    taken = exact(percent)
    return 1 - taken / 100, f", less agency {decimal_text(taken)}%" if taken else ""


def _run_sentence(run: Mapping[str, Any], explanation: Mapping[str, Any]) -> str:
    currency, told = explanation["currency"], _sold(run, explanation)
    earned = told_words(run["earned"], currency)
    if explanation["kind"] == "per_unit":
        units = _counted(run["units"], _UNIT_WORDS[explanation["pricing"]])
        return f"{told}; {units} × {run['rate']} = {earned}"
    basis = _BASIS_WORDS[explanation["basis"]]
    on = f"{told_words(run['basis'], currency)} {basis}"
    return f"{told}; {run['rate'] or 'no rate'} of {on} = {earned}"


def _price(run: Mapping[str, Any], explanation: Mapping[str, Any]) -> str:
    price = told_words(run["price"], explanation["currency"])
    if explanation["pricing"] == "cpm":
        return f"{price} per 1,000"
    return f"{price} for all {explanation['booked']:,}" if explanation["pricing"] == "flat" else price


def _cap(explanation: Mapping[str, Any]) -> str:
    gone = explanation.get("disallowed", 0)
    over = explanation["delivered"] - gone - explanation["allowed"]
    were = "was" if gone == 1 else "were"
    said = f" {_counted(gone)} {were} disallowed up to then." if gone else ""
    if over <= 0:
        return said
    delivered = f"{explanation['delivered']:,} were delivered up to then"
    return f"{said} {delivered}, {over:,} more than the order pays for."


def _rounding(told: Figures, amount: int, currency: str) -> str:
    """Said where the amount is not simply the exact one: months are rounded together, once."""
    # not as a fraction, which would be reduced first
    above = told.exact.numerator * told.share.numerator
    below = told.exact.denominator * told.share.denominator
    minor = above * 10 ** exponent(currency)
    if minor == amount * below:
        return ""
    words = f" Exact {whole_words(above, below, currency)}"
    if nearest(minor, below) == amount:
        return f"{words}, rounded once."
    return f"{words}; the months of a line are rounded together, so nothing is lost."
