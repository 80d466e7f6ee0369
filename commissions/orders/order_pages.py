"""Insertion orders as people read them: booked, delivered, billable, billed and paid, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from commissions.facts.cash import invoiced_net, received_net
from commissions.facts.fact_models import LineItem, LineRevision, LineStatus, OrderRevision
from commissions.facts.lines import Line, lines_as_known
from commissions.facts.newest import is_newest_line, is_newest_order
from commissions.facts.own_lines import orders_with, pays
from commissions.ledger.ledger_models import LineStanding, Posting
from commissions.orders.line_tally import UnitTally, unit_tally
from partners.models import Organisation
from portal.kernel.errors import NotFound
from portal.kernel.identity import Identity
from portal.kernel.money import Money


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order in a list: its newest revision, its partner's name, and how many line items it holds."""

    order: OrderRevision
    partner: str
    lines: int
    first_day: date
    end_day: date

    @property
    def last_day(self) -> date:
        return self.end_day - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OrderPage:
    rows: Sequence[OrderRow]
    total: int


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A line item with its counts as of the last accrual. Money is net; `commission` the asker's own.

    For finance `commission` is that of all payees together.
    """

    line: Line
    delivered: int
    billable: int
    # none before the first accrual that knows the line
    units: UnitTally | None
    billed: Money
    paid: Money
    commission: Money

    @property
    def last_day(self) -> date:
        return self.line.end_day - timedelta(days=1)

    @property
    def short(self) -> int:
        """Units booked, and neither delivered nor made good nor given up (0 when all were)."""
        if self.units is None:
            return max(self.line.booked_units - self.delivered, 0)
        return self.units.remaining + self.units.credited


@dataclass(frozen=True, slots=True)
class OrderView:
    """`partner` is the name of the order's partner."""

    order: OrderRevision
    partner: str
    revisions: int
    lines: Sequence[OrderLine]


def order_page(
    session: Session, identity: Identity, *, text: str = "", limit: int, offset: int = 0
) -> OrderPage:
    """Newest first; `text` is part of the ref or of the advertiser's name."""
    conditions = [is_newest_order(), *_visible_orders(identity)]
    if text:
        pattern = f"%{text.lower()}%"
        conditions.append(
            func.lower(OrderRevision.order_ref).like(pattern)
            | func.lower(OrderRevision.advertiser).like(pattern)
        )
    total = session.scalar(select(func.count()).select_from(OrderRevision).where(*conditions)) or 0
    orders = session.scalars(
        select(OrderRevision)
        .where(*conditions)
        .order_by(OrderRevision.signed_on.desc(), OrderRevision.order_ref.desc())
        .limit(limit)
        .offset(offset)
    ).all()
    spans = _spans(session, identity, [order.order_ref for order in orders])
    names = _names(session, {order.partner_ref for order in orders})
    rows = [OrderRow(order, names[order.partner_ref], *spans[order.order_ref]) for order in orders]
    return OrderPage(rows, total)


def order_view(session: Session, identity: Identity, ref: str) -> OrderView:
    """Raises NotFound, alike for what does not exist and for an order in which the partner has no line."""
    order = session.scalar(
        select(OrderRevision).where(
            OrderRevision.order_ref == ref, is_newest_order(), *_visible_orders(identity)
        )
    )
    if order is None:
        raise NotFound
    ids = list(session.scalars(_lines_of(ref, identity)))
    partner = _names(session, {order.partner_ref})[order.partner_ref]
    return OrderView(order, partner, order.revision, _lines(session, identity, ids))


@dataclass(frozen=True, slots=True)
class RunningLine:
    """A line in flight or to come, for a choice. The flight is `first_day` to before `end_day`."""

    line_ref: str
    advertiser: str
    first_day: date
    end_day: date


def running_lines(session: Session, identity: Identity, *, today: date, limit: int) -> list[RunningLine]:
    """The asker's own lines that are not over, the first to end first."""
    query = (
        select(LineItem.line_ref, OrderRevision.advertiser, LineRevision.first_day, LineRevision.end_day)
        .join(LineRevision, LineRevision.line_id == LineItem.id)
        .join(OrderRevision, OrderRevision.order_ref == LineItem.order_ref)
        .where(
            LineRevision.end_day > today,
            LineRevision.status == LineStatus.SIGNED,
            is_newest_order(),
            is_newest_line(),
            *visible_lines(identity),
        )
        .order_by(LineRevision.end_day, LineItem.line_ref)
        .limit(limit)
    )
    return [RunningLine(*row) for row in session.execute(query)]


