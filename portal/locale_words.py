"""Money and days as a locale writes them: where its sign stands, in which order its days go.

English keeps the order of the house, 9 June 2026; other languages their own.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Literal

from babel import Locale
from babel.dates import (
    format_date,
    format_interval,
    format_skeleton,
    get_timezone,
    get_timezone_name,
    match_skeleton,
)
from babel.numbers import format_currency, get_decimal_symbol, get_group_symbol

from portal.kernel.money import Money, exponent

# 1,234 or 12.5 or -1,234.50 that is no part of a word, a reference or a day
_NUMBER = re.compile(r"(?<![\w.,/])(?<![^\s(]-)(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+)(?![\w/-]|\.\d)")

# 2026-10 or 2026-10-31 that is no part of a reference, and no example of how to write one
_DATED = re.compile(r"(?<![\w.,/“-])(?<!such as )(?<!like )(\d{4}-\d{2})(-\d{2})?(?![\w/-]|\.\d)")

MINUS = "\N{MINUS SIGN}"
DayPattern = Literal["d MMM", "d MMM y", "d MMMM y", "EEEE, d MMMM"]
_SKELETONS: dict[DayPattern, str] = {
    "d MMM": "MMMd",
    "d MMM y": "yMMMd",
    "d MMMM y": "yMMMMd",
    "EEEE, d MMMM": "MMMMEEEEd",
}


def money_words(value: Money, locale: str) -> str:
    """With the currency's sign and exactly its decimals: $852.55, ¥855, 852,55 €."""
    pattern = _money_pattern(locale, exponent(value.currency))
    text = format_currency(value.major, value.currency, locale=locale, currency_digits=False, format=pattern)
    return text.replace("-", MINUS)


def day_words(value: date, pattern: DayPattern, locale: str) -> str:
    """`pattern` is the house's, which says what is wanted: the year, the day of the week."""
    own = _day_pattern(pattern, locale)
    return str(format_date(value, own or pattern, locale=locale))


def span_words(first_day: date, last_day: date, locale: str) -> str:
    """From one day to another, with the month and year that both share said once: 8 to 28 Nov 2026."""
    if not _is_english(locale):
        return str(format_interval(first_day, last_day, "yMMMd", locale=locale))
    last = format_date(last_day, "d MMM y", locale=locale)
    if first_day == last_day:
        return str(last)
    pattern = "d MMM y"
    if first_day.year == last_day.year:
        pattern = "d" if first_day.month == last_day.month else "d MMM"
    return f"{format_date(first_day, pattern, locale=locale)} to {last}"


def month_words(first_day: date, locale: str) -> str:
    return str(format_skeleton("yMMMM", first_day, locale=locale))


def zone_words(zone: str, locale: str) -> str:
    """Pacific Time of America/Los_Angeles; UTC and its offsets have no other name."""
    if "/" not in zone or zone.startswith("Etc/"):
        return zone
    return str(get_timezone_name(get_timezone(zone), locale=locale))


def sentence_words(text: str, locale: str) -> str:
    """A sentence that was kept in English, with numbers, months and days as the locale writes them."""
    text = dated_words(text, locale)
    if _is_english(locale):
        return text
    marks = {",": get_group_symbol(locale), ".": get_decimal_symbol(locale)}
    return _NUMBER.sub(lambda found: "".join(marks.get(mark, mark) for mark in found[0]), text)


def dated_words(text: str, locale: str) -> str:
    """A sentence with its months and days, and nothing else of it, as the locale writes them."""
    return _DATED.sub(lambda found: _dated(found, locale), text)


def _dated(found: re.Match[str], locale: str) -> str:
    try:
        day = date.fromisoformat(found[1] + (found[2] or "-01"))
    except ValueError:
        return found[0]
    return day_words(day, "d MMMM y", locale) if found[2] else month_words(day, locale)


@lru_cache(maxsize=200)
def _money_pattern(locale: str, decimals: int) -> str:
    if _is_english(locale):
        positive = "¤#,##0.00"
    else:
        # what stands after a semicolon is the pattern of negative amounts
        positive = Locale.parse(locale).currency_formats["standard"].pattern.partition(";")[0]
    return re.sub(r"0\.0+", "0." + "0" * decimals if decimals else "0", positive)


@lru_cache(maxsize=200)
def _day_pattern(pattern: DayPattern, locale: str) -> str:
    """The locale's own pattern; nothing where the house's holds."""
    if _is_english(locale):
        return ""
    known = Locale.parse(locale).datetime_skeletons
    found = match_skeleton(_SKELETONS[pattern], known)
    own = str(known[found].pattern) if found else ""
    return re.sub(r"[Ec]+", "EEEE", own)


def _is_english(locale: str) -> bool:
    return Locale.parse(locale).language == "en"
