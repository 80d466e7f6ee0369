"""The demo's facts as the CSV and JSON files that finance would import."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

from portal.demo.airings import Airing
from portal.demo.billing import DemoCredit, DemoInvoice, DemoPayment
from portal.demo.channel import CATEGORIES, PARTNERS
from portal.demo.stations import WEST
from portal.demo.trade import DemoOrder

Rows = Iterable[Sequence[object]]


def partners_file(valid_from: str) -> bytes:
    head = (
        "partner_ref",
        "name",
        "type",
        "tier",
        "region",
        "parent_ref",
        "email",
        "minimum_payout",
        "category",
        "valid_from",
    )
    return _csv(head, ((*row, CATEGORIES.get(row[0], ""), valid_from) for row in PARTNERS))


def plan_file(plan: dict[str, Any]) -> bytes:
    return json.dumps(plan, indent=1).encode()


def orders_file(orders: Iterable[DemoOrder]) -> bytes:
    head = (
        "order_ref", "signed_on", "partner_ref", "advertiser", "agency_percent", "currency", "line_ref",
        "station", "daypart", "time_zone", "product", "category", "first_day", "last_day", "pricing",
        "rate", "booked_units", "cap", "split", "makegood_for",
    )  # fmt: skip
    return _csv(head, (row for order in orders for row in _order_rows(order)))


def deliveries_file(reports: Iterable[Airing]) -> bytes:
    head = ("line_ref", "station", "service_date", "units", "revision", "proof_ref")
    return _csv(
        head,
        ((one.line_ref, one.station, one.on, one.units, one.revision, _affidavit(one)) for one in reports),
    )


def invoices_file(invoices: Iterable[DemoInvoice]) -> bytes:
    head = ("invoice_ref", "kind", "issued_on", "line_ref", "units", "net", "currency")
    return _csv(
        head,
        (
            (
                one.invoice_ref,
                "invoice",
                one.issued_on,
                one.line_ref,
                one.units,
                one.net.text(),
                one.net.currency,
            )
            for one in invoices
        ),
    )


def credits_file(notes: Iterable[DemoCredit]) -> bytes:
    head = (
        "invoice_ref",
        "kind",
        "credits_invoice",
        "issued_on",
        "line_ref",
        "units",
        "net",
        "currency",
        "reason",
    )
    return _csv(
        head,
        (
            (
                one.credit_ref,
                "credit_note",
                one.credits_invoice,
                one.issued_on,
                one.line_ref,
                one.units,
                one.net.text(),
                one.net.currency,
                one.reason,
            )
            for one in notes
        ),
    )


def payments_file(payments: Iterable[DemoPayment]) -> bytes:
    head = ("payment_ref", "invoice_ref", "received_on", "amount", "currency")
    return _csv(
        head,
        (
            (one.payment_ref, one.invoice_ref, one.received_on, one.amount.text(), one.amount.currency)
            for one in payments
        ),
    )


def _order_rows(order: DemoOrder) -> Rows:
    for line in order.lines:
        yield (
            order.order_ref, order.signed_on, order.partner_ref, order.advertiser, line.agency_percent,
            order.currency, line.line_ref, line.offer.station, line.offer.daypart, WEST, line.offer.product,
            order.category, line.first_day, line.last_day, line.pricing, line.rate, line.booked, "cumulative",
            line.split, line.makegood_for,
        )  # fmt: skip


def _affidavit(report: Airing) -> str:
    """The station's affidavit of the month: AFF-Lark-96.4-2605."""
    return f"AFF-{report.station}-{report.on:%y%m}"


def _csv(head: Sequence[str], rows: Rows) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue().encode()
