"""Facts of commissions, written straight into their tables: the engine's tests need no files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from commissions.facts.billing_models import CommissionEffect, Invoice, InvoiceKind, InvoiceLine, Payment
from commissions.facts.fact_models import (
    BillingSource,
    Cap,
    DeliveryRow,
    DeliverySource,
    DisallowedUnits,
    LineItem,
    LineRevision,
    LineStatus,
    OrderRevision,
    Pricing,
    SplitShare,
)
from commissions.facts.import_models import ImportFile, ImportKind
from commissions.plans.plan_models import PlanVersion

AT = datetime(2026, 4, 1, 9, tzinfo=UTC)
HASH = "0" * 64


def a_plan(name: str = "standard", percent: str = "10", **fields: Any) -> dict[str, Any]:
    """A plan's document: percent of net, payable when delivered, final at once."""
    base = {"name": "base", "kind": "percent", "percent": percent}
    return {"plan": name, "components": [base], "finality_days": 0} | fields


def a_shared_ladder(*tiers: dict[str, Any]) -> dict[str, Any]:
    """A component: all lines of a partner in a quarter climb it together by net, and are paid by its tier."""
    how = {"mode": "whole", "measure": "net", "window": "quarter", "scope": "partner"}
    return {"name": "volume", "kind": "tiers", **how, "tiers": list(tiers)}


@dataclass
class LineOf:
    """A line item to be sold; the words of interfaces.md. Days are the first and the last."""

    ref: str
    rate: str = "50"
    booked: int = 100
    pricing: Pricing = Pricing.PER_SPOT
    days: tuple[date, date] = (date(2026, 3, 1), date(2026, 3, 31))
    agency: str = "15"
    split: Mapping[str, str] = field(default_factory=dict)
    cap: Cap = Cap.CUMULATIVE
    tolerance: str = "0"
    source: BillingSource = BillingSource.OWN
    plan: str | None = None
    product: str | None = None
    category: str | None = None
    station: str = "WXYZ-FM"
    valid_from: date | None = None
    makegood_for: str | None = None


def an_import(session: Session, kind: ImportKind = ImportKind.DELIVERIES) -> int:
    """The number of a new import; what is known is told by these numbers."""
    made = ImportFile(
        kind=kind, source="", file_name="facts", sha256=HASH, imported_at=AT, imported_by="operator"
    )
    session.add(made)
    session.flush()
    return made.id


def adopt(session: Session, document: dict[str, Any]) -> None:
    """The plan, or the next version of it."""
    versions = select(func.count()).select_from(PlanVersion).where(PlanVersion.name == document["plan"])
    bounds = {
        key: date.fromisoformat(document[key]) for key in ("valid_from", "valid_to") if document.get(key)
    }
    end = bounds.get("valid_to")
    text = json.dumps(document, sort_keys=True)
    session.add(
        PlanVersion(
            name=document["plan"],
            version=(session.scalar(versions) or 0) + 1,
            currency=document.get("currency"),
            valid_from=bounds.get("valid_from"),
            valid_to=None if end is None else end + timedelta(days=1),
            applies_to=document.get("applies_to", {}),
            document=document,
            content_hash=hashlib.sha256(text.encode()).hexdigest(),
            import_id=an_import(session, ImportKind.PLANS),
            recorded_at=AT,
            recorded_by="operator",
        )
    )
    session.flush()


def an_order(
    session: Session,
    ref: str,
    *lines: LineOf,
    partner: str = "R1",
    currency: str = "USD",
    signed_on: date | None = None,
) -> None:
    """An order's next revision, with these lines."""
    number = an_import(session, ImportKind.ORDERS)
    known = select(func.count()).select_from(OrderRevision).where(OrderRevision.order_ref == ref)
    revision = (session.scalar(known) or 0) + 1
    session.add(
        OrderRevision(
            order_ref=ref,
            revision=revision,
            signed_on=signed_on or date(2026, 2, 1),
            partner_ref=partner,
            advertiser="Cobbler & Pine Furniture",
            currency=currency,
            content_hash=HASH,
            import_id=number,
            recorded_at=AT,
        )
    )
    for line in lines:
        _a_line(session, ref, line, number)
    session.flush()


