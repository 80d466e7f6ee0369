"""Money and days stand as the reader's country writes them, with the currency's own decimals."""

from __future__ import annotations

from datetime import date

import pytest

from portal.kernel.money import Money
from portal.locale_words import DayPattern, day_words, money_words, sentence_words, span_words, zone_words
from portal.web.auth.account import LOCALES

NO_BREAK = "\N{NO-BREAK SPACE}"
NARROW = "\N{NARROW NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"


@pytest.mark.parametrize(
    ("locale", "minor", "currency", "words"),
    [
        ("en", 123450, "USD", "$1,234.50"),
        ("en_GB", -123450, "EUR", f"{MINUS}€1,234.50"),
        ("de", -123450, "EUR", f"{MINUS}1.234,50{NO_BREAK}€"),
        ("fr_FR", 1234500, "KWD", f"1{NARROW}234,500{NO_BREAK}KWD"),
        ("de_DE", 1234, "JPY", f"1.234{NO_BREAK}¥"),
        ("nl", -500, "EUR", f"{MINUS}€{NO_BREAK}5,00"),
        ("ja", 33590, "JPY", "¥33,590"),
    ],
)
def test_money_has_its_sign_where_the_reader_expects_it(
    locale: str, minor: int, currency: str, words: str
) -> None:
    # Japanese writes its own sign of the yen, which is as wide as a letter
    assert money_words(Money(minor, currency), locale).replace("\N{FULLWIDTH YEN SIGN}", "¥") == words


@pytest.mark.parametrize(
    ("locale", "pattern", "words"),
    [
        ("en", "d MMM y", "9 Nov 2026"),
        ("en_GB", "EEEE, d MMMM", "Monday, 9 November"),
        ("de", "d MMM y", "9. Nov. 2026"),
        ("de", "EEEE, d MMMM", "Montag, 9. November"),
        ("fr", "d MMMM y", "9 novembre 2026"),
        ("ja", "d MMM y", "2026年11月9日"),
        ("ja", "EEEE, d MMMM", "11月9日月曜日"),
        ("ja", "d MMM", "11月9日"),
    ],
)
def test_days_stand_in_the_readers_order(locale: str, pattern: DayPattern, words: str) -> None:
    assert day_words(date(2026, 11, 9), pattern, locale) == words


@pytest.mark.parametrize(
    ("locale", "last_day", "words"),
    [
        ("en", date(2026, 11, 9), "9 Nov 2026"),
        ("en", date(2026, 11, 28), "9 to 28 Nov 2026"),
        ("en_GB", date(2026, 12, 31), "9 Nov to 31 Dec 2026"),
        ("en", date(2027, 1, 9), "9 Nov 2026 to 9 Jan 2027"),
        ("de", date(2026, 11, 28), "9.–28. Nov. 2026"),
        ("ja", date(2026, 12, 31), "2026年11月9日～12月31日"),
    ],
)
def test_a_span_of_days_says_its_month_and_year_once(locale: str, last_day: date, words: str) -> None:
    assert span_words(date(2026, 11, 9), last_day, locale) == words


@pytest.mark.parametrize("locale", LOCALES)
def test_every_format_that_can_be_chosen_writes_money_and_days(locale: str) -> None:
    assert "50" in money_words(Money(-123450, "EUR"), locale)
    assert "0.000" not in money_words(Money(5, "JPY"), locale)
    assert "9" in day_words(date(2026, 11, 9), "d MMM y", locale)


SENTENCE = (
    "118 spots at 85.00 = 10,030.00 gross, less 12.5% = 8,776.25 net; 2026-Q3 went from 0.00 to "
    "1,234,567.018978...: 2% (IO-2607-L2, Lark-96.4, plan v1.2.3, on 2026-08-R1-USD) = 14.45. Exact 0.5/3 "
    "or -1,234.50."
)
IN_GERMAN = (
    "118 spots at 85,00 = 10.030,00 gross, less 12,5% = 8.776,25 net; 2026-Q3 went from 0,00 to "
    "1.234.567,018978...: 2% (IO-2607-L2, Lark-96.4, plan v1.2.3, on 2026-08-R1-USD) = 14,45. Exact 0.5/3 "
    "or -1.234,50."
)


@pytest.mark.parametrize(("locale", "said"), [("en_GB", SENTENCE), ("de", IN_GERMAN)])
def test_numbers_of_a_kept_sentence_stand_as_the_reader_writes_them(locale: str, said: str) -> None:
    assert sentence_words(SENTENCE, locale) == said


MONTHS = (
    "2026-02 can be closed after 2026-02-28. See 2026-02-R1-USD, batch 2026-02-20260305, IO-2026-02 and "
    "2026-02/7; a month such as 2026-03, not “2026-13” nor 2026-13."
)


@pytest.mark.parametrize(
    ("locale", "month", "day"),
    [("en_US", "February 2026", "28 February 2026"), ("de", "Februar 2026", "28. Februar 2026")],
)
def test_months_and_days_of_a_sentence_stand_as_the_reader_writes_them(
    locale: str, month: str, day: str
) -> None:
    begins = "2026-02 can be closed after 2026-02-28."
    assert sentence_words(MONTHS, locale) == MONTHS.replace(begins, f"{month} can be closed after {day}.")


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("America/Los_Angeles", "Pacific Time"),
        ("Asia/Tokyo", "Japan Time"),
        ("UTC", "UTC"),
        ("Etc/GMT+5", "Etc/GMT+5"),
    ],
)
def test_a_zone_has_the_name_that_people_call_it_by(zone: str, words: str) -> None:
    assert zone_words(zone, "en") == words
