"""Nothing was delivered, received or answered on a day that has not come."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from commissions.facts.billing_models import Payment
from commissions.facts.fact_models import DeliveryRow
from commissions.facts.house_rules import HouseRules
from commissions.imports.delivery_import import import_delivery_rows
from commissions.imports.importing import ImportRequest
from commissions.ledger.quarantine import DAY_TO_COME, open_count
from portal.kernel.db import reading, transaction
from tests.factories.fact_files import NOW, ORDERS, PARTNERS, deliveries, take

Sessions = sessionmaker[Session]
TODAY, TOMORROW, LATER = (str(NOW.date() + timedelta(days=days)) for days in (0, 1, 2))
INVOICE = "invoice_ref,kind,issued_on,line_ref,net,currency\nI1,invoice,2026-04-01,L1,3825.00,USD\n"
FEEDS = {
    "deliveries": ("line_ref,service_date,units", "L1,{day},5"),
    "payments": ("payment_ref,invoice_ref,received_on,amount,currency", "P-{day},I1,{day},5.00,USD"),
}


def a_feed(kind: str, *days: str) -> str:
    header, row = FEEDS[kind]
    return "\n".join((header, *(row.format(day=day) for day in days))) + "\n"


def after(days: int) -> ImportRequest:
    return ImportRequest(at=NOW + timedelta(days=days))


def taken(sessions: Sessions, kind: str) -> int:
    table = {"deliveries": DeliveryRow, "payments": Payment}[kind]
    with reading(sessions) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
def spring(sessions: Sessions) -> Sessions:
    """A line that runs to the end of May, invoiced."""
    take(sessions, "partners", PARTNERS)
    take(sessions, "orders", ORDERS.replace("2026-03-31", "2026-05-31"))
    take(sessions, "invoices", INVOICE)
    return sessions


@pytest.mark.parametrize("kind", FEEDS)
def test_a_row_of_a_day_that_has_not_come_waits_in_quarantine(spring: Sessions, kind: str) -> None:
    report = take(spring, kind, a_feed(kind, TODAY, TOMORROW, LATER))
    assert (report.accepted, dict(report.reasons)) == (2, {DAY_TO_COME: 1})
    assert report.doubts[0].verdict.sentence.startswith(f"{LATER} has not come yet")


@pytest.mark.parametrize("kind", FEEDS)
def test_a_row_that_came_too_early_is_judged_again_with_the_next_file_once_its_day_has_come(
    spring: Sessions, kind: str
) -> None:
    take(spring, kind, a_feed(kind, LATER))
    assert take(spring, kind, a_feed(kind, TODAY)).judged_again == 0
    assert take(spring, kind, a_feed(kind, TOMORROW), after(1)).judged_again == 1
    assert taken(spring, kind) == 3
    with reading(spring) as session:
        assert open_count(session) == 0


def test_a_row_of_the_api_that_came_too_early_is_judged_again_with_the_next_call(spring: Sessions) -> None:
    for days, day in ((0, LATER), (1, TOMORROW)):
        row = {"line_ref": "L1", "service_date": day, "units": "5"}
        with transaction(spring) as session:
            report = import_delivery_rows(session, [row], after(days))
        assert (report.quarantined, report.judged_again) == ((1, 0), (0, 1))[days]
    assert taken(spring, "deliveries") == 2


@pytest.mark.parametrize("kind", FEEDS)
def test_a_row_that_came_too_early_and_comes_again_on_its_day_counts_once(
    spring: Sessions, kind: str
) -> None:
    early = a_feed(kind, TODAY, LATER)
    take(spring, kind, early)
    assert take(spring, kind, early, after(2)).accepted == 1
    assert taken(spring, kind) == 2
    with reading(spring) as session:
        assert open_count(session) == 0


@pytest.mark.parametrize("kind", FEEDS)
def test_what_was_believed_of_a_day_to_come_is_the_same_row_again(spring: Sessions, kind: str) -> None:
    take(spring, kind, a_feed(kind, LATER), after(2))
    assert take(spring, kind, a_feed(kind, LATER, TODAY)).quarantined == 0


def test_the_day_is_that_of_the_house(spring: Sessions) -> None:
    ahead = ImportRequest(at=NOW + timedelta(hours=8), house=HouseRules(timezone="Pacific/Auckland"))
    assert take(spring, "deliveries", deliveries(f"L1,{LATER},5,1"), ahead).accepted == 1
