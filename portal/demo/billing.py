"""What was billed for the closed months, and what was paid of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from portal.demo.airings import Airing
from portal.demo.almanac import Almanac
from portal.demo.trade import DemoLine, DemoOrder
from portal.kernel.money import Money, exponent

FIRST_INVOICE = 20_611
ISSUED_DAY = 3
DAYS_TO_PAY = 32
# of the invoices that are due, every ninth is late
LATE_EVERY = 9
CREDITED_LINE, CREDITED_SPOTS, CREDITED_DAY = "IO-2591-L2", 4, 20


@dataclass(frozen=True, slots=True)
class DemoInvoice:
    invoice_ref: str
    issued_on: date
    line_ref: str
    units: int
    net: Money


@dataclass(frozen=True, slots=True)
class DemoCredit:
    """A credit note on one line of an invoice, with effect on commission."""

    credit_ref: str
    credits_invoice: str
    issued_on: date
    line_ref: str
    units: int
    net: Money
    reason: str


@dataclass(frozen=True, slots=True)
class DemoPayment:
    payment_ref: str
    invoice_ref: str
    received_on: date
    amount: Money


def invoices(on: Almanac, orders: Sequence[DemoOrder], reports: Iterable[Airing]) -> list[DemoInvoice]:
    """One invoice an order and closed month, on the 3rd of the next, for what was delivered and booked."""
    counted = _first_counts(on, reports)
    billed: dict[str, int] = {}
    found: list[DemoInvoice] = []
    for month in range(-5, 0):
        for order in orders:
            number = f"INV-{FIRST_INVOICE + len({one.invoice_ref for one in found})}"
            for line in order.lines:
                units = counted.get((line.line_ref, month), 0)
                before = billed.get(line.line_ref, 0)
                due = min(before + units, line.booked) - before
                if due > 0:
                    billed[line.line_ref] = before + due
                    net = _net(line, due, order.currency)
                    found.append(DemoInvoice(number, on.day(month + 1, ISSUED_DAY), line.line_ref, due, net))
    return found


def credit_notes(on: Almanac, billed: Sequence[DemoInvoice]) -> list[DemoCredit]:
    """Four spots of the month before the last closed one ran in the wrong daypart; found after its close."""
    billed_on = on.day(-1, ISSUED_DAY)
    found = next(one for one in billed if one.line_ref == CREDITED_LINE and one.issued_on == billed_on)
    net = Money(found.net.minor * CREDITED_SPOTS // found.units, found.net.currency)
    issued_on = on.day(-1, CREDITED_DAY)
    reason = "Four spots ran outside morning drive"
    ref = found.invoice_ref.replace("INV", "CN")
    return [DemoCredit(ref, found.invoice_ref, issued_on, CREDITED_LINE, CREDITED_SPOTS, net, reason)]


def payments(on: Almanac, billed: Sequence[DemoInvoice]) -> list[DemoPayment]:
    """Most invoices are paid in whole a month later."""
    sums: dict[str, Money] = {}
    issued: dict[str, date] = {}
    for one in billed:
        sums[one.invoice_ref] = sums.get(one.invoice_ref, Money(0, one.net.currency)) + one.net
        issued[one.invoice_ref] = one.issued_on
    found = []
    for n, (ref, amount) in enumerate(sums.items()):
        received = issued[ref] + timedelta(days=DAYS_TO_PAY - n % 8)
        if n % LATE_EVERY and received <= on.today:
            found.append(DemoPayment(ref.replace("INV", "PAY"), ref, received, amount))
    return found


def _first_counts(on: Almanac, reports: Iterable[Airing]) -> dict[tuple[str, int], int]:
    """Units by line and month as they were known when the invoice was written."""
    days: dict[tuple[str, date], tuple[int, int]] = {}
    for report in reports:
        month_end = (report.on.replace(day=1) + timedelta(days=32)).replace(day=ISSUED_DAY)
        key = (report.line_ref, report.on)
        if report.reported_on <= month_end and days.get(key, (0, 0))[0] <= report.revision:
            days[key] = (report.revision, report.units)
    months = {on.ref(month): month for month in range(-5, 1)}
    found: dict[tuple[str, int], int] = {}
    for (line_ref, day), (_, units) in days.items():
        month = months.get(f"{day:%Y-%m}")
        if month is not None:
            found[line_ref, month] = found.get((line_ref, month), 0) + units
    return found


def _net(line: DemoLine, units: int, currency: str) -> Money:
    rate, left = Fraction(line.rate), 1 - Fraction(line.agency_percent) / 100
    if line.pricing == "flat":
        exact = rate * min(Fraction(units, line.booked), Fraction(1))
    else:
        exact = rate * units / (1000 if line.pricing == "cpm" else 1)
    return Money.rounded(exact * left * 10 ** exponent(currency), currency)
