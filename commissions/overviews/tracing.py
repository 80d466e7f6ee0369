"""The proof of a statement line: order, line item, station and day, delivery proof, invoice, and rule."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from commissions.explanations.explanation import figures
from commissions.explanations.trace_steps import TraceStep, trace_steps
from commissions.facts.billing_models import Invoice, InvoiceKind, InvoiceLine
from commissions.facts.delivered import source_names
from commissions.facts.fact_models import BillingSource, DeliveryRow, LineRevision, OrderRevision
from commissions.facts.house_rules import HouseRules
from commissions.facts.lines import Line, lines_as_known
from commissions.facts.service_calendar import span
from commissions.ledger.ledger_models import Period, Posting, PostingKind, Statement, StatementLine
from portal.kernel.errors import NotFound
from portal.kernel.identity import Identity
from portal.kernel.money import Money


@dataclass(frozen=True, slots=True)
class TraceDay:
    """What counted on a service day; `before` is the count that an earlier revision had given."""

    day: date
    units: int
    revision: int
    before: int | None
    proof_ref: str | None
    is_short: bool
    # the make-good line that it aired on, when not on the line itself
    made_by: str | None = None


@dataclass(frozen=True, slots=True)
class TraceRun:
    """Arithmetic of a run of days with one price and one rate; exact, in the major unit."""

    units: int
    price: Fraction
    agency: Fraction
    gross: Fraction
    net: Fraction
    basis: Fraction
    rate: str
    earned: Fraction

    @property
    def agency_part(self) -> Fraction:
        return self.gross * self.agency / 100

    @property
    def credited(self) -> Fraction:
        """Net that credit notes without units took."""
        return self.gross - self.agency_part - self.net


@dataclass(frozen=True, slots=True)
class TraceInvoice:
    invoice_ref: str
    is_credit_note: bool
    issued_on: date
    net: Money
    # of a credit note
    reason: str | None


@dataclass(frozen=True, slots=True)
class Trace:
    """Everything behind one amount, as it was known when the statement was issued."""

    line: Line
    order: OrderRevision
    stated: StatementLine
    currency: str
    month_first: date
    days: Sequence[TraceDay]
    invoices: Sequence[TraceInvoice]
    plan: str
    plan_version: int
    component: str
    runs: Sequence[TraceRun]
    # what tiers, a bonus, a floor or a cap make of them; empty for plain rates
    steps: Sequence[TraceStep]
    is_override: bool
    exact: Fraction
    share: Fraction
    # what the month had come to on earlier statements
    stated_before: Money

    @property
    def amount(self) -> Money:
        return Money(self.stated.amount, self.currency)

    @property
    def amount_after(self) -> Money | None:
        """What the month comes to now, on a line that adds to it or corrects it."""
        if self.stated.amount_before is None and not self.stated_before:
            return None
        return self.stated_before + self.amount

    @property
    def flight_last_day(self) -> date:
        return self.line.end_day - timedelta(days=1)

    @property
    def units(self) -> int:
        return sum(day.units for day in self.days)

    @property
    def restated(self) -> list[TraceDay]:
        return [day for day in self.days if day.before is not None]

    @property
    def made_by(self) -> list[str]:
        """Refs of the make-good lines that days of the month aired on."""
        return sorted({day.made_by for day in self.days if day.made_by})

    @property
    def proofs(self) -> list[str]:
        return sorted({day.proof_ref for day in self.days if day.proof_ref})


def trace_of(session: Session, identity: Identity, stated: StatementLine, *, house: HouseRules) -> Trace:
    """The trace of a line of a statement that the asker may see.

    Raises NotFound for a line without a posting (a balance, not a delivery) and for another partner's.
    """
    statement = session.get_one(Statement, stated.statement_id)
    both = (
        select(Posting, Period)
        .join(Period, Period.ref == statement.period)
        .where(Posting.id == stated.posting_id)
    )
    found = session.execute(both).one_or_none()
    if found is None:
        raise NotFound
    posting, closed = found
    if identity.is_partner and posting.payee_ref != identity.organisation_ref:
        raise NotFound
    line, *makers = _lines(session, posting, closed.known_through)
    month = span(posting.service_period, house.calendar)
    told = figures(posting.explanation) if posting.explanation["runs"] else None
    return Trace(
        line=line,
        order=_order(session, line, closed.known_through),
        stated=stated,
        currency=statement.currency,
        month_first=month.first_day,
        days=_days(session, [line, *makers], (month.first_day, month.end_day), closed.known_through, house),
        invoices=_invoices(session, line, closed.known_through),
        plan=posting.plan,
        plan_version=posting.plan_version,
        component=posting.component,
        runs=[_run(run) for run in posting.explanation["runs"]],
        steps=trace_steps(posting.explanation),
        is_override=posting.explanation["kind"] == "override",
        exact=told.exact * told.share if told else Fraction(0),
        share=told.share if told else Fraction(1),
        stated_before=Money(_stated_before(session, stated, posting, statement), statement.currency),
    )


def _stated_before(session: Session, stated: StatementLine, posting: Posting, statement: Statement) -> int:
    """In minor units; of a month whose cash came later a line of its own kind says nothing of it.

    What a correction on the same statement made of the month stood before its cash.
    """
    if stated.amount_before is not None or posting.service_period == statement.period:
        return stated.amount_before or 0
    same = (
        Posting.line_id == posting.line_id,
        Posting.component == posting.component,
        Posting.payee_ref == posting.payee_ref,
        Posting.service_period == posting.service_period,
        or_(
            Posting.posting_period < statement.period,
            and_(Posting.posting_period == statement.period, Posting.kind == PostingKind.PRIOR_PERIOD),
        ),
    )
    return int(session.scalar(select(func.sum(Posting.amount_minor)).where(*same)) or 0)


def _order(session: Session, line: Line, known_through: int | None) -> OrderRevision:
    query = select(OrderRevision).where(OrderRevision.order_ref == line.order_ref)
    if known_through is not None:
        query = query.where(OrderRevision.import_id <= known_through)
    return session.scalars(query.order_by(OrderRevision.revision.desc()).limit(1)).one()


def _lines(session: Session, posting: Posting, known_through: int | None) -> list[Line]:
    """The posting's line first, then those that make it good (2.3)."""
    named = select(LineRevision.line_id).where(LineRevision.makegood_for == posting.line_ref).distinct()
    found = lines_as_known(
        session, line_ids=[posting.line_id, *session.scalars(named)], known_through=known_through
    )
    line = found.pop(posting.line_id)
    return [line, *(maker for maker in found.values() if maker.makegood_for == line.line_ref)]


