"""Ordered, delivered, billed, credited and paid by line item: the rows, their sums, and where they differ."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from commissions.facts.billing_models import CommissionEffect, Invoice, InvoiceKind, InvoiceLine
from commissions.facts.cash import invoiced_of, received_net
from commissions.facts.fact_models import LineRevision, LineStatus, OrderRevision
from commissions.facts.newest import is_newest_line, is_newest_order
from commissions.ledger.ledger_models import LineStanding
from commissions.orders.line_tally import UnitTally, ValueTally, unit_tally
from partners.models import Organisation
from portal.kernel.among import among
from portal.kernel.errors import NotFound
from portal.kernel.money import Money, round_half_up


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines. `month` is its first day and the day after it; lines in flight in it are taken.

    `text` is part of a ref or of the advertiser's name; `differences` are lines that do not come out even;
    `line_ids`, where given, are the only ones. Without those that ended before the day `since`.
    """

    partner: str = ""
    station: str = ""
    month: tuple[date, date] | None = None
    text: str = ""
    differences: bool = False
    today: date = date.max
    line_ids: Collection[int] | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class TallyRow:
    """A line item with its units and its money, to date."""

    standing: LineStanding
    terms: LineRevision
    order: OrderRevision
    partner: str
    units: UnitTally
    money: ValueTally

    @property
    def last_day(self) -> date:
        return self.terms.end_day - timedelta(days=1)

    def is_over(self, today: date) -> bool:
        """Whether the flight is over, so that what is missing is owed and not to come."""
        return self.terms.end_day <= today

    @property
    def unpaid_over_delivery(self) -> int:
        """Counted, allowed, and above the cap: shown, never paid and never lost.

        What a make-good line aired counts on the line that it makes good.
        """
        if self.terms.makegood_for is not None:
            return 0
        return max(0, self.standing.delivered - self.standing.disallowed - self.standing.allowed)


@dataclass(frozen=True, slots=True)
class TallyPage:
    rows: Sequence[TallyRow]
    total: int


def tally_page(session: Session, wanted: Wanted, *, limit: int, offset: int = 0) -> TallyPage:
    """The lines that end last come first, those that have not begun at the end."""
    total = session.scalar(lines_of(wanted).with_only_columns(func.count(), maintain_column_froms=True)) or 0
    return TallyPage(_tallied(session, _ordered(wanted).limit(limit).offset(offset)), total)


def tally_row(session: Session, line_ref: str) -> TallyRow:
    """Raises NotFound."""
    found = _tallied(session, lines_of(Wanted()).where(LineStanding.line_ref == line_ref))
    if not found:
        raise NotFound
    return found[0]


def all_rows(session: Session, wanted: Wanted, *, at_once: int = 2000) -> Iterator[TallyRow]:
    """Every row of a filter in the order of the page, some in memory at once."""
    offset = 0
    while part := _tallied(session, _ordered(wanted).limit(at_once).offset(offset)):
        yield from part
        offset += len(part)


def stations(session: Session) -> Sequence[str]:
    """Every station that has a line, for the filter."""
    return session.scalars(select(LineRevision.station).distinct().order_by(LineRevision.station)).all()


def partners(session: Session) -> Sequence[tuple[str, str]]:
    """Ref and name of every partner that has an order, by name."""
    query = (
        select(
            OrderRevision.partner_ref, func.max(func.coalesce(Organisation.name, OrderRevision.partner_ref))
        )
        .outerjoin(Organisation, Organisation.ref == OrderRevision.partner_ref)
        .group_by(OrderRevision.partner_ref)
        .order_by(func.max(func.coalesce(Organisation.name, OrderRevision.partner_ref)))
    )
    return [(ref, name) for ref, name in session.execute(query)]


def lines_of(wanted: Wanted) -> Select[LineStanding, LineRevision, OrderRevision, str]:
    """Where each line stands, its newest terms and order, and its partner's name."""
    return (
        select(
            LineStanding,
            LineRevision,
            OrderRevision,
            func.coalesce(Organisation.name, LineStanding.partner_ref).label("partner"),
        )
        .join(LineRevision, LineRevision.line_id == LineStanding.line_id)
        .join(OrderRevision, OrderRevision.order_ref == LineStanding.order_ref)
        .outerjoin(Organisation, Organisation.ref == LineStanding.partner_ref)
        .where(is_newest_line(), is_newest_order(), *_bounds(wanted))
    )


