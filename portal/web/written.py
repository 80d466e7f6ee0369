"""Numbers, money and days as text of a locale, kept: a table repeats most, and patterns are dear."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import lru_cache

from babel.numbers import format_decimal

from portal.kernel.money import Money, exponent
from portal.locale_words import MINUS, DayPattern, day_words, money_words, month_words, span_words


@lru_cache(maxsize=20_000)
def written_number(value: int | Decimal, pattern: str | None, locale: str) -> str:
    return signed(format_decimal(value, format=pattern, locale=locale))


@lru_cache(maxsize=20_000)
def written_decimal(text: str, locale: str) -> str:
    """Of exact decimal text, with the decimals it has."""
    value = Decimal(text)
    places = max(-int(value.as_tuple().exponent), 0)
    return written_number(value, decimals_pattern(places), locale)


@lru_cache(maxsize=20_000)
def written_amount(minor: int, currency: str, locale: str) -> str:
    """Without the currency's sign."""
    return written_number(Money(minor, currency).major, decimals_pattern(exponent(currency)), locale)


@lru_cache(maxsize=20_000)
def written_money(value: Money, locale: str) -> str:
    """With the currency's sign."""
    return money_words(value, locale)


@lru_cache(maxsize=5_000)
def written_day(value: date, pattern: DayPattern, locale: str) -> str:
    return day_words(value, pattern, locale)


@lru_cache(maxsize=5_000)
def written_span(first_day: date, last_day: date, locale: str) -> str:
    return span_words(first_day, last_day, locale)


@lru_cache(maxsize=1_000)
def written_month(first_day: date, locale: str) -> str:
    return month_words(first_day, locale)


def decimals_pattern(places: int) -> str:
    return "#,##0" + ("." + "0" * places if places else "")


def signed(text: str) -> str:
    return text.replace("-", MINUS)
