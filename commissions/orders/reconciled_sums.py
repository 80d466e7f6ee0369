"""What the lines of a reconciliation come to, by currency: added up by the database."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import Subquery, case, func, select
from sqlalchemy.orm import Session

from commissions.facts.amounts import NOTHING
from commissions.facts.billing_models import CommissionEffect, Invoice, InvoiceKind, InvoiceLine
from commissions.facts.cash import received_net
from commissions.ledger.ledger_models import LineStanding
from commissions.orders.reconciliation import Wanted, lines_of
from portal.kernel.money import Money, round_half_up


@dataclass(frozen=True, slots=True)
class CurrencySum:
    """All lines of a filter in one currency. `unknown` lines have no value: their plan or rate is missing."""

    currency: str
    lines: int
    unknown: int
    value: Money
    invoiced: Money
    credited: Money
    paid: Money
    open: Money
    unbilled: Money


@dataclass(slots=True)
class _Billed:
    """Minor units. `asked` is invoiced less credited without goodwill, of lines whose value is known."""

    invoiced: int = 0
    credited: int = 0
    asked: int = 0
    paid: int = 0


def currency_sums(session: Session, wanted: Wanted) -> list[CurrencySum]:
    """What all lines of a filter come to; rounded parts are added, never the exact ones."""
    lines = (
        lines_of(wanted)
        .with_only_columns(
            LineStanding.line_id, LineStanding.currency, LineStanding.net_minor, maintain_column_froms=True
        )
        .subquery()
    )
    billed = _billed(session, lines)
    _add_paid(session, lines, billed)
    value, key = lines.c.net_minor, lines.c.currency
    query = select(key, func.count(), func.count(value), func.coalesce(func.sum(value), 0)).group_by(key)
    return [
        _sum(currency, (count, count - known, int(worth)), billed[currency])
        for currency, count, known, worth in session.execute(query.order_by(key))
    ]


def _billed(session: Session, lines: Subquery) -> defaultdict[str, _Billed]:
    net = InvoiceLine.net_minor
    of_known = func.coalesce(func.sum(case((lines.c.net_minor.is_not(None), net))), 0)
    key = (lines.c.currency, Invoice.kind, InvoiceLine.commission_effect)
    query = (
        select(*key, func.sum(net), of_known)
        .join(InvoiceLine, InvoiceLine.line_id == lines.c.line_id)
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .group_by(*key)
    )
    found: defaultdict[str, _Billed] = defaultdict(_Billed)
    for currency, kind, effect, minor, known in session.execute(query):
        one = found[currency]
        if kind is InvoiceKind.INVOICE:
            one.invoiced += int(minor)
            one.asked += int(known)
            continue
        one.credited += int(minor)
        if effect is not CommissionEffect.NONE:
            one.asked -= int(known)
    return found


def _add_paid(session: Session, lines: Subquery, billed: defaultdict[str, _Billed]) -> None:
    received = received_net(session, select(lines.c.line_id))
    if received:
        for line_id, currency in session.execute(select(lines.c.line_id, lines.c.currency)):
            billed[currency].paid += round_half_up(received.get(line_id, NOTHING))


def _sum(currency: str, counted: tuple[int, int, int], billed: _Billed) -> CurrencySum:
    lines, unknown, worth = counted
    return CurrencySum(
        currency=currency,
        lines=lines,
        unknown=unknown,
        value=Money(worth, currency),
        invoiced=Money(billed.invoiced, currency),
        credited=Money(billed.credited, currency),
        paid=Money(billed.paid, currency),
        open=Money(billed.invoiced - billed.paid - billed.credited, currency),
        unbilled=Money(worth - billed.asked, currency),
    )
