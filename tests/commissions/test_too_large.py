"""A line that is worth more than the books can hold stops itself only."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from commissions.facts.fact_models import Cap
from commissions.facts.problems import Problem
from commissions.ledger.accrual import accrue
from commissions.ledger.ledger_models import LineStanding, Posting
from tests.factories.books import AT, LineOf, a_plan, adopt, an_order, deliver
from tests.factories.fact_files import PARTNERS, take
from tests.factories.people import a_partner

HEADER = (
    "order_ref,signed_on,partner_ref,advertiser,currency,line_ref,station,first_day,last_day,pricing,rate,"
    "booked_units,cap,cap_tolerance_percent\n"
)
MOST = 10**12


def an_order_row(terms: str, currency: str = "USD") -> str:
    return f"{HEADER}O1,2026-02-01,R1,Cobbler,{currency},L1,WX,2026-03-01,2026-03-31,{terms}\n"


@pytest.mark.parametrize(
    ("terms", "currency", "column"),
    [
        (f"per_spot,1000,{MOST},,", "USD", None),
        (f"per_spot,1000.01,{MOST},,", "USD", "rate"),
        (f"per_spot,100000,{MOST},,", "JPY", None),
        (f"per_spot,100.01,{MOST},,", "KWD", "rate"),
        (f"cpm,1000000,{MOST},,", "USD", None),
        (f"cpm,1000001,{MOST},,", "USD", "rate"),
        ("flat,9999999999999,1,,", "USD", None),
        (f"per_spot,1000,{MOST},none,0.1", "USD", None),
        (f"per_spot,1000,{MOST},cumulative,0.1", "USD", "cap_tolerance_percent"),
        ("per_spot,1,100,,9999999999999", "USD", None),
        ("per_spot,1,100000,,9999999999999", "USD", "cap_tolerance_percent"),
    ],
)
def test_an_order_row_is_worth_no_more_than_the_books_can_hold(
    sessions: sessionmaker[Session], terms: str, currency: str, column: str | None
) -> None:
    take(sessions, "partners", PARTNERS)
    report = take(sessions, "orders", an_order_row(terms, currency))
    assert [cell.column for cell in report.bad.first] == ([column] if column else [])
    assert report.accepted == (0 if column else 1)


@pytest.mark.parametrize(
    "too_much",
    [
        LineOf("BIG", rate="999999999", booked=1, cap=Cap.NONE, agency="0"),
        LineOf("BIG", rate="999999999", booked=MOST, agency="0"),
    ],
)
def test_a_line_that_cannot_be_booked_is_an_exception_and_the_others_are_posted(
    session: Session, too_much: LineOf
) -> None:
    a_partner(session, "R1")
    adopt(session, a_plan())
    an_order(session, "O1", LineOf("L1"), too_much)
    deliver(session, "L1", date(2026, 3, 5), 90)
    deliver(session, "BIG", date(2026, 3, 5), MOST)
    assert accrue(session, at=AT).problems == {Problem.TOO_LARGE: 1}
    assert set(session.scalars(select(Posting.line_ref))) == {"L1"}
    assert session.scalars(select(LineStanding.problem).where(LineStanding.line_ref == "BIG")).one()
    deliver(session, "BIG", date(2026, 3, 5), 1)
    assert accrue(session, at=AT).problems == {}


def test_a_plan_that_pays_more_than_can_be_booked_stops_only_the_lines_that_have_it(session: Session) -> None:
    a_partner(session, "R1")
    adopt(session, a_plan())
    large = a_plan("large", applies_to={"partner_ref": "R9"})
    large["components"] = [{"name": "spot", "kind": "per_unit", "amount": "9999999999", "per": "1"}]
    adopt(session, large)
    an_order(session, "O1", LineOf("L1"), LineOf("BIG", plan="large", booked=MOST))
    deliver(session, "L1", date(2026, 3, 5), 90)
    deliver(session, "BIG", date(2026, 3, 5), MOST)
    assert accrue(session, at=AT).problems == {Problem.TOO_LARGE: 1}
    assert set(session.scalars(select(Posting.line_ref))) == {"L1"}
