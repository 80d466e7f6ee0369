"""Which lines are a partner's: those that pay it, on every page, list and figure of its own."""

from __future__ import annotations

from sqlalchemy import ColumnElement, CompoundSelect, SQLColumnExpression, select, union

from commissions.facts.fact_models import LineItem, LineRevision, OrderRevision, SplitShare


def pays(
    terms: type[LineRevision], partner_ref: str, holder: SQLColumnExpression[str]
) -> ColumnElement[bool]:
    """The partner has a share in these terms, or there is no split and it is the `holder` of the order."""
    shares = select(SplitShare.payee_ref).where(SplitShare.line_revision_id == terms.id)
    own = shares.where(SplitShare.payee_ref == partner_ref)
    return own.exists() | (~shares.exists() & (holder == partner_ref))


def orders_with(partner_ref: str) -> CompoundSelect[str]:
    """Refs of all orders that the partner ever held or shared in: its lines (see `pays`) are among theirs.

    For lists of what is a partner's: so that they are looked for there, and not among everybody's.
    """
    held = select(OrderRevision.order_ref).where(OrderRevision.partner_ref == partner_ref)
    shared = (
        select(LineItem.order_ref)
        .join(LineRevision, LineRevision.line_id == LineItem.id)
        .join(SplitShare, SplitShare.line_revision_id == LineRevision.id)
        .where(SplitShare.payee_ref == partner_ref)
    )
    return union(held, shared)