def _days(
    session: Session,
    lines: Sequence[Line],
    month: tuple[date, date],
    known_through: int | None,
    house: HouseRules,
) -> list[TraceDay]:
    """Days of the month, inside their line's flight, with a count that is billed on."""
    traced, by_id = lines[0], {line.line_id: line for line in lines}
    controlling = _controlling(session, by_id, known_through, house)
    planned = traced.booked_units // traced.flight_days
    found = []
    for (line_id, source_id, day), rows in _rows(session, by_id, month, known_through).items():
        line = by_id[line_id]
        if source_id != controlling.get(line_id) or not line.runs_on(day):
            continue
        if line is traced:
            found.append(_day(day, rows, planned))
        else:
            found.append(replace(_day(day, rows, 0), made_by=line.line_ref))
    return sorted(found, key=lambda one: one.day)


def _rows(
    session: Session, line_ids: Collection[int], month: tuple[date, date], known_through: int | None
) -> dict[tuple[int, int, date], list[DeliveryRow]]:
    """What was counted in the month, by line, source and day; the newest revision comes last."""
    query = (
        select(DeliveryRow)
        .where(
            DeliveryRow.line_id.in_(line_ids),
            DeliveryRow.service_date >= month[0],
            DeliveryRow.service_date < month[1],
        )
        .order_by(DeliveryRow.service_date, DeliveryRow.revision)
    )
    if known_through is not None:
        query = query.where(DeliveryRow.import_id <= known_through)
    found: dict[tuple[int, int, date], list[DeliveryRow]] = {}
    for row in session.scalars(query):
        found.setdefault((row.line_id, row.source_id, row.service_date), []).append(row)
    return found


def _controlling(
    session: Session, lines: Mapping[int, Line], known_through: int | None, house: HouseRules
) -> dict[int, int]:
    """By line: of several sources of its kind the one with the smallest name that reported it (2.2)."""
    query = (
        select(DeliveryRow.line_id, DeliveryRow.source_id).where(DeliveryRow.line_id.in_(lines)).distinct()
    )
    if known_through is not None:
        query = query.where(DeliveryRow.import_id <= known_through)
    names, found = source_names(session), dict[int, int]()
    for line_id, source_id in session.execute(query):
        kind = lines[line_id].billing_source
        wanted = BillingSource.OWN if kind is BillingSource.CONTRACTED else kind
        if house.kind_of(names[source_id]) != wanted.value:
            continue
        found[line_id] = min(source_id, found.get(line_id, source_id), key=lambda one: names[one].encode())
    return found


def _day(day: date, rows: list[DeliveryRow], planned: int) -> TraceDay:
    now = rows[-1]
    return TraceDay(
        day=day,
        units=now.units,
        revision=now.revision,
        before=rows[-2].units if len(rows) > 1 else None,
        proof_ref=now.proof_ref,
        is_short=now.units < planned,
    )


def _invoices(session: Session, line: Line, known_through: int | None) -> list[TraceInvoice]:
    query = (
        select(Invoice, InvoiceLine)
        .join(InvoiceLine, InvoiceLine.invoice_id == Invoice.id)
        .where(InvoiceLine.line_id == line.line_id)
        .order_by(Invoice.issued_on, Invoice.id)
    )
    if known_through is not None:
        query = query.where(InvoiceLine.import_id <= known_through)
    return [
        TraceInvoice(
            invoice_ref=invoice.invoice_ref,
            is_credit_note=invoice.kind is InvoiceKind.CREDIT_NOTE,
            issued_on=invoice.issued_on,
            net=Money(billed.net_minor, invoice.currency),
            reason=billed.reason,
        )
        for invoice, billed in session.execute(query)
    ]


def _run(run: dict[str, str]) -> TraceRun:
    return TraceRun(
        units=int(run["units"]),
        price=Fraction(run["price"]),
        agency=Fraction(run["agency"]),
        gross=Fraction(run["gross"]),
        net=Fraction(run["net"]),
        basis=Fraction(run["basis"]),
        rate=run["rate"],
        earned=Fraction(run["earned"]),
    )
