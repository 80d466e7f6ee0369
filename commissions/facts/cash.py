"""What was invoiced and collected of each line: net, in minor units; goodwill credits count as both."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import ScalarSelect, Select, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from commissions.facts.billing_models import CommissionEffect, Invoice, InvoiceKind, InvoiceLine, Payment
from portal.kernel.money import split_by_weight


@dataclass(frozen=True, slots=True)
class _Billed:
    """A line's part of an invoice or credit note, and all that was paid of that, in minor units."""

    ref: str
    kind: InvoiceKind
    effect: CommissionEffect | None
    row_id: int
    line_id: int
    net: int
    tax: int
    paid: int | None

    @property
    def key(self) -> str:
        """In an invoice the first row comes first when remainders are equal."""
        return f"{self.row_id:020d}"

    @property
    def is_goodwill(self) -> bool:
        """Credited with effect `none`: it takes no commission away."""
        return self.kind is InvoiceKind.CREDIT_NOTE and self.effect is CommissionEffect.NONE


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
        _add_invoiced(found, line_id, (kind, effect), int(net))
    return found


def invoiced_of(line_id: InstrumentedAttribute[int]) -> ScalarSelect[int]:
    """The same of the line that a query is at, to compare with; null where nothing was billed."""
    net = case(
        (Invoice.kind == InvoiceKind.INVOICE, InvoiceLine.net_minor),
        (InvoiceLine.commission_effect == CommissionEffect.NONE, 0),
        else_=-InvoiceLine.net_minor,
    )
    return (
        select(func.sum(net))
        .select_from(InvoiceLine)
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .where(InvoiceLine.line_id == line_id)
        .scalar_subquery()
    )


def collected_net(
    session: Session, line_ids: Collection[int], *, known_through: int | None = None
) -> dict[int, Fraction]:
    """Net cash allocated by line: each invoice's cash over its lines by net + tax, largest remainder.

    What is over the invoice's total stays unapplied. The net part of what a line gets counts.
    """
    return _collected(_billed(session, line_ids, known_through), line_ids)


def covered_net(
    session: Session,
    *,
    invoiced: Collection[int],
    collected: Collection[int],
    known_through: int | None = None,
) -> dict[int, Fraction]:
    """What was invoiced of some lines and collected of others, in one query."""
    if not collected:
        net = invoiced_net(session, invoiced, known_through=known_through) if invoiced else {}
        return {line_id: Fraction(minor) for line_id, minor in net.items()}
    billed = _billed(session, {*invoiced, *collected}, known_through)
    wanted, sums = set(invoiced), dict[int, int]()
    for one in billed:
        if one.line_id in wanted:
            _add_invoiced(sums, one.line_id, (one.kind, one.effect), one.net)
    return {line_id: Fraction(minor) for line_id, minor in sums.items()} | _collected(billed, collected)


def received_net(session: Session, line_ids: Select[int]) -> dict[int, Fraction]:
    """Net cash allocated by line as it came in, without goodwill, for the lines that a query names."""
    found: dict[int, Fraction] = {}
    _allocate(_billed(session, line_ids, None), found)
    return found


def _add_invoiced(
    found: dict[int, int], line_id: int, billed: tuple[InvoiceKind, CommissionEffect | None], net: int
) -> None:
    kind, effect = billed
    if kind is InvoiceKind.INVOICE:
        found[line_id] = found.get(line_id, 0) + net
    elif effect is not CommissionEffect.NONE:
        found[line_id] = found.get(line_id, 0) - net


def _collected(billed: Sequence[_Billed], line_ids: Collection[int]) -> dict[int, Fraction]:
    found: dict[int, Fraction] = {}
    _allocate(billed, found)
    for one in billed:
        if one.is_goodwill:
            found[one.line_id] = found.get(one.line_id, Fraction(0)) + one.net
    return {line_id: found[line_id] for line_id in found.keys() & set(line_ids)}


def _allocate(billed: Iterable[_Billed], found: dict[int, Fraction]) -> None:
    """Each invoice's cash, at most its total, over its lines."""
    invoices: dict[str, list[_Billed]] = {}
    for one in billed:
        if one.kind is InvoiceKind.INVOICE:
            invoices.setdefault(one.ref, []).append(one)
    for parts in invoices.values():
        cash = min(max(int(parts[0].paid or 0), 0), sum(part.net + part.tax for part in parts))
        shares = (
            split_by_weight(cash, {part.key: Fraction(part.net + part.tax) for part in parts}) if cash else {}
        )
        for part in parts:
            if cash and part.net:
                net = Fraction(shares[part.key] * part.net, part.net + part.tax)
                found[part.line_id] = found.get(part.line_id, Fraction(0)) + net


def _billed(
    session: Session, line_ids: Collection[int] | Select[int], known_through: int | None
) -> list[_Billed]:
    """All lines of the invoices that bill one of the lines, and the lines' own credit notes."""
    theirs = select(InvoiceLine.invoice_id).where(InvoiceLine.line_id.in_(line_ids))
    paid = select(func.sum(Payment.amount_minor)).where(Payment.invoice_ref == Invoice.invoice_ref)
    if known_through is not None:
        paid = paid.where(Payment.import_id <= known_through)
    query = (
        select(
            Invoice.invoice_ref,
            Invoice.kind,
            InvoiceLine.commission_effect,
            InvoiceLine.id,
            InvoiceLine.line_id,
            InvoiceLine.net_minor,
            InvoiceLine.tax_minor,
            case((Invoice.kind == InvoiceKind.INVOICE, paid.scalar_subquery())),
        )
        .join(InvoiceLine, InvoiceLine.invoice_id == Invoice.id)
        .where(
            Invoice.id.in_(theirs),
            or_(Invoice.kind == InvoiceKind.INVOICE, InvoiceLine.line_id.in_(line_ids)),
        )
        .order_by(Invoice.invoice_ref, InvoiceLine.id)
    )
    if known_through is not None:
        query = query.where(InvoiceLine.import_id <= known_through)
    return [_Billed(*row) for row in session.execute(query)]
