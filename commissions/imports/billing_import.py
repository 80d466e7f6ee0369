"""Invoices and credit notes from files. A ref that says something else than before is doubted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from commissions.facts.billing_models import CommissionEffect, Invoice, InvoiceKind, InvoiceLine
from commissions.facts.fact_models import LineItem, LineRevision
from commissions.facts.newest import is_newest_line
from commissions.facts.service_calendar import EARLIEST, LATEST
from commissions.imports.creditable import Creditable, creditable
from commissions.imports.order_import import latest_orders
from portal.kernel.csv_cells import (
    choice_of,
    minor_in,
    or_default,
    or_none,
    read_amount,
    read_currency,
    read_day,
    read_month,
    read_ref,
    read_text,
    read_units,
)
from portal.kernel.csv_files import Column
from portal.kernel.verdicts import ACCEPTED, UNCHANGED, Row, Taking, UnreadableIn, Verdict, doubt


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """A row of invoices.csv: what is billed, or taken back, for one line. Amounts in minor units."""

    invoice_ref: str
    kind: InvoiceKind
    credits_invoice: str | None
    issued_on: date
    line_ref: str
    units: int
    net_minor: int
    tax_minor: int
    currency: str
    commission_effect: CommissionEffect
    service_month: date | None
    reason: str | None

    @property
    def month_key(self) -> str:
        return self.service_month.strftime("%Y-%m") if self.service_month else ""

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.invoice_ref, self.line_ref, self.month_key)

    @property
    def header(self) -> tuple[object, ...]:
        return (self.kind, self.credits_invoice, self.issued_on, self.currency)

    @property
    def content(self) -> tuple[object, ...]:
        return (self.units, self.net_minor, self.tax_minor, self.commission_effect, self.reason)


INVOICE_COLUMNS = (
    Column("invoice_ref", read_ref, required=True),
    Column("kind", choice_of([*InvoiceKind]), required=True),
    Column("credits_invoice", or_none(read_ref)),
    Column("issued_on", read_day, required=True),
    Column("line_ref", read_ref, required=True),
    Column("units", or_default(read_units, 0)),
    Column("net", read_amount, required=True),
    Column("tax", or_default(read_amount, "0")),
    Column("currency", read_currency, required=True),
    Column("commission_effect", or_default(choice_of([*CommissionEffect]), CommissionEffect.REDUCE)),
    Column("service_month", or_none(read_month)),
    Column("reason", or_none(read_text)),
)


def build_invoice_row(values: tuple[object, ...]) -> InvoiceRow:
    """Raises UnreadableIn where the cells make no sense together."""
    ref, kind, credited, issued_on, line_ref, units, net, tax, currency, effect, month, reason = values
    if kind == InvoiceKind.CREDIT_NOTE and credited is None:
        raise UnreadableIn("credits_invoice", "A credit note names the invoice that it credits.")
    if kind == InvoiceKind.CREDIT_NOTE and not reason:
        raise UnreadableIn("reason", "A credit note needs a reason.")
    if kind == InvoiceKind.INVOICE and credited is not None:
        raise UnreadableIn("credits_invoice", "Only a credit note credits an invoice.")
    assert isinstance(issued_on, date)
    if not EARLIEST <= issued_on <= LATEST:
        raise UnreadableIn("issued_on", f"Its year lies outside {EARLIEST.year} to {LATEST.year}.")
    row = InvoiceRow(
        invoice_ref=str(ref),
        kind=InvoiceKind(str(kind)),
        credits_invoice=None if credited is None else str(credited),
        issued_on=issued_on,
        line_ref=str(line_ref),
        units=units,  # type: ignore[arg-type]
        net_minor=minor_in("net", str(net), str(currency)),
        tax_minor=minor_in("tax", str(tax), str(currency)),
        currency=str(currency),
        commission_effect=CommissionEffect(str(effect)),
        service_month=month,  # type: ignore[arg-type]
        reason=None if reason is None else str(reason),
    )
    if row.kind is InvoiceKind.CREDIT_NOTE and min(row.units, row.net_minor, row.tax_minor) < 0:
        raise UnreadableIn("net", "A credit note states what it takes back as positive amounts.")
    return row


@dataclass
class _Billed:
    """Invoices and lines that a batch touches, with what is added to them while it is taken."""

    items: dict[str, LineItem]
    currencies: dict[str, str]
    invoices: dict[str, Invoice]
    lines: dict[tuple[str, str, str], InvoiceLine]
    # the months of each line of an invoice, "" for none
    months: dict[tuple[str, str], set[str]]
    creditable: Creditable
    # the line that it makes good, by make-good line
    originals: dict[str, str]
    new: list[tuple[Invoice, InvoiceLine]] = field(default_factory=list)


def take_invoices(session: Session, rows: Sequence[Row[InvoiceRow]], taking: Taking) -> list[Verdict]:
    billed = _billed(session, [row.fact for row in rows])
    _note_restated(rows, billed, taking)
    verdicts = [_take_invoice(row, billed, taking) for row in rows]
    session.add_all({id(invoice): invoice for invoice, _ in billed.new}.values())
    session.flush()
    for invoice, line in billed.new:
        line.invoice_id = invoice.id
    session.add_all([line for _, line in billed.new])
    session.flush()
    return verdicts


def _billed(session: Session, facts: Sequence[InvoiceRow]) -> _Billed:
    refs = {fact.invoice_ref for fact in facts} | {
        fact.credits_invoice for fact in facts if fact.credits_invoice
    }
    line_refs = {fact.line_ref for fact in facts}
    items = {
        item.line_ref: item
        for item in session.scalars(select(LineItem).where(LineItem.line_ref.in_(line_refs)))
    }
    orders = latest_orders(session, {item.order_ref for item in items.values()})
    invoices = {
        invoice.invoice_ref: invoice
        for invoice in session.scalars(select(Invoice).where(Invoice.invoice_ref.in_(refs)))
    }
    query = (
        select(Invoice.invoice_ref, LineItem.line_ref, InvoiceLine)
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .join(LineItem, LineItem.id == InvoiceLine.line_id)
        .where(Invoice.invoice_ref.in_(refs))
    )
    lines = {(ref, line_ref, line.month_key): line for ref, line_ref, line in session.execute(query)}
    months: dict[tuple[str, str], set[str]] = defaultdict(set)
    for ref, line_ref, month in lines:
        months[ref, line_ref].add(month)
    billing = {ref for ref, invoice in invoices.items() if invoice.kind is InvoiceKind.INVOICE}
    return _Billed(
        items=items,
        currencies={item.line_ref: orders[item.order_ref].currency for item in items.values()},
        invoices=invoices,
        lines=lines,
        months=months,
        creditable=creditable(session, billing),
        originals=_originals(session, items.values()),
    )


def _originals(session: Session, items: Collection[LineItem]) -> dict[str, str]:
    query = (
        select(LineItem.line_ref, LineRevision.makegood_for)
        .join(LineRevision, LineRevision.line_id == LineItem.id)
        .where(LineItem.id.in_([item.id for item in items]), is_newest_line())
        .where(LineRevision.makegood_for.is_not(None))
    )
    return {line_ref: original for line_ref, original in session.execute(query) if original is not None}


def _note_restated(rows: Sequence[Row[InvoiceRow]], billed: _Billed, taking: Taking) -> None:
    """Lines that stand and that the file says again are lines of this file, too."""
    for row in rows:
        known = billed.lines.get(row.fact.key)
        if known is not None and _content(known) == row.fact.content:
            taking.seen[_seen_key(*row.fact.key)] = _brought_by(row, taking)


def _seen_key(ref: str, line_ref: str, month: str) -> str:
    return f"invoice {ref} {line_ref} {month}"


def _brought_by(row: Row[InvoiceRow], taking: Taking) -> str:
    return str(row.came_with or taking.import_id)


def _content(line: InvoiceLine) -> tuple[object, ...]:
    return (line.units, line.net_minor, line.tax_minor, line.commission_effect, line.reason)


def _take_invoice(row: Row[InvoiceRow], billed: _Billed, taking: Taking) -> Verdict:
    fact = row.fact
    doubted = _doubt_invoice(fact, billed)
    if doubted is not None:
        return doubted
    known = billed.lines.get(fact.key)
    if known is not None:
        same = _content(known) == fact.content
        return UNCHANGED if same else other_content("invoice", fact.invoice_ref)
    doubted = _doubt_month(row, billed, taking)
    if doubted is not None:
        return doubted
    ref, original = fact.credits_invoice, billed.originals.get(fact.line_ref)
    if ref is not None and original is not None and fact.commission_effect is not CommissionEffect.NONE:
        said = f"The line {fact.line_ref} makes good {original}: credit that line, which pays its units."
        return doubt("makegood_credited", said)
    if ref is not None and not billed.creditable.holds(ref, fact.line_ref, fact.net_minor, fact.units):
        return doubt("credit_above_invoice", f"It credits more than is left of the invoice {ref}.")
    taking.seen[_seen_key(*fact.key)] = _brought_by(row, taking)
    return _add_invoice_line(fact, billed, taking)


def _doubt_month(row: Row[InvoiceRow], billed: _Billed, taking: Taking) -> Verdict | None:
    """A line stands under several months where one file says so; in a later file another month is the same
    line once more, with other content.
    """
    ref, line_ref, _ = row.fact.key
    for month in billed.months.get((ref, line_ref), ()):
        key = (ref, line_ref, month)
        if taking.seen.get(_seen_key(*key), str(billed.lines[key].import_id)) != _brought_by(row, taking):
            before = f"for {month}" if month else "without a month"
            said = f"The line {line_ref} of {ref} is known already {before}; this row would count it twice."
            return doubt("other_content", said)
    return None


def _doubt_invoice(fact: InvoiceRow, billed: _Billed) -> Verdict | None:
    if fact.line_ref not in billed.items:
        return doubt("unknown_line", f"The line {fact.line_ref} is not known.")
    if billed.currencies[fact.line_ref] != fact.currency:
        return doubt(
            "other_currency", f"The line is in {billed.currencies[fact.line_ref]}, not in {fact.currency}."
        )
    if min(fact.units, fact.net_minor, fact.tax_minor) < 0:
        return doubt("negative_invoice", "An invoice below 0 is not believed: a credit note takes back.")
    doubted = _doubt_credit(fact, billed) if fact.credits_invoice is not None else None
    invoice = billed.invoices.get(fact.invoice_ref)
    if doubted is not None or invoice is None:
        return doubted
    header = (invoice.kind, invoice.credits_invoice, invoice.issued_on, invoice.currency)
    return None if header == fact.header else other_content("invoice", fact.invoice_ref)


def _doubt_credit(fact: InvoiceRow, billed: _Billed) -> Verdict | None:
    ref = fact.credits_invoice or ""
    credited = billed.invoices.get(ref)
    if credited is None or credited.kind is not InvoiceKind.INVOICE:
        return doubt("unknown_invoice", f"The invoice {ref} is not known.")
    # what takes commission back has to take it from a line that was billed
    if fact.commission_effect is CommissionEffect.REDUCE and (ref, fact.line_ref) not in billed.months:
        return doubt("line_not_invoiced", f"The invoice {ref} does not bill the line {fact.line_ref}.")
    return None


def other_content(what: str, ref: str) -> Verdict:
    return doubt("other_content", f"The {what} {ref} is known already, with other content.")


def _add_invoice_line(fact: InvoiceRow, billed: _Billed, taking: Taking) -> Verdict:
    recorded = {"import_id": taking.import_id, "recorded_at": taking.at}
    invoice = billed.invoices.get(fact.invoice_ref)
    if invoice is None:
        invoice = billed.invoices[fact.invoice_ref] = Invoice(
            invoice_ref=fact.invoice_ref,
            kind=fact.kind,
            credits_invoice=fact.credits_invoice,
            issued_on=fact.issued_on,
            currency=fact.currency,
            **recorded,
        )
    line = InvoiceLine(
        line_id=billed.items[fact.line_ref].id,
        units=fact.units,
        net_minor=fact.net_minor,
        tax_minor=fact.tax_minor,
        commission_effect=fact.commission_effect,
        service_month=fact.service_month,
        month_key=fact.month_key,
        reason=fact.reason,
        **recorded,
    )
    billed.lines[fact.key] = line
    billed.months.setdefault((fact.invoice_ref, fact.line_ref), set()).add(fact.month_key)
    billed.new.append((invoice, line))
    if fact.credits_invoice is None:
        billed.creditable.bill(fact.invoice_ref, fact.line_ref, fact.net_minor, fact.units)
    else:
        billed.creditable.credit(fact.credits_invoice, fact.line_ref, fact.net_minor, fact.units)
    return ACCEPTED
