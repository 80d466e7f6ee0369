"""What an accrual works out anew: lines whose facts changed since the last one, or that time moves."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Select, func, select
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
from commissions.ledger.ledger_models import AccrualRun
from commissions.ledger.periods import Books
from commissions.reckoning.line_facts import Horizon
from commissions.reckoning.line_sets import lines_of_partners
from commissions.reckoning.plan_book import PlanBook

# raised by a release that reckons anything otherwise: the next accrual then works out every line
RULES = 3


@dataclass(frozen=True, slots=True)
class Scope:
    """What every line stands on, as a hash; and the lines to work out, all of them when None.

    `counted_since` has the earliest day that was counted anew, of lines that changed in nothing else.
    `same_day` as the last accrual: what time alone moves stands as it did.
    """

    ground: str
    line_ids: frozenset[int] | None
    counted_since: Mapping[int, date] = field(default_factory=dict)
    same_day: bool = False

    @property
    def is_nothing(self) -> bool:
        return self.line_ids is not None and not self.line_ids and self.same_day


def scope_of(session: Session, horizon: Horizon, state: Books) -> Scope:
    """Lines that changed since the last accrual; all, where what every line stands on is not the same.

    That is: plans, partners, settings, the last closed period, how far service days are taken, and the
    rules of this release. What comes out is what working out all lines would give: the rest would post
    nothing.
    """
    ground = _ground(horizon, state)
    last = session.scalar(select(AccrualRun).order_by(AccrualRun.id.desc()).limit(1))
    if last is None or last.ground != ground:
        return Scope(ground, None)
    known, counted, otherwise = last.known_through, dict[int, date](), set[int]()
    if (session.scalar(select(func.max(ImportFile.id))) or 0) > known:
        counted = _counted(session, known)
        otherwise = {line_id for query in _changed(known) for line_id in session.scalars(query)}
    last_day = horizon.house.business_day(last.at)
    otherwise |= set(session.scalars(_moved_by_time(last_day)))
    otherwise |= _beside(session, {*counted, *otherwise}, horizon)
    only_counted = {line_id: day for line_id, day in counted.items() if line_id not in otherwise}
    found = frozenset({*only_counted, *otherwise})
    return Scope(ground, found, only_counted, same_day=last_day == horizon.today)


def _ground(horizon: Horizon, state: Books) -> str:
    house = horizon.house
    said = (
        RULES,
        (house.calendar.value, sorted(house.sources.items()), house.timezone),
        (state.closed, state.known_through, str(horizon.through)),
        _told(horizon.book),
    )
    return hashlib.sha256(repr(said).encode()).hexdigest()


def _told(book: PlanBook) -> object:
    versions = {
        name: [(one.version, repr(one.plan)) for one in found] for name, found in book.versions.items()
    }
    return sorted(versions.items()), sorted((ref, repr(terms)) for ref, terms in book.terms.items())


def _counted(session: Session, known: int) -> dict[int, date]:
    """Lines that were counted in imports after that number, with the first day of these counts."""
    query = (
        select(DeliveryRow.line_id, func.min(DeliveryRow.service_date))
        .where(DeliveryRow.import_id > known)
        .group_by(DeliveryRow.line_id)
    )
    return {line_id: day for line_id, day in session.execute(query) if day is not None}


def _beside(session: Session, line_ids: set[int], horizon: Horizon) -> set[int]:
    """Lines that stand with one of these: made good by it, or counted together with it."""
    found = _made_good_by(session, line_ids)
    return found | _of_their_partners(session, line_ids | found) if horizon.book.pools_lines else found


def _changed(known: int) -> Iterator[Select[int]]:
    """Lines that facts other than counts came for after the import of that number."""
    yield select(LineRevision.line_id).where(LineRevision.import_id > known)
    yield (
        select(LineItem.id)
        .join(OrderRevision, OrderRevision.order_ref == LineItem.order_ref)
        .where(OrderRevision.import_id > known)
    )
    yield select(DisallowedUnits.line_id).where(DisallowedUnits.import_id > known)
    yield select(DebtWriteOff.line_id).where(DebtWriteOff.import_id > known)
    # cash is shared by all lines of an invoice
    billed = select(InvoiceLine.invoice_id).where(InvoiceLine.import_id > known)
    yield select(InvoiceLine.line_id).where(InvoiceLine.invoice_id.in_(billed))
    paid = (
        select(Invoice.id)
        .join(Payment, Payment.invoice_ref == Invoice.invoice_ref)
        .where(Payment.import_id > known)
    )
    yield select(InvoiceLine.line_id).where(InvoiceLine.invoice_id.in_(paid))


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
        .where(LineRevision.makegood_for.is_not(None))
    )
    return {original for line_id, original in pairs if line_id in line_ids}


def _of_their_partners(session: Session, line_ids: set[int]) -> set[int]:
    """All lines of the partners of these, also of those that an order had before."""
    rows = session.execute(
        select(LineItem.id, OrderRevision.partner_ref).join(
            OrderRevision, OrderRevision.order_ref == LineItem.order_ref
        )
    )
    partners = {partner_ref for line_id, partner_ref in rows if line_id in line_ids}
    return {line_id for partner_ref, line_id in lines_of_partners(session) if partner_ref in partners}
