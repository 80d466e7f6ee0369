"""The answers of the API about orders, statements and deliveries; figures as the files have them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from operator import attrgetter

from sqlalchemy.orm import Session

from commissions.imports.importing import ImportReport
from commissions.ledger.ledger_models import Statement, StatementLine
from commissions.orders.order_pages import OrderLine, order_view
from commissions.statements.stated_rows import FIGURES, line_cells
from commissions.statements.statements import lines_after, statement, statements_after
from portal.kernel.identity import Identity
from portal.kernel.money import Money


@dataclass(frozen=True, slots=True)
class OrderLineAnswer:
    """Units as counted at the last accrual; `billed` and `paid` are net, in the order's currency."""

    ref: str
    station: str
    product: str | None
    first_day: date
    last_day: date
    booked: int
    delivered: int
    billable: int
    billed: str
    paid: str


@dataclass(frozen=True, slots=True)
class OrderAnswer:
    ref: str
    revision: int
    signed_on: date
    advertiser: str
    currency: str
    lines: list[OrderLineAnswer]


@dataclass(frozen=True, slots=True)
class StatementAnswer:
    """A row of statements.csv; amounts are decimal text with exactly the currency's decimals."""

    ref: str
    period: str
    partner_ref: str
    partner: str
    currency: str
    opening: str
    earned: str
    prior_period: str
    clawback: str
    adjustments: str
    holdback_withheld: str
    holdback_released: str
    payouts: str
    closing: str
    holdback_balance: str
    payable: str


@dataclass(frozen=True, slots=True)
class StatementList:
    items: list[StatementAnswer]
    next: str | None


@dataclass(frozen=True, slots=True)
class StatementLineAnswer:
    """A row of statement_lines.csv; `ref` names the line within all statements, empty text is none."""

    ref: str
    kind: str
    order_ref: str
    line_ref: str
    station: str
    service_month: str
    component: str
    units_before: str
    units_after: str
    basis: str
    rate: str
    amount_before: str
    amount_after: str
    amount: str
    currency: str
    corrects: str
    explanation: str


@dataclass(frozen=True, slots=True)
class StatementLineList:
    items: list[StatementLineAnswer]
    next: str | None


@dataclass(frozen=True, slots=True)
class DoubtedRow:
    """A row that was read and not believed; `row` counts from 1 in what was sent."""

    row: int
    reason: str
    sentence: str


@dataclass(frozen=True, slots=True)
class DeliveriesAnswer:
    accepted: int
    unchanged: int
    superseded: int
    quarantined: int
    already_imported: bool
    reasons: list[DoubtedRow]


def order_answer(session: Session, identity: Identity, ref: str) -> OrderAnswer:
    """Raises NotFound."""
    view = order_view(session, identity, ref)
    order = view.order
    return OrderAnswer(
        ref=order.order_ref,
        revision=order.revision,
        signed_on=order.signed_on,
        advertiser=order.advertiser,
        currency=order.currency,
        lines=[_order_line(line) for line in view.lines],
    )


def statement_answer(session: Session, identity: Identity, number: str) -> StatementAnswer:
    """Raises NotFound."""
    return _statement(statement(session, identity, number))


def statement_list(session: Session, identity: Identity, *, after: str, limit: int) -> StatementList:
    """By number, after one; `next` is the number to go on after."""
    rows = statements_after(session, identity, after=after, limit=limit + 1)
    more = rows[limit - 1].number if len(rows) > limit else None
    return StatementList([_statement(row) for row in rows[:limit]], more)


def statement_line_list(
    session: Session, identity: Identity, number: str, *, after: int, limit: int
) -> StatementLineList:
    """By position, after one. Raises NotFound."""
    found = statement(session, identity, number)
    rows = lines_after(session, found, after=after, limit=limit + 1)
    more = str(rows[limit - 1].position) if len(rows) > limit else None
    return StatementLineList([_line(found, row) for row in rows[:limit]], more)


def deliveries_answer(report: ImportReport) -> DeliveriesAnswer:
    return DeliveriesAnswer(
        accepted=report.accepted,
        unchanged=report.unchanged,
        superseded=report.superseded,
        quarantined=report.quarantined,
        already_imported=report.already_imported,
        reasons=[
            DoubtedRow(row.number, row.verdict.reason, row.verdict.sentence)
            for row in sorted(report.doubts, key=attrgetter("number"))
        ],
    )


def _order_line(line: OrderLine) -> OrderLineAnswer:
    item = line.line
    return OrderLineAnswer(
        ref=item.line_ref,
        station=item.station,
        product=item.product,
        first_day=item.first_day,
        last_day=item.end_day - timedelta(days=1),
        booked=item.booked_units,
        delivered=line.delivered,
        billable=line.billable,
        billed=line.billed.text(),
        paid=line.paid.text(),
    )


def _statement(row: Statement) -> StatementAnswer:
    figures = {name: Money(getattr(row, name), row.currency).text() for name in FIGURES}
    return StatementAnswer(
        ref=row.number,
        period=row.period,
        partner_ref=row.partner_ref,
        partner=row.partner_name,
        currency=row.currency,
        **figures,
    )


def _line(found: Statement, row: StatementLine) -> StatementLineAnswer:
    cells = line_cells(found, row)
    return StatementLineAnswer(f"{found.number}.{row.position}", *cells[1:])