def _ordered(wanted: Wanted) -> Select[LineStanding, LineRevision, OrderRevision, str]:
    # what has not begun comes after what has
    to_come = case((LineRevision.first_day > wanted.today, 1), else_=0)
    return lines_of(wanted).order_by(to_come, LineStanding.end_day.desc(), LineStanding.line_ref)


def _bounds(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.partner:
        yield LineStanding.partner_ref == wanted.partner
    if wanted.station:
        yield LineRevision.station == wanted.station
    if wanted.month is not None:
        first, end = wanted.month
        yield and_(LineRevision.first_day < end, LineRevision.end_day > first)
    if wanted.text:
        pattern = f"%{wanted.text.lower()}%"
        yield or_(
            func.lower(LineStanding.line_ref).like(pattern),
            func.lower(LineStanding.order_ref).like(pattern),
            func.lower(OrderRevision.advertiser).like(pattern),
        )
    if wanted.since is not None:
        yield LineRevision.end_day > wanted.since
    if wanted.line_ids is not None:
        yield among(LineStanding.line_id, wanted.line_ids)
    if wanted.differences:
        yield _differs(wanted.today)


def _differs(today: date) -> ColumnElement[bool]:
    """Above the cap; or owed, unbilled or billed too much once the flight is over; or not calculable."""
    over = and_(
        LineStanding.delivered - LineStanding.disallowed > LineStanding.allowed,
        LineRevision.makegood_for.is_(None),
    )
    billed = func.coalesce(invoiced_of(LineStanding.line_id), 0)
    done = or_(LineStanding.end_day <= today, LineRevision.status == LineStatus.CANCELLED)
    uneven = or_(LineStanding.debt > 0, LineStanding.net_minor != billed)
    return or_(over, and_(done, uneven), LineStanding.problem.is_not(None), LineStanding.net_minor < billed)


def _tallied(
    session: Session, query: Select[LineStanding, LineRevision, OrderRevision, str]
) -> list[TallyRow]:
    found = session.execute(query).all()
    ids = select(LineStanding.line_id).where(among(LineStanding.line_id, [row[0].line_id for row in found]))
    money = _money(session, ids, [(row[0].line_id, row[0].currency, row[0].net_minor) for row in found])
    return [
        TallyRow(
            standing, terms, order, partner, unit_tally(standing, terms.makegood_for), money[standing.line_id]
        )
        for standing, terms, order, partner in found
    ]


def _money(
    session: Session, ids: Select[int], lines: Sequence[tuple[int, str, int | None]]
) -> dict[int, ValueTally]:
    """By line: three queries, whatever the number of lines; `lines` are id, currency and net value."""
    billed = _billed(session, ids)
    paid = received_net(session, ids)
    found = {}
    for line_id, currency, net in lines:
        invoiced, reduced, goodwill = billed.get(line_id, (0, 0, 0))
        found[line_id] = ValueTally(
            value=None if net is None else Money(net, currency),
            invoiced=Money(invoiced, currency),
            reduced=Money(reduced, currency),
            goodwill=Money(goodwill, currency),
            paid=Money(round_half_up(paid[line_id]) if line_id in paid else 0, currency),
        )
    return found


def _billed(session: Session, ids: Select[int]) -> dict[int, tuple[int, int, int]]:
    """Net invoiced, credited (reduce and settles), and credited as goodwill, by line."""
    query = (
        select(
            InvoiceLine.line_id, Invoice.kind, InvoiceLine.commission_effect, func.sum(InvoiceLine.net_minor)
        )
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .where(InvoiceLine.line_id.in_(ids))
        .group_by(InvoiceLine.line_id, Invoice.kind, InvoiceLine.commission_effect)
    )
    found: dict[int, list[int]] = {}
    for line_id, kind, effect, net in session.execute(query):
        place = 0 if kind is InvoiceKind.INVOICE else (2 if effect is CommissionEffect.NONE else 1)
        found.setdefault(line_id, [0, 0, 0])[place] += int(net)
    return {line_id: (sums[0], sums[1], sums[2]) for line_id, sums in found.items()}
