"""Numbers, money, days and durations in the reader's format, as template filters."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_time
from babel.numbers import format_decimal, format_percent
from flask import Flask
from flask_babel import gettext, ngettext

from portal.kernel.money import Money, exponent
from portal.locale_words import dated_words, sentence_words, zone_words
from portal.web.context import is_known, now, person
from portal.web.initials import initials
from portal.web.language import locale
from portal.web.page_counts import counted_pages
from portal.web.written import (
    decimals_pattern,
    signed,
    written_amount,
    written_day,
    written_decimal,
    written_money,
    written_month,
    written_number,
    written_span,
)

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def money(value: Money) -> str:
    """With the currency's sign: $852.55, ¥855."""
    return written_money(value, locale())


def amount(value: Money) -> str:
    """Without the currency: 852.55. For columns whose head names the currency."""
    return written_amount(value.minor, value.currency, locale())


def number(value: int | Decimal) -> str:
    return written_number(value, None, locale())


def decimal(text: str) -> str:
    """Exact decimal text in the reader's format, with the decimals it has: "8525.50" is 8,525.50."""
    return written_decimal(text, locale())


def exact(value: Fraction) -> str:
    """A rate or percent that was given as decimal text, with at most nine decimals."""
    return written_number(Decimal(value.numerator) / value.denominator, "#,##0.#########", locale())


def exact_amount(value: Fraction, currency: str) -> str:
    """An unrounded amount in the major unit, with up to twelve decimals; an ellipsis tells of more."""
    least, places = exponent(currency), 12
    if (value * 10**places).denominator != 1:
        # cut, not rounded: with the ellipsis the digits are those of the number
        places = 6
        cut = Decimal(int(value * 10**places)).scaleb(-places)
        return written_number(cut, decimals_pattern(places), locale()) + "…"
    pattern = "#,##0." + "0" * least + "#" * (places - least)
    return written_number(Decimal(value.numerator) / value.denominator, pattern, locale())


def percent(value: Decimal | float, digits: int = 0) -> str:
    """Of a part of one: 0.29 is 29%."""
    pattern = f"{decimals_pattern(digits)}%"
    return signed(format_percent(value, format=pattern, locale=locale()))


def day(value: date | datetime) -> str:
    """9 Jun 2026, for tables."""
    return written_day(_local(value), "d MMM y", locale())


def day_span(first_day: date, last_day: date) -> str:
    """8 to 28 Nov 2026."""
    return written_span(first_day, last_day, locale())


def figure(text: str) -> str:
    """A day that was kept as text, as tables show days; of other text its numbers, months and days."""
    return day(date.fromisoformat(text)) if ISO_DAY.fullmatch(text) else sentence_words(text, locale())


def longday(value: date | datetime) -> str:
    """9 June 2026, for heads."""
    return written_day(_local(value), "d MMMM y", locale())


def weekday(value: date | datetime) -> str:
    """Tuesday, 9 June."""
    return written_day(_local(value), "EEEE, d MMMM", locale())


def month(value: date | str) -> str:
    """June 2026, of a day or of "2026-06"."""
    first = date.fromisoformat(f"{value}-01") if isinstance(value, str) else value
    return written_month(first, locale())


def instant(value: datetime) -> str:
    """Day, time and zone of the reader."""
    local = value.astimezone(reader_zone())
    clock = format_time(local, "HH:mm", locale=locale(), tzinfo=reader_zone())
    return f"{written_day(local.date(), 'd MMM y', locale())}, {clock} {local.tzname()}"


def clock(value: datetime) -> str:
    """Hours and minutes in the reader's zone."""
    return str(format_datetime(value, "HH:mm", tzinfo=reader_zone(), locale=locale()))


def ago(value: datetime) -> str:
    """40 min ago, yesterday, 9 Jun 2026; put the instant into the title beside it."""
    minutes = int((now() - value).total_seconds() // 60)
    if minutes < 1:
        return str(gettext("just now"))
    if minutes < 60:
        return str(ngettext("%(num)d min ago", "%(num)d min ago", minutes))
    if minutes < 24 * 60:
        return str(ngettext("%(num)d hour ago", "%(num)d hours ago", minutes // 60))
    days = (_local(now()) - _local(value)).days
    if days == 1:
        return str(gettext("yesterday"))
    if days < 7:
        return str(ngettext("%(num)d day ago", "%(num)d days ago", days))
    return day(value)


def duration(milliseconds: float) -> str:
    """m:ss of milliseconds, rounded to the second."""
    seconds = round(milliseconds / 1000)
    return f"{seconds // 60}:{seconds % 60:02d}"


def filesize(size: int) -> str:
    """1.4 MB; decimal units, as file managers show them."""
    value, unit = Decimal(size), "B"
    for bigger in ("kB", "MB", "GB"):
        if value < 1000:
            break
        value, unit = value / 1000, bigger
    return f"{format_decimal(value, format='#,##0.#' if unit != 'B' else '0', locale=locale())} {unit}"


def reader_zone() -> ZoneInfo:
    """The reader's zone: their own setting, UTC for people who are not logged in."""
    return ZoneInfo(person().timezone) if is_known() else ZoneInfo("UTC")


FILTERS: tuple[Callable[..., Any], ...] = (
    money,
    amount,
    number,
    decimal,
    exact,
    exact_amount,
    percent,
    day,
    day_span,
    longday,
    weekday,
    month,
    instant,
    clock,
    ago,
    figure,
    duration,
    filesize,
    counted_pages,
    initials,
)


def install(app: Flask) -> None:
    for function in FILTERS:
        app.add_template_filter(function)
    app.add_template_filter(lambda sentence: sentence_words(sentence, locale()), "told")
    app.add_template_filter(lambda zone: zone_words(zone, locale()), "zone_name")
    # a sentence whose numbers are the reader's already
    app.add_template_filter(lambda sentence: dated_words(sentence, locale()), "dated")


def _local(value: date | datetime) -> date:
    if isinstance(value, datetime):
        return value.astimezone(reader_zone()).date()
    return value
