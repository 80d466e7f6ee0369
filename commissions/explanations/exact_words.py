"""Numbers as a partner reads them: exact, grouped, with the currency's decimals where those suffice."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from commissions.explanations.explanation import float_free
from commissions.facts.amounts import exact
from portal.kernel.money import exponent


def exact_words(value: Fraction, currency: str) -> str:
    """The currency's decimals where they suffice, up to six more where not."""
    least = exponent(currency)
    text = float_free(value, max(least, 6))
    whole, _, decimals = text.partition(".")
    decimals = decimals.rstrip("0").ljust(least, "0")
    return grouped(f"{whole}.{decimals}" if decimals else whole)


# what is stored is text: to look it up costs less than to look up a fraction
@lru_cache(maxsize=10_000)
def told_words(text: str, currency: str) -> str:
    """The same of a number as explanations store it, "n/d"."""
    return exact_words(exact(text), currency)


def grouped(number: str) -> str:
    """Thousands by comma, and a true minus sign."""
    whole, point, decimals = number.partition(".")
    sign, digits = ("−", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{int(digits):,}{point}{decimals}"


def decimal_words(value: Fraction) -> str:
    """A number of units, which bands of tiers may cut in the middle."""
    text = float_free(value, 6)
    return grouped(text.rstrip("0").rstrip("."))
