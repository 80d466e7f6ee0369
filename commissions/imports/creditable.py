"""What credit notes can still take back of invoices: net of the invoice, units of its line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import QueryableAttribute, Session

from commissions.facts.billing_models import Invoice, InvoiceLine
from commissions.facts.fact_models import LineItem


@dataclass
class Creditable:
    """Net in minor units by invoice; units by invoice and line, where the invoice states any."""

    net: dict[str, int] = field(default_factory=dict)
    units: dict[tuple[str, str], int] = field(default_factory=dict)

    def bill(self, ref: str, line_ref: str, net: int, units: int) -> None:
        self.net[ref] = self.net.get(ref, 0) + net
        if units:
            self.units[ref, line_ref] = self.units.get((ref, line_ref), 0) + units

    def credit(self, ref: str, line_ref: str, net: int, units: int) -> None:
        self.net[ref] = self.net.get(ref, 0) - net
        if (ref, line_ref) in self.units:
            self.units[ref, line_ref] -= units

    def holds(self, ref: str, line_ref: str, net: int, units: int) -> bool:
        """Whether so much is left; an invoice that states no units for the line sets them no limit."""
        units_left = self.units.get((ref, line_ref), units)
        return net <= self.net.get(ref, 0) and units <= max(units_left, 0)


def creditable(session: Session, refs: set[str]) -> Creditable:
    """What is left of invoices after the credit notes that stand."""
    left = Creditable()
    for row in _summed(session, Invoice.invoice_ref, refs):
        left.bill(*row)
    for row in _summed(session, Invoice.credits_invoice, refs):
        left.credit(*row)
    return left


def _summed(
    session: Session, invoice: QueryableAttribute[str] | QueryableAttribute[str | None], refs: set[str]
) -> Iterator[tuple[str, str, int, int]]:
    query = (
        select(invoice, LineItem.line_ref, func.sum(InvoiceLine.net_minor), func.sum(InvoiceLine.units))
        .join(InvoiceLine, InvoiceLine.invoice_id == Invoice.id)
        .join(LineItem, LineItem.id == InvoiceLine.line_id)
        .where(invoice.in_(refs))
        .group_by(invoice, LineItem.line_ref)
    )
    for ref, line_ref, net, units in session.execute(query):
        yield str(ref), line_ref, int(net), int(units)
