"""Units and credits of a set of lines, each by a query: counted, disallowed, credited, written off."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import Select, func, literal, select, union_all
from sqlalchemy.orm import Session

from commissions.facts.billing_models import CommissionEffect, Invoice, InvoiceKind, InvoiceLine
from commissions.facts.delivered import source_name
from commissions.facts.fact_models import DebtWriteOff, DeliveryRow, DisallowedUnits
from commissions.facts.service_calendar import Calendar, period_of
from commissions.reckoning.reckoning_facts import Credit, Relief
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


@dataclass(frozen=True, slots=True)
class Struck:
    """Units by line and day: what finance does not count, and debt that was written off, in its order."""

    disallowed: Mapping[int, Days]
    written_off: Mapping[int, Sequence[tuple[date, int]]]


def struck_units(session: Session, line_ids: Collection[int], bounds: Bounds) -> Struck:
    """Of the lines, in one query."""
    rows = union_all(_disallowed(line_ids, bounds), _written_off(line_ids, bounds))
    disallowed: dict[int, Days] = {}
    gone: dict[int, list[tuple[int, date, int]]] = {}
    for write_off_id, line_id, day, units in session.execute(rows):
        if write_off_id:
            gone.setdefault(line_id, []).append((write_off_id, day, int(units)))
        elif units:
            disallowed.setdefault(line_id, {})[day] = int(units)
    in_order = {line_id: [(day, units) for _, day, units in sorted(told)] for line_id, told in gone.items()}
    return Struck(disallowed, in_order)


def _disallowed(line_ids: Collection[int], bounds: Bounds) -> Select[int, int, date, int]:
    query = (
        select(
            literal(0).label("write_off"),
            DisallowedUnits.line_id,
            DisallowedUnits.service_date,
            func.sum(DisallowedUnits.added_units),
        )
        .where(among(DisallowedUnits.line_id, line_ids))
        .group_by(DisallowedUnits.line_id, DisallowedUnits.service_date)
    )
    if bounds.through is not None:
        query = query.where(DisallowedUnits.service_date <= bounds.through)
    if bounds.known_through is not None:
        query = query.where(DisallowedUnits.import_id <= bounds.known_through)
    return query


def _written_off(line_ids: Collection[int], bounds: Bounds) -> Select[int, int, date, int]:
    query = select(
        DebtWriteOff.id, DebtWriteOff.line_id, DebtWriteOff.written_off_on, DebtWriteOff.units
    ).where(among(DebtWriteOff.line_id, line_ids))
    if bounds.known_through is not None:
        query = query.where(DebtWriteOff.import_id <= bounds.known_through)
    return query


@dataclass(frozen=True, slots=True)
class Given:
    """What was credited of a line: what reduces, and units of debt that nobody owes any more."""

    credits: tuple[Credit, ...] = ()
    settled: tuple[Relief, ...] = ()
    written_off: tuple[Relief, ...] = ()


NOTHING_GIVEN = Given()


def given_by_line(
    session: Session, line_ids: Collection[int], struck: Struck, bounds: Bounds, calendar: Calendar
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
    gone = {
        line_id: [Relief(units, period_of(day, calendar)) for day, units in rows]
        for line_id, rows in struck.written_off.items()
        if line_id in line_ids
    }
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
