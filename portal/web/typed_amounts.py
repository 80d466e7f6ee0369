"""Amounts as people type them, with the marks that their own format has: what is shown can be typed."""

from __future__ import annotations

import re
from decimal import Decimal

from babel.numbers import NumberFormatError, get_group_symbol, parse_decimal
from flask_babel import gettext as _

from portal.kernel.csv_cells import minor_units, read_amount
from portal.kernel.csv_files import Unreadable
from portal.kernel.money import exponent
from portal.locale_words import MINUS
from portal.web.language import locale
from portal.web.written import written_amount

# an even number of thousands shows both marks
_EXAMPLE = 123_450
_APOSTROPHES = "'\N{RIGHT SINGLE QUOTATION MARK}"


def typed_minor(typed: str, currency: str) -> int:
    """Minor units of a typed amount of the major unit.

    Raises Unreadable, also where a mark stands as it does in another format: 1.000 is a thousand in one
    and one in another.
    """
    said = re.sub(r"\s", "", typed).replace(MINUS, "-")
    if not re.fullmatch(r"[-+]?[0-9.,'\u2019]+", said):
        raise Unreadable(_not_readable(currency))
    group = get_group_symbol(locale())
    if group in _APOSTROPHES:
        said = said.translate(dict.fromkeys(map(ord, _APOSTROPHES), group))
    try:
        value = parse_decimal(said, locale=locale(), strict=True)
    except NumberFormatError:
        raise Unreadable(_not_readable(currency)) from None
    if _places(value) > exponent(currency):
        raise Unreadable(_too_fine(currency))
    return minor_units(read_amount(f"{value:f}"), currency)


def amount_example(currency: str = "USD") -> str:
    """An amount as the reader writes it."""
    return written_amount(_EXAMPLE, currency, locale())


def _places(value: Decimal) -> int:
    return -int(value.as_tuple().exponent)


def _not_readable(currency: str) -> str:
    example = amount_example(currency)
    said: str = _(
        "It is no amount of %(currency)s. Write it like %(example)s.", currency=currency, example=example
    )
    return said


def _too_fine(currency: str) -> str:
    said: str = _(
        "%(currency)s has %(number)s decimals. Write it like %(example)s.",
        currency=currency,
        number=exponent(currency) or _("no"),
        example=amount_example(currency),
    )
    return said
