"""How single cells of files are read: refs, days, numbers. Each reader raises Unreadable with the reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from portal.kernel.csv_files import Unreadable
from portal.kernel.json_fields import REF
from portal.kernel.money import UnknownCurrency, exponent
from portal.kernel.verdicts import UnreadableIn

T = TypeVar("T")

MOST_UNITS = 10**12
RATE_DECIMALS = 9
PERCENT_DECIMALS = 6
AMOUNT_DECIMALS = 4
_WHOLE = re.compile(r"-?[0-9]+")
_DECIMAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def read_ref(cell: str) -> str:
    if not REF.fullmatch(cell):
        raise Unreadable("A ref holds letters, digits, dot, underscore and hyphen, 1 to 64 of them.")
    return cell


def read_text(cell: str) -> str:
    text = cell.strip()
    if _CONTROL.search(text):
        raise Unreadable("It holds control characters.")
    if len(text) > 1000:
        raise Unreadable("It is longer than 1,000 characters.")
    return text


def read_day(cell: str) -> date:
    if not _DAY.fullmatch(cell):
        raise Unreadable("It is not a day such as 2026-03-31.")
    try:
        return date.fromisoformat(cell)
    except ValueError:
        raise Unreadable("There is no such day in the calendar.") from None


def read_month(cell: str) -> date:
    """The first day of a month written as 2026-03."""
    if not _MONTH.fullmatch(cell):
        raise Unreadable("It is not a month such as 2026-03.")
    try:
        return date.fromisoformat(f"{cell}-01")
    except ValueError:
        raise Unreadable("There is no such month.") from None


def read_units(cell: str) -> int:
    if not _WHOLE.fullmatch(cell):
        raise Unreadable("It is not a whole number.")
    if len(cell) > 14 or abs(int(cell)) > MOST_UNITS:
        raise Unreadable("It is beyond the limit of 10^12 units.")
    return int(cell)


def read_whole(cell: str) -> int:
    """A whole number of 0 or more, such as a revision."""
    if not _WHOLE.fullmatch(cell) or cell.startswith("-"):
        raise Unreadable("It is not a whole number of 0 or more.")
    if len(cell) > 15:
        raise Unreadable("It is too large.")
    return int(cell)


def read_decimal(cell: str, *, decimals: int) -> str:
    """Exact decimal text in its shortest form: "12.50" gives "12.5"."""
    if not _DECIMAL.fullmatch(cell):
        raise Unreadable("It is not a decimal number such as 37.50.")
    whole, _, fraction = cell.partition(".")
    fraction = fraction.rstrip("0")
    if len(fraction) > decimals:
        raise Unreadable(f"It has more than {decimals} decimals.")
    if len(whole.lstrip("-")) > 13:
        raise Unreadable("It is too large.")
    return f"{Decimal(f'{whole}.{fraction}' if fraction else whole):f}"


def read_rate(cell: str) -> str:
    value = read_decimal(cell, decimals=RATE_DECIMALS)
    if value.startswith("-"):
        raise Unreadable("A rate cannot be negative.")
    return value


def read_percent(cell: str) -> str:
    value = read_decimal(cell, decimals=PERCENT_DECIMALS)
    if not 0 <= Fraction(value) <= 100:
        raise Unreadable("A percent lies between 0 and 100.")
    return value


def read_currency(cell: str) -> str:
    try:
        exponent(cell)
    except UnknownCurrency as refusal:
        raise Unreadable(refusal.sentence) from None
    return cell


def read_amount(cell: str) -> str:
    return read_decimal(cell, decimals=AMOUNT_DECIMALS)


def minor_units(amount: str, currency: str) -> int:
    """Decimal text of the major unit in minor units; raises Unreadable where it has too many decimals."""
    value = Decimal(amount).scaleb(exponent(currency))
    if value != value.to_integral_value():
        raise Unreadable(f"{currency} has {exponent(currency) or 'no'} decimals.")
    return int(value)


def minor_in(column: str, amount: str, currency: str) -> int:
    """The same of cells that stand together; raises UnreadableIn with the column."""
    try:
        return minor_units(amount, currency)
    except Unreadable as problem:
        raise UnreadableIn(column, str(problem)) from None


def choice_of(values: Collection[str]) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if cell not in values:
            raise Unreadable(f"It is not one of {', '.join(values)}.")
        return cell

    return read


def or_none(read: Callable[[str], T]) -> Callable[[str], T | None]:
    """An empty cell is None."""
    return lambda cell: read(cell) if cell else None


def or_default(read: Callable[[str], T], default: T) -> Callable[[str], T]:
    """An empty cell is the default."""
    return lambda cell: read(cell) if cell else default
