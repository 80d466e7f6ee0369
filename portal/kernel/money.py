"""Money in minor units, exact, and the two places where it is rounded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from math import lcm

from iso4217 import Currency

from portal.kernel.errors import Refusal


class UnknownCurrency(Refusal):
    """The text names no currency of ISO 4217 that has a minor unit."""

    def __init__(self, code: str) -> None:
        super().__init__(f"“{code}” is not a currency of ISO 4217.")
        self.code = code


class CurrencyMismatch(Refusal):
    """Two amounts of different currencies met in one sum."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(f"{first} and {second} cannot be added up.")


@cache
def exponent(currency: str) -> int:
    """Decimals of the currency's minor unit (JPY 0, USD 2, KWD 3), from ISO 4217.

    Raises UnknownCurrency.
    """
    try:
        found = Currency(currency)
    except ValueError:
        raise UnknownCurrency(currency) from None
    if found.exponent is None:
        raise UnknownCurrency(currency)
    return int(found.exponent)


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in the currency's minor unit: Money(85255, "USD") is 852.55 US dollars."""

    minor: int
    currency: str

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __bool__(self) -> bool:
        return self.minor != 0

    @property
    def major(self) -> Decimal:
        """The amount in the major unit with exactly the currency's decimals."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def text(self) -> str:
        """Decimal text with exactly the currency's decimals: "852.55", JPY "855"."""
        return minor_text(self.minor, self.currency)

    @classmethod
    def rounded(cls, exact_minor: Fraction, currency: str) -> Money:
        """Money of an exact number of minor units, half up away from zero."""
        return cls(round_half_up(exact_minor), currency)

    def split(self, weights: Mapping[str, Fraction]) -> dict[str, Money]:
        """Parts by weight that sum to the whole (see split_by_weight)."""
        return {key: Money(part, self.currency) for key, part in split_by_weight(self.minor, weights).items()}

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(self.currency, other.currency)


def minor_text(minor: int, currency: str) -> str:
    """As Money.text, of an amount in minor units."""
    places = exponent(currency)
    if not places:
        return str(minor)
    whole, part = divmod(abs(minor), 10**places)
    return f"{'-' if minor < 0 else ''}{whole}.{part:0{places}d}"


def round_half_up(exact: Fraction) -> int:
    """The nearest integer; halves go away from zero (domain-commissions 2.6)."""
    return nearest(exact.numerator, exact.denominator)


def rounded_minor(exact: Fraction, currency: str) -> int:
    """An exact amount in the major unit as minor units, rounded half up."""
    # not by way of a fraction of minor units, which would be reduced first
    return nearest(exact.numerator * 10 ** exponent(currency), exact.denominator)


def nearest(above: int, below: int) -> int:
    """The integer that is nearest to a ratio, which need not be reduced; halves go away from zero."""
    size = (2 * abs(above) + below) // (2 * below)
    return size if above >= 0 else -size


def whole_weights(weights: Mapping[str, Fraction]) -> dict[str, int]:
    """The same relative weights in whole numbers, which are many times faster than fractions."""
    scale = lcm(*(weight.denominator for weight in weights.values()))
    return {key: weight.numerator * (scale // weight.denominator) for key, weight in weights.items()}


def split_by_weight(pool: int, weights: Mapping[str, Fraction]) -> dict[str, int]:
    """Largest remainder; ties go to the key that is smaller by its UTF-8 bytes.

    A negative pool is split as its absolute value, negated (domain-commissions 2.6).
    Weights are relative, none negative, not all zero; raises ValueError otherwise.
    """
    return split_by_whole(pool, whole_weights(weights))


def split_by_whole(pool: int, whole: Mapping[str, int]) -> dict[str, int]:
    """The same by weights in whole numbers (see whole_weights)."""
    total = sum(whole.values())
    if total <= 0 or min(whole.values()) < 0:
        raise ValueError("Weights are relative: none negative, not all zero.")
    size = abs(pool)
    parts = {key: size * weight // total for key, weight in whole.items()}
    left = size - sum(parts.values())
    if left:
        by_remainder = sorted(whole, key=lambda key: (-(size * whole[key] % total), key.encode()))
        for key in by_remainder[:left]:
            parts[key] += 1
    return parts if pool >= 0 else {key: -part for key, part in parts.items()}


def totals(amounts: Iterable[Money]) -> dict[str, Money]:
    """One sum a currency, currencies in order of their code."""
    sums: dict[str, Money] = {}
    for amount in amounts:
        sums[amount.currency] = sums.get(amount.currency, Money(0, amount.currency)) + amount
    return dict(sorted(sums.items()))
