"""What was invoiced and collected of each line: net, in minor units; goodwill credits count as both."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from commissions.facts.billing_models import CommissionEffect, Invoice, InvoiceKind, InvoiceLine, Payment
from portal.kernel.money import split_by_weight


@dataclass(frozen=True, slots=True)
class _Part:
    """A line's part of an invoice. `key` orders ties of the allocation."""

    key: str
    line_id: int
    net: int
    tax: int


def invoiced_net(
    session: Session, line_ids: Collection[int], *, known_through: int | None = None
) -> dict[int, int]:
    """Net invoiced by line, less credit notes, but for those with effect `none`."""
    query = (
        select(
            InvoiceLine.line_id, Invoice.kind, InvoiceLine.commission_effect, func.sum(InvoiceLine.net_minor)
        )
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .where(InvoiceLine.line_id.in_(line_ids))
        .group_by(InvoiceLine.line_id, Invoice.kind, InvoiceLine.commission_effect)
    )
    if known_through is not None:
        query = query.where(InvoiceLine.import_id <= known_through)
    found: dict[int, int] = {}
    for line_id, kind, effect, net in session.execute(query):
        if kind is InvoiceKind.INVOICE:
            found[line_id] = found.get(line_id, 0) + int(net)
        elif effect is not CommissionEffect.NONE:
            found[line_id] = found.get(line_id, 0) - int(net)
    return found


def collected_net(
    session: Session, line_ids: Collection[int], *, known_through: int | None = None
) -> dict[int, Fraction]:
    """Net cash allocated by line: each invoice's cash over its lines by net + tax, largest remainder.

    What is over the invoice's total stays unapplied. The net part of what a line gets counts.
    """
    found: dict[int, Fraction] = {}
    parts = _invoice_parts(session, line_ids, known_through)
    paid = _paid(session, parts.keys(), known_through)
    for invoice_ref, lines in parts.items():
        total = sum(part.net + part.tax for part in lines)
        cash = min(max(paid.get(invoice_ref, 0), 0), total)
        if cash:
            _allocate(cash, lines, found)
    for line_id, net in _forgiven(session, line_ids, known_through).items():
        found[line_id] = found.get(line_id, Fraction(0)) + net
    return {line_id: found[line_id] for line_id in found.keys() & set(line_ids)}


def received_net(session: Session, line_ids: Select[int]) -> dict[int, Fraction]:
    """Net cash allocated by line as it came in, without goodwill, for the lines that a query names."""
    theirs = select(InvoiceLine.invoice_id).where(InvoiceLine.line_id.in_(line_ids))
    refs = select(Invoice.invoice_ref).where(Invoice.id.in_(theirs))
    paid = _paid(session, refs, None)
    found: dict[int, Fraction] = {}
    for invoice_ref, lines in _invoice_parts(session, line_ids, None).items():
        total = sum(part.net + part.tax for part in lines)
        cash = min(max(paid.get(invoice_ref, 0), 0), total)
        if cash:
            _allocate(cash, lines, found)
    return found


def _allocate(cash: int, lines: list[_Part], found: dict[int, Fraction]) -> None:
    weights = {part.key: Fraction(part.net + part.tax) for part in lines}
    shares = split_by_weight(cash, weights)
    for part in lines:
        if part.net:
            net = Fraction(shares[part.key] * part.net, part.net + part.tax)
            found[part.line_id] = found.get(part.line_id, Fraction(0)) + net


def _invoice_parts(
    session: Session, line_ids: Collection[int] | Select[int], known_through: int | None
) -> dict[str, list[_Part]]:
    """All lines of the invoices that bill one of the lines."""
    theirs = select(InvoiceLine.invoice_id).where(InvoiceLine.line_id.in_(line_ids))
    query = (
        select(
            Invoice.invoice_ref,
            InvoiceLine.id,
            InvoiceLine.line_id,
            InvoiceLine.net_minor,
            InvoiceLine.tax_minor,
        )
        .join(InvoiceLine, InvoiceLine.invoice_id == Invoice.id)
        .where(Invoice.id.in_(theirs), Invoice.kind == InvoiceKind.INVOICE)
        .order_by(Invoice.invoice_ref, InvoiceLine.id)
    )
    if known_through is not None:
        query = query.where(InvoiceLine.import_id <= known_through)
    found: dict[str, list[_Part]] = {}
    for ref, row_id, line_id, net, tax in session.execute(query):
        # in an invoice the first row comes first when remainders are equal
        found.setdefault(ref, []).append(_Part(f"{row_id:020d}", line_id, net, tax))
    return found


def _paid(
    session: Session, refs: Collection[str] | Select[str], known_through: int | None
) -> Mapping[str, int]:
    query = (
        select(Payment.invoice_ref, func.sum(Payment.amount_minor))
        .where(Payment.invoice_ref.in_(refs))
        .group_by(Payment.invoice_ref)
    )
    if known_through is not None:
        query = query.where(Payment.import_id <= known_through)
    return {ref: int(amount) for ref, amount in session.execute(query)}


def _forgiven(session: Session, line_ids: Collection[int], known_through: int | None) -> dict[int, int]:
    """Net credited with effect `none`: goodwill takes no commission away."""
    query = (
        select(InvoiceLine.line_id, func.sum(InvoiceLine.net_minor))
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .where(
            InvoiceLine.line_id.in_(line_ids),
            Invoice.kind == InvoiceKind.CREDIT_NOTE,
            InvoiceLine.commission_effect == CommissionEffect.NONE,
        )
        .group_by(InvoiceLine.line_id)
    )
    if known_through is not None:
        query = query.where(InvoiceLine.import_id <= known_through)
    return {line_id: int(net) for line_id, net in session.execute(query)}
