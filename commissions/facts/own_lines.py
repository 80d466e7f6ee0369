"""Which lines are a partner's: those that pay it, on every page, list and figure of its own."""

from __future__ import annotations

from sqlalchemy import ColumnElement, SQLColumnExpression, select

from commissions.facts.fact_models import LineRevision, SplitShare


def pays(
    terms: type[LineRevision], partner_ref: str, holder: SQLColumnExpression[str]
) -> ColumnElement[bool]:
    """The partner has a share in these terms, or there is no split and it is the `holder` of the order."""
    shares = select(SplitShare.payee_ref).where(SplitShare.line_revision_id == terms.id)
    own = shares.where(SplitShare.payee_ref == partner_ref)
    return own.exists() | (~shares.exists() & (holder == partner_ref))
