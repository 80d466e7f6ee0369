"""A row that is not believed keeps the month of its own day open, and none before it."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from commissions.facts.service_calendar import Calendar, span
from commissions.ledger.ledger_models import Period
from commissions.ledger.quarantine import blocking_count
from portal.kernel.db import reading, transaction
from tests.factories.fact_files import deliveries, take, take_orders

Sessions = sessionmaker[Session]
INVOICES = (
    "invoice_ref,kind,credits_invoice,issued_on,line_ref,units,net,currency,commission_effect,service_month,"
    "reason\n"
)
PAYMENTS = "payment_ref,invoice_ref,received_on,amount,currency\n"


def blocks(sessions: Sessions, ref: str) -> bool:
    month = span(ref, Calendar.MONTH)
    period = Period(ref=ref, first_day=month.first_day, end_day=month.end_day)
    with reading(sessions) as session:
        return blocking_count(session, period) > 0


@pytest.mark.parametrize(
    ("kind", "rows"),
    [
        ("deliveries", deliveries("L9,2026-04-02,5,1")),
        ("invoices", INVOICES + "I1,invoice,,2026-04-30,L9,50,2500.00,USD,,,\n"),
        ("payments", PAYMENTS + "P1,I9,2026-04-11,5.00,USD\n"),
        ("disallowed", "line_ref,service_date,units,reason\nL9,2026-04-10,1,wrong daypart\n"),
    ],
)
def test_a_doubted_row_of_april_blocks_april_and_not_march(sessions: Sessions, kind: str, rows: str) -> None:
    take_orders(sessions)
    assert take(sessions, kind, rows).quarantined == 1
    assert not blocks(sessions, "2026-03")
    assert blocks(sessions, "2026-04")


def test_a_doubted_credit_note_blocks_the_month_that_it_names(sessions: Sessions) -> None:
    take_orders(sessions)
    credit = "C1,credit_note,I9,2026-04-10,L1,1,50.00,USD,reduce,2026-03,late\n"
    assert take(sessions, "invoices", INVOICES + credit).quarantined == 1
    assert blocks(sessions, "2026-03")
    assert not blocks(sessions, "2026-02")


def test_a_row_that_waits_since_before_has_its_day_once_it_is_judged_again(sessions: Sessions) -> None:
    take_orders(sessions)
    take(sessions, "payments", PAYMENTS + "P1,I9,2026-04-11,5.00,USD\n")
    with transaction(sessions) as session:
        session.execute(text("UPDATE quarantined_rows SET service_date = NULL"))
    assert blocks(sessions, "2026-03")
    take(sessions, "partners", "partner_ref,name\nR9,Another\n")
    assert not blocks(sessions, "2026-03")
