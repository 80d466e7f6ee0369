"""What stands in the tables of facts, as a case for the rules written a second time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from commissions.facts.billing_models import Invoice, InvoiceKind, InvoiceLine, Payment
from commissions.facts.fact_models import (
    DebtWriteOff,
    DeliveryRow,
    DeliverySource,
    DisallowedUnits,
    LineItem,
    LineRevision,
    OrderRevision,
)
from commissions.facts.house_rules import HouseRules
from commissions.plans.plan_models import PlanVersion
from partners.models import Organisation, PartnerTerms
from tests.commissions.rules_again.answer import Key, all_targets, work_out
from tests.commissions.rules_again.case import read_case
from tests.commissions.rules_again.rounding import amount_text
from tests.commissions.rules_again.units import booked_by_day

Json = dict[str, Any]


def worked_again(session: Session, house: HouseRules) -> dict[Key, int]:
    """What every line, component, payee and month earned by the rules written a second time."""
    found: dict[Key, int] = {}
    for case in stored_cases(session, house):
        found |= all_targets(work_out(case))
    return found


def stored_cases(session: Session, house: HouseRules) -> Iterator[Json]:
    """One for each currency. Each invoice bills one line, as in the cases, and every day has passed."""
    calendar = house.calendar.value
    versions = session.scalars(select(PlanVersion).order_by(PlanVersion.import_id))
    known = {"versions": [one.document for one in versions], "partners": _partners(session)}
    items = session.scalars(select(LineItem).order_by(LineItem.line_ref)).all()
    orders = {
        one.order_ref: one for one in session.scalars(select(OrderRevision).order_by(OrderRevision.revision))
    }
    for currency in sorted({order.currency for order in orders.values()}):
        sold = [item for item in items if orders[item.order_ref].currency == currency]
        lines = [_line(session, item, orders[item.order_ref], house.sources) for item in sold]
        counted = [_counted(line, calendar) for line in lines]
        yield {"currency": currency, "calendar": calendar, "lines": counted, **known}


def _partners(session: Session) -> dict[str, list[Json]]:
    found: dict[str, list[Json]] = defaultdict(list)
    query = select(Organisation.ref, PartnerTerms).join(
        PartnerTerms, PartnerTerms.organisation_id == Organisation.id
    )
    for ref, terms in session.execute(query):
        said = {name: getattr(terms, name) for name in ("type", "tier", "region", "parent_ref")}
        found[ref].append(said | {"valid_from": terms.valid_from.isoformat()})
    return found


def _line(session: Session, item: LineItem, order: OrderRevision, kinds: Mapping[str, str]) -> Json:
    query = select(LineRevision).where(LineRevision.line_id == item.id).order_by(LineRevision.revision)
    revisions = session.scalars(query).all()
    now = revisions[-1]
    first, *later = _standing(revisions, order.partner_ref)
    same = (
        *(
            "pricing",
            "cap",
            "cap_tolerance_percent",
            "station",
            "product",
            "category",
            "plan",
            "makegood_for",
        ),
        *("billing_source", "cancelled_on"),
    )
    return {
        **first,
        **{name: getattr(now, name) for name in same},
        "line_ref": item.line_ref,
        "partner_ref": order.partner_ref,
        "signed_on": str(order.signed_on),
        "booked_units": str(now.booked_units),
        "first_day": str(now.first_day),
        "last_day": str(now.end_day - timedelta(days=1)),
        "terms": later,
        "facts": _counts(session, item, now, kinds),
        "disallowed": _disallowed(session, item),
        **_money(session, item, order.currency),
        "written_off": _written_off(session, item),
    }


def _standing(revisions: Sequence[LineRevision], partner_ref: str) -> list[Json]:
    """Prices and splits in order of time: one without a day replaces all, another what begins later."""
    found: list[Json] = []
    for one in revisions:
        since = str(one.valid_from or "")
        found = [terms for terms in found if terms["valid_from"] < since]
        split = {share.payee_ref: share.weight for share in one.shares} or {partner_ref: "1"}
        said = {"rate": one.rate, "agency_percent": one.agency_percent, "split": split}
        found.append(said | {"valid_from": since if found else ""})
    return found


def _counts(session: Session, item: LineItem, now: LineRevision, kinds: Mapping[str, str]) -> list[Json]:
    """Of the first source of the line's kind that reported, the highest revisions inside the flight."""
    latest: dict[str, dict[str, int]] = defaultdict(dict)
    query = (
        select(DeliverySource.name, DeliveryRow.service_date, DeliveryRow.units)
        .join(DeliverySource, DeliverySource.id == DeliveryRow.source_id)
        .where(DeliveryRow.line_id == item.id)
        .order_by(DeliveryRow.revision)
    )
    for source, day, units in session.execute(query):
        latest[source][str(day)] = units
    mine = sorted(name for name in latest if kinds.get(name, "own") == now.billing_source)
    ends = min(now.end_day, now.cancelled_on or now.end_day)
    return [
        {"service_date": day, "units": str(units)}
        for day, units in (latest[mine[0]] if mine else {}).items()
        if str(now.first_day) <= day < str(ends)
    ]


def _counted(line: Json, calendar: str) -> Json:
    """A line that bills what was contracted has the booked units as its counts, up to a cancellation."""
    if line["billing_source"] != "contracted":
        return line
    (read,) = read_case({"plan": {}, "currency": "USD", "lines": [line]}).lines
    booked = booked_by_day(read, calendar)
    left = {
        day: units
        for day, units in booked.items()
        if day < (line["cancelled_on"] or read.last_day + timedelta(1))
    }
    return line | {"facts": [{"service_date": str(day), "units": str(units)} for day, units in left.items()]}


def _disallowed(session: Session, item: LineItem) -> list[Json]:
    query = (
        select(DisallowedUnits)
        .where(DisallowedUnits.line_id == item.id)
        .order_by(DisallowedUnits.service_date, DisallowedUnits.revision)
    )
    return [
        {"service_date": str(one.service_date), "units": str(one.units)} for one in session.scalars(query)
    ]


def _written_off(session: Session, item: LineItem) -> list[Json]:
    query = select(DebtWriteOff).where(DebtWriteOff.line_id == item.id).order_by(DebtWriteOff.id)
    return [{"on": str(one.written_off_on), "units": str(one.units)} for one in session.scalars(query)]


def _money(session: Session, item: LineItem, currency: str) -> Json:
    """Credit notes in the order of their issue, and what was collected; goodwill counts as collected."""
    query = (
        select(Invoice, InvoiceLine)
        .join(InvoiceLine, InvoiceLine.invoice_id == Invoice.id)
        .where(InvoiceLine.line_id == item.id)
        .order_by(Invoice.issued_on, Invoice.invoice_ref)
    )
    billed = collected = 0
    notes: list[Json] = []
    for invoice, row in session.execute(query):
        if invoice.kind is InvoiceKind.INVOICE:
            billed += row.net_minor
            paid = select(Payment.amount_minor).where(Payment.invoice_ref == invoice.invoice_ref)
            collected += min(max(sum(session.scalars(paid)), 0), row.net_minor)
            continue
        effect = str(row.commission_effect)
        collected += row.net_minor if effect == "none" else 0
        said: Json = {"on": str(invoice.issued_on), "units": str(row.units), "commission_effect": effect}
        month = row.month_key or None
        notes.append(said | {"net": amount_text(row.net_minor, currency), "service_month": month})
    return {"credits": notes, "collected_net": amount_text(collected, currency)}
