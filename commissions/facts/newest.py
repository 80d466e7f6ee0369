"""Conditions of queries: the newest revision of an order, and of a line item; and a make-good line."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import aliased

from commissions.facts.fact_models import LineRevision, OrderRevision


def is_newest_order() -> ColumnElement[bool]:
    newer = aliased(OrderRevision)
    later = and_(newer.order_ref == OrderRevision.order_ref, newer.revision > OrderRevision.revision)
    return ~select(newer.id).where(later).exists()


def is_newest_line(terms: type[LineRevision] = LineRevision) -> ColumnElement[bool]:
    newer = aliased(LineRevision)
    later = and_(newer.line_id == terms.line_id, newer.revision > terms.revision)
    return ~select(newer.id).where(later).exists()


def is_make_good() -> ColumnElement[bool]:
    """By a comparison, for which SQLite takes the index; for IS NOT NULL it reads every line."""
    return LineRevision.makegood_for > ""
