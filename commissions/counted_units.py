"""Units and credits of a set of lines, each by a query: counted, disallowed, credited, written off."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commissions.billing_models import CommissionEffect, Invoice, InvoiceKind, InvoiceLine
from commissions.fact_models import DebtWriteOff, DeliveryRow, DisallowedUnits
from commissions.fact_queries import source_name
from commissions.reckoning_facts import Credit, Relief
from commissions.service_calendar import Calendar, period_of
from portal.kernel.among import among
from portal.kernel.money import exponent

Days = dict[date, int]


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far facts are taken: last service day and last import, open when empty."""

    through: date | None = None
    known_through: int | None = None


def day_sums(session: Session, line_ids: Collection[int], bounds: Bounds) -> dict[int, dict[str, Days]]:
    """Units by line, source and service day."""
    query = (
        select(
            DeliveryRow.line_id,
            source_name(),
            DeliveryRow.service_date,
            func.sum(DeliveryRow.added_units),
        )
        .where(among(DeliveryRow.line_id, line_ids))
        .group_by(DeliveryRow.line_id, DeliveryRow.source_id, DeliveryRow.service_date)
    )
    if bounds.through is not None:
        query = query.where(DeliveryRow.service_date <= bounds.through)
    if bounds.known_through is not None:
        query = query.where(DeliveryRow.import_id <= bounds.known_through)
    found: dict[int, dict[str, Days]] = {}
    for line_id, source, day, units in session.execute(query):
        found.setdefault(line_id, {}).setdefault(source, {})[day] = int(units)
    return found


def disallowed_days(session: Session, line_ids: Collection[int], bounds: Bounds) -> dict[int, Days]:
    """Units that finance does not count, by line and service day."""
    query = (
        select(DisallowedUnits.line_id, DisallowedUnits.service_date, func.sum(DisallowedUnits.added_units))
        .where(among(DisallowedUnits.line_id, line_ids))
        .group_by(DisallowedUnits.line_id, DisallowedUnits.service_date)
    )
    if bounds.through is not None:
        query = query.where(DisallowedUnits.service_date <= bounds.through)
    if bounds.known_through is not None:
        query = query.where(DisallowedUnits.import_id <= bounds.known_through)
    found: dict[int, Days] = {}
    for line_id, day, units in session.execute(query):
        if units:
            found.setdefault(line_id, {})[day] = int(units)
    return found


@dataclass(frozen=True, slots=True)
class Given:
    """What was credited of a line: what reduces, and units of debt that nobody owes any more."""

    credits: tuple[Credit, ...] = ()
    settled: tuple[Relief, ...] = ()
    written_off: tuple[Relief, ...] = ()


NOTHING_GIVEN = Given()


def given_by_line(
    session: Session, line_ids: Collection[int], bounds: Bounds, calendar: Calendar
) -> Mapping[int, Given]:
    """Credit notes in the order in which they take back, and what was written off."""
    reduced: dict[int, list[Credit]] = {}
    settled: dict[int, list[Relief]] = {}
    query = (
        select(InvoiceLine, Invoice)
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .where(among(InvoiceLine.line_id, line_ids), Invoice.kind == InvoiceKind.CREDIT_NOTE)
        .order_by(Invoice.issued_on, Invoice.invoice_ref, InvoiceLine.month_key)
    )
    if bounds.known_through is not None:
        query = query.where(InvoiceLine.import_id <= bounds.known_through)
    for row, invoice in session.execute(query):
        if row.commission_effect is CommissionEffect.REDUCE:
            reduced.setdefault(row.line_id, []).append(_credit(row, invoice, calendar))
        elif row.units:
            period = row.month_key or period_of(invoice.issued_on, calendar)
            settled.setdefault(row.line_id, []).append(Relief(row.units, period))
    gone = _written_off(session, line_ids, bounds, calendar)
    return {
        line_id: Given(
            tuple(reduced.get(line_id, ())), tuple(settled.get(line_id, ())), tuple(gone.get(line_id, ()))
        )
        for line_id in {*reduced, *settled, *gone}
    }


def _credit(row: InvoiceLine, invoice: Invoice, calendar: Calendar) -> Credit:
    return Credit(
        units=row.units,
        net=Fraction(row.net_minor, 10 ** exponent(invoice.currency)),
        import_id=row.import_id,
        issued_in=period_of(invoice.issued_on, calendar),
        service_period=row.month_key or None,
    )


def _written_off(
    session: Session, line_ids: Collection[int], bounds: Bounds, calendar: Calendar
) -> dict[int, list[Relief]]:
    query = select(DebtWriteOff).where(among(DebtWriteOff.line_id, line_ids)).order_by(DebtWriteOff.id)
    if bounds.known_through is not None:
        query = query.where(DebtWriteOff.import_id <= bounds.known_through)
    found: dict[int, list[Relief]] = {}
    for row in session.scalars(query):
        found.setdefault(row.line_id, []).append(Relief(row.units, period_of(row.written_off_on, calendar)))
    return found
