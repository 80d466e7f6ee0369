"""Which lines are exceptions, and since when: brought up to date by every accrual, in SQL."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, case, delete, func, insert, literal, select
from sqlalchemy.orm import Session

from commissions.facts.billing_models import CommissionEffect, Invoice, InvoiceKind, InvoiceLine
from commissions.ledger.checklist import PROBLEM_ITEMS, Item, is_discrepant, is_over, is_under
from commissions.ledger.exception_models import LineException
from commissions.ledger.ledger_models import LineStanding
from commissions.ledger.periods import first_open


def note_exceptions(session: Session, *, at: datetime, today: date) -> None:
    """Note what the standings say now; what was noted before keeps its day and its owner."""
    found = first_open(session)
    for item, condition in _conditions(today, found.first_day if found else date.min).items():
        lines = select(LineStanding.line_id).where(condition)
        session.execute(
            delete(LineException).where(LineException.item == item, LineException.line_id.not_in(lines))
        )
        known = select(LineException.line_id).where(LineException.item == item)
        new = select(literal(item.value), LineStanding.line_id, literal(at, LineException.since.type)).where(
            condition, LineStanding.line_id.not_in(known)
        )
        session.execute(insert(LineException).from_select(["item", "line_id", "since"], new))


def _conditions(today: date, first_day: date) -> dict[Item, ColumnElement[bool]]:
    """Problems at once; what only informs for lines of open months, debt and billing until it is settled."""
    line = LineStanding
    fine, recent, ended = line.problem.is_(None), line.end_day > first_day, line.end_day <= today
    return {
        **{item: (line.problem == problem) & line.first_period.is_not(None)
           for problem, item in PROBLEM_ITEMS.items()},
        Item.DEBT: fine & ended & (line.debt > 0),
        Item.BILLED: fine & ended & line.line_id.in_(_billed_otherwise()),
        Item.OVER: fine & recent & is_over(),
        Item.UNDER: fine & recent & ended & is_under() & (line.debt == 0),
        Item.OUTSIDE: fine & recent & (line.outside > 0),
        Item.SECOND_SOURCE: fine & recent & line.second_source.is_not(None),
        Item.DISCREPANCY: fine & recent & is_discrepant(),
    }  # fmt: skip


def _billed_otherwise() -> ColumnElement[int]:
    """Lines that were invoiced for more or less than 99% to 101% of what was delivered."""
    net = func.sum(
        case(
            (Invoice.kind == InvoiceKind.INVOICE, InvoiceLine.net_minor),
            (InvoiceLine.commission_effect != CommissionEffect.NONE, -InvoiceLine.net_minor),
            else_=0,
        )
    )
    query = (
        select(InvoiceLine.line_id)
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .join(LineStanding, LineStanding.line_id == InvoiceLine.line_id)
        .where(LineStanding.net_minor.is_not(None))
        .group_by(InvoiceLine.line_id, LineStanding.net_minor)
        .having(func.abs(net - LineStanding.net_minor) * 100 > LineStanding.net_minor)
    )
    return query.scalar_subquery()