def visible_line_id(session: Session, identity: Identity, line_ref: str) -> int:
    """The line of a ref; of those that a partner has no part in there is none. Raises NotFound."""
    found = session.scalar(
        select(LineItem.id)
        .join(LineRevision, LineRevision.line_id == LineItem.id)
        .where(LineItem.line_ref == line_ref, is_newest_line(), *visible_lines(identity))
    )
    if found is None:
        raise NotFound
    return found


def _lines(session: Session, identity: Identity, ids: Sequence[int]) -> list[OrderLine]:
    standings = {
        standing.line_id: standing
        for standing in session.scalars(select(LineStanding).where(LineStanding.line_id.in_(ids)))
    }
    billed = invoiced_net(session, ids)
    paid = received_net(session, select(LineItem.id).where(LineItem.id.in_(ids)))
    commission = _commission(session, identity, ids)
    found = []
    for line in lines_as_known(session, line_ids=ids).values() if ids else ():
        standing = standings.get(line.line_id)
        found.append(
            OrderLine(
                line=line,
                delivered=standing.delivered if standing else 0,
                billable=standing.billable if standing else 0,
                units=unit_tally(standing, line.makegood_for) if standing else None,
                billed=Money(billed.get(line.line_id, 0), line.currency),
                paid=Money.rounded(Fraction(paid.get(line.line_id, 0)), line.currency),
                commission=Money(commission.get(line.line_id, 0), line.currency),
            )
        )
    return sorted(found, key=lambda one: one.line.line_ref)


def _commission(session: Session, identity: Identity, ids: Sequence[int]) -> dict[int, int]:
    query = (
        select(Posting.line_id, func.sum(Posting.amount_minor))
        .where(Posting.line_id.in_(ids))
        .group_by(Posting.line_id)
    )
    if identity.is_partner:
        query = query.where(Posting.payee_ref == identity.organisation_ref)
    return {line_id: int(minor) for line_id, minor in session.execute(query)}


def _spans(session: Session, identity: Identity, refs: Sequence[str]) -> dict[str, tuple[int, date, date]]:
    """Line items, first day and end day by order; a partner's own lines only."""
    query = (
        select(
            LineItem.order_ref,
            func.count(),
            func.min(LineRevision.first_day),
            func.max(LineRevision.end_day),
        )
        .join(LineRevision, LineRevision.line_id == LineItem.id)
        .where(LineItem.order_ref.in_(refs), is_newest_line(), *visible_lines(identity))
        .group_by(LineItem.order_ref)
    )
    return {ref: (count, first, end) for ref, count, first, end in session.execute(query)}


def _names(session: Session, refs: set[str]) -> dict[str, str]:
    rows = session.execute(select(Organisation.ref, Organisation.name).where(Organisation.ref.in_(refs)))
    named = {row.ref: row.name for row in rows}
    return {ref: named.get(ref, ref) for ref in refs}


def _lines_of(ref: str, identity: Identity) -> Select[int]:
    return (
        select(LineItem.id)
        .join(LineRevision, LineRevision.line_id == LineItem.id)
        .where(LineItem.order_ref == ref, is_newest_line(), *visible_lines(identity))
    )


def _visible_orders(identity: Identity) -> list[ColumnElement[bool]]:
    """A partner sees orders with a line of its own; finance and admin see all."""
    if not identity.is_partner:
        return []
    item, terms = aliased(LineItem), aliased(LineRevision)
    own_line = (
        select(terms.id)
        .join(item, item.id == terms.line_id)
        .where(
            item.order_ref == OrderRevision.order_ref,
            is_newest_line(terms),
            pays(terms, identity.organisation_ref, OrderRevision.partner_ref),
        )
    )
    return [OrderRevision.order_ref.in_(orders_with(identity.organisation_ref)), own_line.exists()]


def visible_lines(identity: Identity) -> list[ColumnElement[bool]]:
    """Conditions on LineItem and LineRevision: a partner's own lines; all for finance and admin."""
    if not identity.is_partner:
        return []
    order = aliased(OrderRevision)
    newer = aliased(OrderRevision)
    later = and_(newer.order_ref == order.order_ref, newer.revision > order.revision)
    holder = (
        select(order.partner_ref)
        .where(order.order_ref == LineItem.order_ref, ~select(newer.id).where(later).exists())
        .scalar_subquery()
    )
    return [pays(LineRevision, identity.organisation_ref, holder)]
