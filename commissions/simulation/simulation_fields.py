"""Fields of a simulated case: days, units, amounts and numbers, read exactly. All raise FieldRefused."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from commissions.plans.plan_reading import MOST_UNITS, RATE_DECIMALS
from portal.kernel.json_fields import Fields
from portal.kernel.money import exponent

FIRST_YEAR, LAST_YEAR = 1900, 2999
MOST_RATE = 10**13


def listed(fields: Fields, name: str) -> list[Fields]:
    return fields.objects(name) if fields.has(name) else []


def text_of(fields: Fields, name: str) -> str | None:
    return fields.text(name).strip() if fields.has(name) else None


def required_day(fields: Fields, name: str) -> date:
    day = day_of(fields, name)
    if day is None:
        raise fields.refuse(name, "It is required.")
    return day


def day_of(fields: Fields, name: str) -> date | None:
    day = fields.day(name)
    if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise fields.refuse(name, f"Years lie between {FIRST_YEAR} and {LAST_YEAR}.")
    return day


def units_of(fields: Fields, name: str, default: Fraction | None = None) -> int:
    value = number_of(fields, name, RATE_DECIMALS, default)
    if value.denominator != 1:
        raise fields.refuse(name, "It has to be a whole number.")
    if not 0 <= value <= MOST_UNITS:
        raise fields.refuse(
            name, "It cannot be negative." if value < 0 else "It is beyond the limit of 10^12."
        )
    return int(value)


def amount_of(fields: Fields, name: str, currency: str) -> Fraction:
    """An amount of money in the major unit, 0 where none is given."""
    value = number_of(fields, name, exponent(currency), Fraction(0))
    if not 0 <= value <= MOST_UNITS:
        raise fields.refuse(name, "It cannot be negative." if value < 0 else "It is too large.")
    return value


def number_of(fields: Fields, name: str, decimals: int, default: Fraction | None = None) -> Fraction:
    """Decimal text, or a whole number; a JSON number with a point would have passed through a float."""
    value = fields.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        if abs(value) > MOST_RATE:
            raise fields.refuse(name, "It is too large.")
        return Fraction(value)
    return fields.decimal(name, decimals=decimals, default=default)
