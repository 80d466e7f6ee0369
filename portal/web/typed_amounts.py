"""Amounts as people type them, with the marks that their own format has: what is shown can be typed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from babel.numbers import NumberFormatError, get_group_symbol, parse_decimal
from flask_babel import gettext as _

from portal.kernel.csv_cells import minor_units, read_amount
from portal.kernel.csv_files import Unreadable
from portal.kernel.json_fields import FieldRefused
from portal.kernel.money import exponent
from portal.locale_words import MINUS
from portal.web.language import locale
from portal.web.written import written_amount, written_number

# an even number of thousands shows both marks
_EXAMPLE = 123_450
_DOUBTFUL = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")
# Babel rounds what it reads, and fails at more digits
_MOST_MARKS = 28
_APOSTROPHES = "'\N{RIGHT SINGLE QUOTATION MARK}"


def typed_minor(typed: str, currency: str) -> int:
    """Minor units of a typed amount of the major unit.

    Raises Unreadable, also where a mark stands as it does in another format: 1.000 is a thousand in one
    and one in another.
    """
    try:
        value = _parsed(typed)
    except NumberFormatError:
        raise Unreadable(_not_readable(currency)) from None
    if _places(value) > exponent(currency):
        raise Unreadable(_too_fine(currency))
    return minor_units(read_amount(f"{value:f}"), currency)


def typed_whole(typed: str) -> int:
    """A whole number, with or without marks between thousands. Raises Unreadable."""
    try:
        value = _parsed(typed)
    except NumberFormatError:
        value = None
    if value is None or _places(value) > 0:
        example = written_number(1234, None, locale())
        raise Unreadable(_("It is no whole number. Write it like %(example)s.", example=example))
    return int(value)


def refuse_doubtful(fields: Iterable[tuple[str, str]]) -> None:
    """Raises FieldRefused for 1.000 where numbers have a point and the reader's format means a thousand."""
    if get_group_symbol(locale()) != ".":
        return
    for path, value in fields:
        if _DOUBTFUL.fullmatch(value.strip()):
            whole = value.strip().replace(".", "")
            said = _(
                "Here the point begins the decimals. Write %(one)s or %(other)s.",
                one=whole,
                other=f"{value.strip()}0",
            )
            raise FieldRefused(path, said)


def _parsed(typed: str) -> Decimal:
    """Raises NumberFormatError, and Unreadable for more than any amount has."""
    said = re.sub(r"\s", "", typed).replace(MINUS, "-")
    if not re.fullmatch(r"[-+]?[0-9.,'\u2019]+", said):
        raise NumberFormatError(said)
    if len(said) > _MOST_MARKS:
        raise Unreadable(_("It is too large."))
    group = get_group_symbol(locale())
    if group in _APOSTROPHES:
        said = said.translate(dict.fromkeys(map(ord, _APOSTROPHES), group))
    return parse_decimal(said, locale=locale(), strict=True)


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
