"""The rows behind the figures of a line item: days and counts, invoices and credit notes, payments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from commissions.facts.billing_models import CommissionEffect, Invoice, InvoiceKind, InvoiceLine, Payment
from commissions.facts.delivered import DayCount, day_counts
from portal.kernel.money import Money


@dataclass(frozen=True, slots=True)
class BilledRow:
    """What an invoice or a credit note says of the line; amounts of a credit note are negative."""

    ref: str
    is_credit_note: bool
    effect: CommissionEffect
    issued_on: date
    service_month: date | None
    units: int
    net: Money
    tax: Money
    reason: str


@dataclass(frozen=True, slots=True)
class PaidRow:
    """A payment on an invoice that bills the line; it may cover other lines too."""

    ref: str
    invoice_ref: str
    received_on: date
    amount: Money


@dataclass(frozen=True, slots=True)
class LineProof:
    days: Sequence[DayCount]
    billed: Sequence[BilledRow]
    paid: Sequence[PaidRow]


def line_proof(session: Session, line_id: int) -> LineProof:
    """Everything that is known now of one line, in order of days."""
    return LineProof(day_counts(session, line_id), _billed(session, line_id), _paid(session, line_id))


def _billed(session: Session, line_id: int) -> list[BilledRow]:
    query = (
        select(Invoice, InvoiceLine)
        .join(InvoiceLine, InvoiceLine.invoice_id == Invoice.id)
        .where(InvoiceLine.line_id == line_id)
        .order_by(Invoice.issued_on, Invoice.id, InvoiceLine.id)
    )
    return [_billed_row(invoice, row) for invoice, row in session.execute(query)]


def _billed_row(invoice: Invoice, row: InvoiceLine) -> BilledRow:
    taken_back = invoice.kind is InvoiceKind.CREDIT_NOTE
    sign = -1 if taken_back else 1
    return BilledRow(
        ref=invoice.invoice_ref,
        is_credit_note=taken_back,
        effect=row.commission_effect,
        issued_on=invoice.issued_on,
        service_month=row.service_month,
        units=sign * row.units,
        net=Money(sign * row.net_minor, invoice.currency),
        tax=Money(sign * row.tax_minor, invoice.currency),
        reason=row.reason or "",
    )


def _paid(session: Session, line_id: int) -> list[PaidRow]:
    refs = (
        select(Invoice.invoice_ref)
        .join(InvoiceLine, InvoiceLine.invoice_id == Invoice.id)
        .where(InvoiceLine.line_id == line_id)
    )
    query = select(Payment).where(Payment.invoice_ref.in_(refs)).order_by(Payment.received_on, Payment.id)
    return [
        PaidRow(row.payment_ref, row.invoice_ref, row.received_on, Money(row.amount_minor, row.currency))
        for row in session.scalars(query)
    ]
