"""Half up away from zero, largest remainder, and amounts as text."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import floor

DECIMALS = {"JPY": 0, "USD": 2, "EUR": 2, "KWD": 3}


def half_up(value: Fraction) -> int:
    return floor(value + Fraction(1, 2)) if value >= 0 else -floor(-value + Fraction(1, 2))


def shared(pool: int, weights: Mapping[str, Fraction]) -> dict[str, int]:
    """One minor unit at a time to whoever lacks most of the exact share; ties to the smaller key."""
    total = sum(weights.values(), Fraction(0))
    exact = {payee: abs(pool) * weight / total for payee, weight in weights.items()}
    parts = {payee: floor(value) for payee, value in exact.items()}
    waiting = sorted(weights, key=lambda payee: (floor(exact[payee]) - exact[payee], payee.encode()))
    for payee in waiting[: abs(pool) - sum(parts.values())]:
        parts[payee] += 1
    return parts if pool >= 0 else {payee: -part for payee, part in parts.items()}


def amount_text(minor: int, currency: str) -> str:
    """As interfaces.md writes amounts: exactly the currency's decimals."""
    decimals = DECIMALS[currency]
    if not decimals:
        return str(minor)
    digits = str(abs(minor)).rjust(decimals + 1, "0")
    return f"{'-' if minor < 0 else ''}{digits[:-decimals]}.{digits[-decimals:]}"
