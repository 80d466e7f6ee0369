"""Payments of invoices from files. A ref that says something else than before is doubted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from commissions.facts.billing_models import Invoice, InvoiceKind, Payment
from commissions.imports.billing_import import other_content
from commissions.imports.taking import BookTaking
from commissions.ledger.quarantine import DAY_TO_COME
from portal.kernel.csv_cells import minor_in, read_amount, read_currency, read_day, read_ref
from portal.kernel.csv_files import Column
from portal.kernel.verdicts import ACCEPTED, UNCHANGED, Row, Verdict, doubt


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A row of payments.csv; a negative amount is a returned payment."""

    payment_ref: str
    invoice_ref: str
    received_on: date
    amount_minor: int
    currency: str


PAYMENT_COLUMNS = (
    Column("payment_ref", read_ref, required=True),
    Column("invoice_ref", read_ref, required=True),
    Column("received_on", read_day, required=True),
    Column("amount", read_amount, required=True),
    Column("currency", read_currency, required=True),
)


def build_payment_row(values: tuple[object, ...]) -> PaymentRow:
    ref, invoice_ref, received_on, amount, currency = values
    minor = minor_in("amount", str(amount), str(currency))
    return PaymentRow(str(ref), str(invoice_ref), received_on, minor, str(currency))  # type: ignore[arg-type]


def take_payments(session: Session, rows: Sequence[Row[PaymentRow]], taking: BookTaking) -> list[Verdict]:
    refs = {row.fact.invoice_ref for row in rows}
    payments = {row.fact.payment_ref for row in rows}
    invoices = {
        invoice.invoice_ref: invoice
        for invoice in session.scalars(select(Invoice).where(Invoice.invoice_ref.in_(refs)))
    }
    query = select(Payment).where(Payment.payment_ref.in_(payments))
    known = {(payment.payment_ref, payment.invoice_ref): payment for payment in session.scalars(query)}
    verdicts = [_take_payment(row.fact, invoices, known, taking) for row in rows]
    session.add_all(known.values())
    session.flush()
    return verdicts


def _take_payment(
    fact: PaymentRow, invoices: dict[str, Invoice], known: dict[tuple[str, str], Payment], taking: BookTaking
) -> Verdict:
    invoice = invoices.get(fact.invoice_ref)
    if invoice is None or invoice.kind is not InvoiceKind.INVOICE:
        return doubt("unknown_invoice", f"The invoice {fact.invoice_ref} is not known.")
    if invoice.currency != fact.currency:
        return doubt("other_currency", f"The invoice is in {invoice.currency}, not in {fact.currency}.")
    key = (fact.payment_ref, fact.invoice_ref)
    before = known.get(key)
    if before is not None:
        content = (before.received_on, before.amount_minor, before.currency)
        same = content == (fact.received_on, fact.amount_minor, fact.currency)
        return UNCHANGED if same else other_content("payment", fact.payment_ref)
    if fact.received_on > taking.house.newest_day(taking.at):
        return doubt(DAY_TO_COME, f"{fact.received_on} has not come yet, so nothing was received on it.")
    known[key] = Payment(
        payment_ref=fact.payment_ref,
        invoice_ref=fact.invoice_ref,
        received_on=fact.received_on,
        amount_minor=fact.amount_minor,
        currency=fact.currency,
        import_id=taking.import_id,
        recorded_at=taking.at,
    )
    return ACCEPTED
