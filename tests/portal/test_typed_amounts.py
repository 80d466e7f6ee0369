"""Amounts are read with the marks of the reader's format, and refused with those of another one."""

from __future__ import annotations

import pytest
from flask import Flask, g
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.csv_files import Unreadable
from portal.web.typed_amounts import typed_minor
from portal.web.written import written_amount

LOCALES = ["en", "en-GB", "de", "de-CH", "fr", "es", "sv", "pl", "pt-BR"]


def read(app: Flask, typed: str, locale: str, currency: str = "USD") -> int:
    with app.test_request_context():
        g.locale = locale.replace("-", "_")
        return typed_minor(typed, currency)


@pytest.mark.parametrize(
    ("locale", "typed", "minor"),
    [
        ("en", "1,234.50", 123450),
        ("en", "1234.5", 123450),
        ("en", "\N{MINUS SIGN}12.50", -1250),
        ("en", "1,000", 100000),
        ("de", "1.234,50", 123450),
        ("de", "1.000", 100000),
        ("de", "1234,5", 123450),
        ("fr", "1 234,50", 123450),
        ("de-CH", "1\N{RIGHT SINGLE QUOTATION MARK}234.50", 123450),
        ("de-CH", "1'234.50", 123450),
    ],
)
def test_an_amount_is_read_in_the_readers_format(app: Flask, locale: str, typed: str, minor: int) -> None:
    assert read(app, typed, locale) == minor


@pytest.mark.parametrize(
    ("locale", "typed", "currency"),
    [
        ("en", "1.000", "USD"),
        ("en", "1,5", "USD"),
        ("en", "12.345", "USD"),
        ("en", "1.5", "JPY"),
        ("de", "1234.50", "USD"),
        ("de", "1,000", "USD"),
        ("en", "abc", "USD"),
        ("en", "1e5", "USD"),
        ("en", "NaN", "USD"),
        ("en", "", "USD"),
        ("en", "--1", "USD"),
        ("en", "9" * 30, "USD"),
        ("en", "1,111," * 10 + "11", "USD"),
        ("en", "1" + "1,111," * 100_000, "USD"),
    ],
)
def test_what_is_no_amount_in_that_format_is_refused(
    app: Flask, locale: str, typed: str, currency: str
) -> None:
    with pytest.raises(Unreadable):
        read(app, typed, locale, currency)


@given(st.integers(-(10**12), 10**12), st.sampled_from(LOCALES), st.sampled_from(["USD", "JPY", "KWD"]))
def test_what_is_shown_can_be_typed(minor: int, locale: str, currency: str) -> None:
    app = Flask("typing")
    shown = written_amount(minor, currency, locale.replace("-", "_"))
    assert read(app, shown, locale, currency) == minor