def _a_line(session: Session, order_ref: str, line: LineOf, number: int) -> None:
    item = session.scalar(select(LineItem).where(LineItem.line_ref == line.ref))
    if item is None:
        item = LineItem(line_ref=line.ref, order_ref=order_ref)
        session.add(item)
        session.flush()
    known = select(func.count()).select_from(LineRevision).where(LineRevision.line_id == item.id)
    session.add(
        LineRevision(
            line_id=item.id,
            revision=(session.scalar(known) or 0) + 1,
            order_revision=1,
            agency_percent=line.agency,
            station=line.station,
            daypart="morning drive",
            time_zone="America/Los_Angeles",
            product=line.product,
            category=line.category,
            first_day=line.days[0],
            end_day=line.days[1] + timedelta(days=1),
            pricing=line.pricing,
            rate=line.rate,
            booked_units=line.booked,
            cap=line.cap,
            cap_tolerance_percent=line.tolerance,
            billing_source=line.source,
            plan=line.plan,
            makegood_for=line.makegood_for,
            status=LineStatus.SIGNED,
            valid_from=line.valid_from,
            content_hash=HASH,
            import_id=number,
            recorded_at=AT,
            shares=[SplitShare(payee_ref=payee, weight=weight) for payee, weight in line.split.items()],
        )
    )
    session.flush()


def line_id(session: Session, ref: str) -> int:
    return session.scalars(select(LineItem.id).where(LineItem.line_ref == ref)).one()


def deliver(session: Session, ref: str, day: date, units: int, *, source: str = "own") -> None:
    """The count of a day, at the next revision."""
    found = session.scalar(select(DeliverySource).where(DeliverySource.name == source))
    if found is None:
        found = DeliverySource(name=source)
        session.add(found)
        session.flush()
    line = line_id(session, ref)
    known = session.execute(
        select(func.count(), func.coalesce(func.sum(DeliveryRow.added_units), 0)).where(
            DeliveryRow.line_id == line, DeliveryRow.service_date == day, DeliveryRow.source_id == found.id
        )
    ).one()
    row = {
        "line_id": line,
        "service_date": day,
        "source_id": found.id,
        "revision": known[0] + 1,
        "units": units,
        "added_units": units - int(known[1]),
        "import_id": an_import(session),
    }
    session.execute(insert(DeliveryRow), [row])


def disallow(session: Session, ref: str, day: date, units: int, *, revision: int = 1) -> None:
    """Units of a day that do not count; a later revision adds its own to them."""
    known = {
        "line_id": line_id(session, ref),
        "service_date": day,
        "revision": revision,
        "units": units,
        "added_units": units,
        "reason": "Invalid traffic",
        "import_id": an_import(session, ImportKind.DISALLOWED),
    }
    session.add(DisallowedUnits(**known))
    session.flush()


@dataclass
class Billed:
    """A row of an invoice or credit note, in minor units."""

    line: str
    net: int = 0
    units: int = 0
    tax: int = 0
    effect: CommissionEffect = CommissionEffect.REDUCE
    service_month: date | None = None


def invoice(
    session: Session, ref: str, *rows: Billed, on: date, currency: str = "USD", credits_invoice: str = ""
) -> None:
    """An invoice; with `credits_invoice`, a credit note to that invoice."""
    number = an_import(session, ImportKind.INVOICES)
    made = Invoice(
        invoice_ref=ref,
        kind=InvoiceKind.CREDIT_NOTE if credits_invoice else InvoiceKind.INVOICE,
        credits_invoice=credits_invoice or None,
        issued_on=on,
        currency=currency,
        import_id=number,
        recorded_at=AT,
    )
    made.lines = [
        InvoiceLine(
            line_id=line_id(session, row.line),
            units=row.units,
            net_minor=row.net,
            tax_minor=row.tax,
            commission_effect=row.effect,
            service_month=row.service_month,
            month_key=row.service_month.isoformat()[:7] if row.service_month else "",
            import_id=number,
            recorded_at=AT,
        )
        for row in rows
    ]
    session.add(made)
    session.flush()


def pay(
    session: Session, ref: str, invoice_ref: str, amount: int, *, on: date, currency: str = "USD"
) -> None:
    number = an_import(session, ImportKind.PAYMENTS)
    session.add(
        Payment(
            payment_ref=ref,
            invoice_ref=invoice_ref,
            received_on=on,
            amount_minor=amount,
            currency=currency,
            import_id=number,
            recorded_at=AT,
        )
    )
    session.flush()
