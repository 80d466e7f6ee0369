"""Orders from a file: a row a line item. What changed becomes the next revision; absent lines stay."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from commissions.facts.amounts import MOST_MINOR
from commissions.facts.fact_models import BillingSource, Cap, LineStatus, Pricing
from commissions.facts.service_calendar import EARLIEST, LATEST
from portal.kernel.csv_cells import (
    choice_of,
    or_default,
    or_none,
    read_currency,
    read_day,
    read_decimal,
    read_percent,
    read_rate,
    read_ref,
    read_text,
    read_units,
)
from portal.kernel.csv_files import Column, Unreadable
from portal.kernel.money import exponent
from portal.kernel.time_zones import time_zones
from portal.kernel.verdicts import UnreadableIn


@dataclass(frozen=True, slots=True)
class OrderTerms:
    """What a row says of its order, equal in all rows of the order."""

    order_ref: str
    signed_on: date
    partner_ref: str
    advertiser: str
    currency: str

    @property
    def content_hash(self) -> str:
        return _hash(self.order_ref, self.signed_on, self.partner_ref, self.advertiser, self.currency)


@dataclass(frozen=True, slots=True)
class LineTerms:
    """What a row says of its line item. The flight is `first_day` to before `end_day`."""

    line_ref: str
    agency_percent: str
    station: str
    daypart: str | None
    time_zone: str
    product: str | None
    category: str | None
    first_day: date
    end_day: date
    pricing: Pricing
    rate: str
    booked_units: int
    cap: Cap
    cap_tolerance_percent: str
    billing_source: BillingSource
    split: tuple[tuple[str, str], ...]
    plan: str | None
    makegood_for: str | None
    status: LineStatus
    cancelled_on: date | None
    valid_from: date | None

    @property
    def content_hash(self) -> str:
        return _hash(*(getattr(self, name) for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class OrderRow:
    order: OrderTerms
    line: LineTerms


def _hash(*values: object) -> str:
    return hashlib.sha256(
        "\x1f".join("" if value is None else str(value) for value in values).encode()
    ).hexdigest()


def read_split(cell: str) -> tuple[tuple[str, str], ...]:
    """Payees and weights of "R1:60;R2:40", by ref; weights are relative, none negative, not all zero."""
    found: dict[str, str] = {}
    for part in cell.split(";"):
        ref, _, weight = part.strip().partition(":")
        read_ref(ref)
        if ref in found:
            raise Unreadable(f"{ref} stands in it twice.")
        found[ref] = read_decimal(weight, decimals=9)
        if found[ref].startswith("-"):
            raise Unreadable("A weight cannot be negative.")
    if not any(Fraction(weight) for weight in found.values()):
        raise Unreadable("The weights cannot all be zero.")
    return tuple(sorted(found.items()))


def read_zone(cell: str) -> str:
    if cell not in time_zones():
        raise Unreadable("It is not a time zone of the IANA database.")
    return cell


def read_booked(cell: str) -> int:
    units = read_units(cell)
    if units < 0:
        raise Unreadable("Booked units cannot be negative.")
    return units


def read_tolerance(cell: str) -> str:
    value = read_decimal(cell, decimals=6)
    if value.startswith("-"):
        raise Unreadable("A tolerance cannot be negative.")
    return value


COLUMNS = (
    Column("order_ref", read_ref, required=True),
    Column("signed_on", read_day, required=True),
    Column("partner_ref", read_ref, required=True),
    Column("advertiser", read_text, required=True),
    Column("agency_percent", or_default(read_percent, "0")),
    Column("currency", read_currency, required=True),
    Column("line_ref", read_ref, required=True),
    Column("station", read_ref, required=True),
    Column("daypart", or_none(read_text)),
    Column("time_zone", or_default(read_zone, "UTC")),
    Column("product", or_none(read_text)),
    Column("category", or_none(read_text)),
    Column("first_day", read_day, required=True),
    Column("last_day", read_day, required=True),
    Column("pricing", choice_of([*Pricing]), required=True),
    Column("rate", read_rate, required=True),
    Column("booked_units", read_booked, required=True),
    Column("cap", or_default(choice_of([*Cap]), Cap.CUMULATIVE)),
    Column("cap_tolerance_percent", or_default(read_tolerance, "0")),
    Column("billing_source", or_default(choice_of([*BillingSource]), BillingSource.OWN)),
    Column("split", or_default(read_split, ())),
    Column("plan", or_none(read_ref)),
    Column("makegood_for", or_none(read_ref)),
    Column("status", or_default(choice_of([*LineStatus]), LineStatus.SIGNED)),
    Column("cancelled_on", or_none(read_day)),
    Column("valid_from", or_none(read_day)),
)
_ORDER = ("order_ref", "signed_on", "partner_ref", "advertiser", "currency")


def build_order_row(values: tuple[object, ...]) -> OrderRow:
    """A row of orders.csv of its cells' values. Raises UnreadableIn where they contradict each other."""
    cells = {column.name: value for column, value in zip(COLUMNS, values, strict=True)}
    _refuse_contradictions(cells)
    order = OrderTerms(**{name: cells.pop(name) for name in _ORDER})  # type: ignore[arg-type]
    last_day = cells.pop("last_day")
    assert isinstance(last_day, date)
    cells["end_day"] = last_day + timedelta(days=1)
    kinds = {"pricing": Pricing, "cap": Cap, "billing_source": BillingSource, "status": LineStatus}
    for name, kind in kinds.items():
        cells[name] = kind(str(cells[name]))
    return OrderRow(order, LineTerms(**cells))  # type: ignore[arg-type]


def _refuse_contradictions(cells: Mapping[str, object]) -> None:
    first_day, last_day = cells["first_day"], cells["last_day"]
    assert isinstance(first_day, date)
    assert isinstance(last_day, date)
    if last_day < first_day:
        raise UnreadableIn("last_day", "The flight ends before it begins.")
    if first_day < EARLIEST:
        raise UnreadableIn("first_day", f"It lies before {EARLIEST.year}, where no books begin.")
    if last_day > LATEST:
        raise UnreadableIn("last_day", f"It is beyond the calendar, which ends with {LATEST.year}.")
    if cells["status"] == LineStatus.CANCELLED and cells["cancelled_on"] is None:
        raise UnreadableIn("cancelled_on", "A cancelled line needs the day from which it is cancelled.")
    if cells["status"] != LineStatus.CANCELLED and cells["cancelled_on"] is not None:
        raise UnreadableIn("cancelled_on", "The line is not cancelled.")
    if cells["makegood_for"] == cells["line_ref"]:
        raise UnreadableIn("makegood_for", "A line cannot make good for itself.")
    _refuse_too_much(cells)


def _refuse_too_much(cells: Mapping[str, object]) -> None:
    """Booked units at their rate have to fit the books, those of the cap's tolerance, too.

    A flat rate of 13 digits always does.
    """
    if cells["pricing"] == Pricing.FLAT:
        return
    per = 1000 if cells["pricing"] == Pricing.CPM else 1
    worth = Fraction(str(cells["rate"])) * Fraction(str(cells["booked_units"])) / per
    most = Fraction(MOST_MINOR, 10 ** exponent(str(cells["currency"])))
    said = "it comes to more than can be booked (10^17 of the currency's smallest unit)."
    if worth > most:
        raise UnreadableIn("rate", f"With booked_units {said}")
    tolerance = Fraction(str(cells["cap_tolerance_percent"]))
    if cells["cap"] == Cap.CUMULATIVE and worth * (1 + tolerance / 100) > most:
        raise UnreadableIn("cap_tolerance_percent", f"With rate and booked_units {said}")
