"""Numbers as a partner reads them: exact, grouped, with the currency's decimals where those suffice."""

from __future__ import annotations

from fractions import Fraction
from functools import cache, lru_cache

from commissions.explanations.explanation import float_free, told_ratio
from portal.kernel.money import exponent

MINUS = "\N{MINUS SIGN}"


def exact_words(value: Fraction, currency: str) -> str:
    """The currency's decimals where they suffice, up to six where not."""
    return ratio_words(value.numerator, value.denominator, currency)


def ratio_words(above: int, below: int, currency: str) -> str:
    """The same of a ratio that need not be reduced: to reduce it costs more than to write it."""
    scale = _places(currency)[2]
    return _written((2 * abs(above) * scale + below) // (2 * below), _sign(above), currency)


def whole_words(above: int, below: int, currency: str) -> str:
    """All decimals of a ratio, up to twelve; an ellipsis tells of more."""
    size, more = divmod(abs(above) * _places(currency)[2], below)
    if not more:
        return _written(size, _sign(above), currency)
    digits, more = divmod(abs(above) * 10**12, below)
    whole, part = divmod(digits, 10**12)
    # cut, not rounded: with the ellipsis the digits are those of the number
    decimals = f"{part:012d}"[:6] + "…" if more else f"{part:012d}".rstrip("0")
    return f"{_sign(above)}{whole:,}.{decimals}"


def _sign(number: int) -> str:
    return MINUS if number < 0 else ""


def _written(size: int, sign: str, currency: str) -> str:
    """`size` counts the smallest decimal of `_places`; nothing has no sign."""
    least, most, scale = _places(currency)
    whole, part = divmod(size, scale)
    decimals = f"{part:0{most}d}".rstrip("0")
    if len(decimals) < least:
        decimals = decimals.ljust(least, "0")
    shown = f"{whole:,}.{decimals}" if decimals else f"{whole:,}"
    return f"{sign}{shown}" if size else shown


@cache
def _places(currency: str) -> tuple[int, int, int]:
    """The least and the most decimals that are written, and ten to the power of the most."""
    least = exponent(currency)
    most = max(least, 6)
    return least, most, 10**most


def minor_words(minor: int, currency: str) -> str:
    """An amount in minor units with exactly the currency's decimals."""
    places = exponent(currency)
    whole, part = divmod(abs(minor), 10**places)
    return f"{_sign(minor)}{whole:,}.{part:0{places}d}" if places else f"{_sign(minor)}{whole:,}"


# what is stored is text: to look it up costs less than to look up a fraction
@lru_cache(maxsize=10_000)
def told_words(text: str, currency: str) -> str:
    """The same of a number as explanations store it, "n/d"."""
    return ratio_words(*told_ratio(text), currency)


def grouped(number: str) -> str:
    """Thousands by comma, and a true minus sign: −1,234.50; empty text stays empty."""
    if not number:
        return ""
    whole, point, decimals = number.partition(".")
    sign, digits = (MINUS, whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{int(digits):,}{point}{decimals}"


def decimal_words(value: Fraction) -> str:
    """A number of units, which bands of tiers may cut in the middle."""
    text = float_free(value, 6)
    return grouped(text.rstrip("0").rstrip("."))
