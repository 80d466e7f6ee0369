"""Bring in eight months of trade in the order in which finance would have learned it."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from operator import attrgetter
from typing import TypeVar

from commissions.facts.import_models import ImportKind
from commissions.imports.file_import import import_file
from commissions.imports.importing import ImportRequest
from commissions.ledger.accrual import accrue
from commissions.statements.closing import Approval, close_period
from portal.demo.airings import UNKNOWN_LINE, airings
from portal.demo.almanac import Almanac, instant
from portal.demo.billing import credit_notes, invoices, payments
from portal.demo.channel import COLM, RUTH, THEO
from portal.demo.deeds import Deed, Office
from portal.demo.errors import DemoFileDoubted
from portal.demo.month_end import month_end_deeds
from portal.demo.payees import payee_deeds
from portal.demo.people_loading import identities
from portal.demo.plans import PLANS
from portal.demo.trade_drawn import all_orders
from portal.demo.trade_files import (
    credits_file,
    deliveries_file,
    invoices_file,
    orders_file,
    partners_file,
    payments_file,
    plan_file,
)
from portal.house import house_rules
from portal.kernel.activity import OPERATOR
from portal.kernel.db import reading, transaction
from portal.services import Services

CLOSED_MONTHS = range(-5, 0)
MONDAY_IN = 7
Fact = TypeVar("Fact")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file of facts as it arrived."""

    at: datetime
    kind: ImportKind
    name: str
    content: bytes
    # plans and credit notes change what is owed: a second person looked at them
    is_seconded: bool = False


def load_partners(services: Services, on: Almanac) -> None:
    """Partners come first: people and audiences name them."""
    start = on.month(-8)
    content = partners_file(start.isoformat())
    arrival = Arrival(instant(start), ImportKind.PARTNERS, "partners.csv", content)
    _take_in(services, arrival, (OPERATOR, None), arrival.at)


def load_trade(services: Services, on: Almanac, tell: Callable[[str], None]) -> None:
    """Files, closes of five months by two people, and what finance does with them, in order of time."""
    house = house_rules(services.settings)
    with reading(services.sessions) as session:
        office = Office(services, on, house, identities(session, on))
    now = services.clock()
    deeds = [
        *_deliveries_of_files(office),
        *_closes(office, tell),
        *payee_deeds(office),
        *month_end_deeds(office),
    ]
    for deed in sorted(deeds, key=attrgetter("at")):
        # what came in this morning may be written later in the day than the demo is loaded
        deed.act(min(deed.at, now))
    with transaction(services.sessions) as session:
        accrue(session, at=now, house=house)


def _deliveries_of_files(office: Office) -> Iterator[Deed]:
    hands = {email: str(office.people[email].user_id) for email in (RUTH, THEO, COLM)}
    traffic = {ImportKind.ORDERS, ImportKind.DELIVERIES}
    for arrival in _arrivals(office.on):
        by = hands[THEO if arrival.kind in traffic else RUTH]
        second = hands[COLM] if arrival.is_seconded else None
        yield Deed(arrival.at, partial(_take_in, office.services, arrival, (by, second)))


def _closes(office: Office, tell: Callable[[str], None]) -> Iterator[Deed]:
    approval = Approval(author=office.people[RUTH], approver=office.people[COLM])

    def close(ref: str, at: datetime) -> None:
        with transaction(office.services.sessions) as session:
            close_period(session, ref, approval=approval, at=at, house=office.house)
        tell(f"closed {ref}")

    for month in CLOSED_MONTHS:
        yield Deed(instant(office.on.closed_on(month), 16, 10), partial(close, office.on.ref(month)))


def _arrivals(on: Almanac) -> Iterator[Arrival]:
    for n, plan in enumerate(PLANS):
        at = instant(on.month(-8), 11) + timedelta(days=n)
        yield Arrival(at, ImportKind.PLANS, f"{plan['plan']}.json", plan_file(plan), is_seconded=True)
    orders = all_orders(on)
    for day, signed in _by_day(orders, lambda order: min(_next_monday(order.signed_on), on.today)):
        yield Arrival(instant(day, 9), ImportKind.ORDERS, f"orders-{day}.csv", orders_file(signed))
    reports = airings(on, orders)
    for day, reported in _by_day(reports, attrgetter("reported_on")):
        name = f"as-run-{day}.csv"
        yield Arrival(instant(day, 7), ImportKind.DELIVERIES, name, deliveries_file(reported))
    billed = invoices(on, orders, reports)
    for day, issued in _by_day(billed, attrgetter("issued_on")):
        yield Arrival(instant(day, 12), ImportKind.INVOICES, f"invoices-{day}.csv", invoices_file(issued))
    for day, taken in _by_day(credit_notes(on, billed), attrgetter("issued_on")):
        name = f"credit-notes-{day}.csv"
        yield Arrival(instant(day, 15), ImportKind.INVOICES, name, credits_file(taken), is_seconded=True)
    for day, received in _by_day(
        payments(on, billed), lambda one: min(_next_monday(one.received_on), on.today)
    ):
        name = f"payments-{day}.csv"
        yield Arrival(instant(day, 8), ImportKind.PAYMENTS, name, payments_file(received))


def _by_day(facts: Iterable[Fact], day_of: Callable[[Fact], date]) -> list[tuple[date, list[Fact]]]:
    found: dict[date, list[Fact]] = defaultdict(list)
    for fact in facts:
        found[day_of(fact)].append(fact)
    return sorted(found.items())


def _next_monday(day: date) -> date:
    return day + timedelta(days=MONDAY_IN - day.weekday())


def _take_in(services: Services, arrival: Arrival, hands: tuple[str, str | None], at: datetime) -> None:
    """Import a file; only the line that nobody ordered may be doubted. Raises DemoFileDoubted."""
    by, approved_by = hands
    house = house_rules(services.settings)
    request = ImportRequest(at=at, by=by, approved_by=approved_by, file_name=arrival.name, house=house)
    report = import_file(services.sessions, arrival.kind, io.BytesIO(arrival.content), request)
    strange = [row for row in report.doubts if row.line_ref != UNKNOWN_LINE]
    if strange or not report.written:
        raise DemoFileDoubted(arrival.name, [str(row) for row in strange or report.bad.first])
