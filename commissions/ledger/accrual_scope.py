"""What an accrual works out anew: lines whose facts changed since the last one, or that time moves."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from commissions.facts.billing_models import Invoice, InvoiceLine, Payment
from commissions.facts.fact_models import (
    BillingSource,
    DebtWriteOff,
    DeliveryRow,
    DisallowedUnits,
    LineItem,
    LineRevision,
    OrderRevision,
)
from commissions.facts.import_models import ImportFile
from commissions.facts.newest import is_make_good
from commissions.ledger.ledger_models import AccrualRun
from commissions.reckoning.line_facts import Horizon
from commissions.reckoning.plan_book import PlanBook, plan_book
from portal.kernel.among import among, in_parts

_Numbered = DebtWriteOff | InvoiceLine | LineRevision | OrderRevision | Payment

# raised by a release that reckons anything otherwise: the next accrual then works out every line
RULES = 3


@dataclass(frozen=True, slots=True)
class Scope:
    """What every line stands on, as a hash; and the lines to work out, all of them when None.

    `counted_since` has the earliest day that was counted anew, of lines that changed in nothing else.
    `since` is the day of the last accrual: what ended after it was not noted yet.
    """

    ground: str
    line_ids: frozenset[int] | None
    counted_since: Mapping[int, date] = field(default_factory=dict)
    since: date | None = None


def scope_of(session: Session, horizon: Horizon) -> Scope:
    """Lines that changed since the last accrual; all, where what every line stands on is not the same.

    That is: plans, settings, how far service days are taken, and the rules of this release. Of partners
    whose terms changed, and of those below them, all lines. A close changes no line: it took all that was
    known. What comes out is what working out all lines would give: the rest would post nothing.
    """
    ground = _ground(horizon, horizon.book)
    last = session.scalar(select(AccrualRun).order_by(AccrualRun.id.desc()).limit(1))
    if last is None:
        return Scope(ground, None)
    known, counted, otherwise = last.known_through, dict[int, date](), set[int]()
    if last.ground != ground:
        before = plan_book(session, known_through=known)
        if _ground(horizon, before) != last.ground or _versions(before) != _versions(horizon.book):
            return Scope(ground, None)
        otherwise |= _lines_of(session, _on_new_terms(before, horizon.book))
    if (session.scalar(select(func.max(ImportFile.id))) or 0) > known:
        counted = _counted(session, known)
        otherwise |= {line_id for query in _changed(session, known) for line_id in session.scalars(query)}
    last_day = horizon.house.business_day(last.at)
    otherwise |= set(session.scalars(_moved_by_time(last_day)))
    otherwise |= _beside(session, {*counted, *otherwise}, horizon)
    only_counted = {line_id: day for line_id, day in counted.items() if line_id not in otherwise}
    found = frozenset({*only_counted, *otherwise})
    return Scope(ground, found, only_counted, since=last_day)


def _ground(horizon: Horizon, book: PlanBook) -> str:
    house = horizon.house
    said = (
        RULES,
        (house.calendar.value, sorted(house.sources.items()), house.timezone),
        str(horizon.through),
        _versions(book),
        sorted((ref, repr(terms)) for ref, terms in book.terms.items()),
    )
    return hashlib.sha256(repr(said).encode()).hexdigest()


def _versions(book: PlanBook) -> object:
    return sorted(
        (name, [(one.version, repr(one.plan)) for one in found]) for name, found in book.versions.items()
    )


def _on_new_terms(before: PlanBook, now: PlanBook) -> set[str]:
    """Partners whose terms are not what they were, and all below them."""
    every = {*before.terms, *now.terms}
    found = {ref for ref in every if before.terms.get(ref) != now.terms.get(ref)}
    above = {
        ref: {one.parent_ref for book in (before, now) for one in book.terms.get(ref, ())} for ref in every
    }
    while below := {ref for ref in every - found if not found.isdisjoint(above[ref])}:
        found |= below
    return found


def _lines_of(session: Session, partners: set[str]) -> set[int]:
    """All lines of these partners, also of those that an order had before."""
    query = (
        select(LineItem.id)
        .join(OrderRevision, OrderRevision.order_ref == LineItem.order_ref)
        .where(OrderRevision.partner_ref.in_(partners))
    )
    return set(session.scalars(query)) if partners else set()


def _new(session: Session, table: type[_Numbered], known: int) -> ColumnElement[bool]:
    """Rows of imports after that number: rows are numbered in the order of imports, so they are the last."""
    last = select(table.id).where(table.import_id <= known).order_by(table.id.desc()).limit(1)
    return table.id > (session.scalar(last) or 0)


def _counted(session: Session, known: int) -> dict[int, date]:
    """Lines that were counted in imports after that number, with the first day of these counts."""
    query = (
        select(DeliveryRow.line_id, func.min(DeliveryRow.service_date))
        .where(DeliveryRow.import_id > known)
        .group_by(DeliveryRow.line_id)
    )
    return {line_id: day for line_id, day in session.execute(query) if day is not None}


def _changed(session: Session, known: int) -> Iterator[Select[int]]:
    """Lines that facts other than counts came for after the import of that number."""
    yield select(LineRevision.line_id).where(_new(session, LineRevision, known))
    yield select(DisallowedUnits.line_id).where(DisallowedUnits.import_id > known)
    yield select(DebtWriteOff.line_id).where(_new(session, DebtWriteOff, known))
    yield (
        select(LineItem.id)
        .join(OrderRevision, OrderRevision.order_ref == LineItem.order_ref)
        .where(_new(session, OrderRevision, known))
    )
    # cash is shared by all lines of an invoice
    billed = select(InvoiceLine.invoice_id).where(_new(session, InvoiceLine, known))
    yield select(InvoiceLine.line_id).where(InvoiceLine.invoice_id.in_(billed))
    paid = (
        select(Invoice.id)
        .join(Payment, Payment.invoice_ref == Invoice.invoice_ref)
        .where(_new(session, Payment, known))
    )
    yield select(InvoiceLine.line_id).where(InvoiceLine.invoice_id.in_(paid))


def _beside(session: Session, line_ids: set[int], horizon: Horizon) -> set[int]:
    """Lines that stand with one of these: made good by it, or counted together with it."""
    found = _made_good_by(session, line_ids)
    return found | _of_their_partners(session, line_ids | found) if horizon.book.pools_lines else found


def _moved_by_time(since: date) -> Select[int]:
    """Lines that bill what was booked, day by day, and had days to come at the last accrual."""
    return select(LineRevision.line_id).where(
        LineRevision.billing_source == BillingSource.CONTRACTED, LineRevision.end_day > since
    )


def _made_good_by(session: Session, line_ids: set[int]) -> set[int]:
    """The lines that these make good, or did by an earlier revision."""
    pairs = session.execute(
        select(LineRevision.line_id, LineItem.id)
        .join(LineItem, LineItem.line_ref == LineRevision.makegood_for)
        .where(is_make_good())
    )
    return {original for line_id, original in pairs if line_id in line_ids}


def _of_their_partners(session: Session, line_ids: set[int]) -> set[int]:
    """All lines of the partners of these, also of those that an order had before."""
    held = select(OrderRevision.partner_ref).join(LineItem, LineItem.order_ref == OrderRevision.order_ref)
    partners: set[str] = set()
    for part in in_parts(line_ids):
        partners |= set(session.scalars(held.where(among(LineItem.id, part or ()))))
    return _lines_of(session, partners)
