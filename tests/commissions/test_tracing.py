"""What stands behind a line of a statement: the counts that it is paid on, and what the notes said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from commissions.facts.house_rules import HouseRules
from commissions.ledger.ledger_models import StatementLineKind
from commissions.overviews.tracing import trace_of
from partners.models import Organisation
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.commissions.stated import lines
from tests.factories.books import Billed, LineOf, a_plan, adopt, an_order, deliver, invoice, pay
from tests.factories.closed_months import APRIL, MAY, close
from tests.factories.people import a_partner, a_user, an_identity
from tests.fixtures.browsers import LogIn

DAY = date(2026, 3, 5)


def a_line_of_r1(session: Session) -> None:
    a_partner(session, "R1")
    adopt(session, a_plan())
    an_order(session, "IO-1", LineOf("L1"))
    deliver(session, "L1", DAY, 10)


def test_the_days_are_of_the_source_that_is_paid_and_another_one_is_no_restatement(session: Session) -> None:
    a_line_of_r1(session)
    deliver(session, "L1", DAY, 99, source="second")
    deliver(session, "L1", date(2026, 3, 6), 7, source="second")
    close(session, "2026-03", APRIL)
    (stated,) = lines(session, "2026-03-R1-USD", StatementLineKind.EARNED)
    r1 = session.scalars(select(Organisation).where(Organisation.ref == "R1")).one()
    trace = trace_of(session, an_identity(session, r1, Role.PARTNER), stated, house=HouseRules())
    assert [(day.day, day.units) for day in trace.days] == [(DAY, 10)]
    assert trace.restated == []


def test_a_make_good_that_is_paid_stands_among_the_days_with_its_line_and_its_proof(session: Session) -> None:
    a_partner(session, "R1")
    adopt(session, a_plan())
    makes_good = replace(LineOf("MG"), makegood_for="L1")
    an_order(session, "IO-1", LineOf("L1"), makes_good)
    deliver(session, "L1", DAY, 10)
    deliver(session, "MG", date(2026, 3, 7), 2)
    close(session, "2026-03", APRIL)
    (stated,) = lines(session, "2026-03-R1-USD", StatementLineKind.EARNED)
    r1 = session.scalars(select(Organisation).where(Organisation.ref == "R1")).one()
    trace = trace_of(session, an_identity(session, r1, Role.PARTNER), stated, house=HouseRules())
    assert [(day.day, day.units, day.made_by) for day in trace.days] == [
        (DAY, 10, None),
        (date(2026, 3, 7), 2, "MG"),
    ]
    assert trace.units == stated.units_after == 12
    assert trace.made_by == ["MG"]


def test_days_that_a_revision_took_out_of_the_flight_do_not_stand_among_those_that_counted(
    session: Session,
) -> None:
    a_line_of_r1(session)
    deliver(session, "L1", date(2026, 3, 20), 5)
    an_order(session, "IO-1", LineOf("L1", days=(date(2026, 3, 1), date(2026, 3, 15))))
    close(session, "2026-03", APRIL)
    (stated,) = lines(session, "2026-03-R1-USD", StatementLineKind.EARNED)
    r1 = session.scalars(select(Organisation).where(Organisation.ref == "R1")).one()
    trace = trace_of(session, an_identity(session, r1, Role.PARTNER), stated, house=HouseRules())
    assert [(day.day, day.units) for day in trace.days] == [(DAY, 10)]
    assert trace.units == stated.units_after


def test_cash_that_came_later_is_told_less_what_was_stated_before(session: Session) -> None:
    a_partner(session, "R1")
    adopt(session, a_plan(basis="collected", payable_when="collected"))
    an_order(session, "IO-1", LineOf("L1"))
    deliver(session, "L1", DAY, 10)
    invoice(session, "INV-1", Billed("L1", net=42_500), on=date(2026, 3, 31))
    for number, close_of, at in ((1, "2026-03", APRIL), (2, "2026-04", MAY)):
        pay(session, f"P{number}", "INV-1", 21_250, on=DAY)
        close(session, close_of, at)
    (stated,) = lines(session, "2026-04-R1-USD", StatementLineKind.EARNED)
    assert (stated.basis, stated.rate, stated.amount) == ("212.50", "10%", 2125)
    assert stated.explanation.endswith("= 42.50. 21.25 of it was stated before: 21.25.")
    r1 = session.scalars(select(Organisation).where(Organisation.ref == "R1")).one()
    trace = trace_of(session, an_identity(session, r1, Role.PARTNER), stated, house=HouseRules())
    assert (trace.stated_before.minor, trace.amount.minor) == (2125, 2125)
    assert trace.amount_after is not None
    assert trace.amount_after.minor == 4250


def test_a_line_that_was_taken_back_whole_makes_nothing(services: Services, log_in: LogIn) -> None:
    with transaction(services.sessions) as session:
        a_line_of_r1(session)
        close(session, "2026-03", APRIL)
        invoice(session, "INV-1", Billed("L1", net=42_500, units=10), on=date(2026, 4, 3))
        taken = Billed("L1", net=42_500, units=10)
        invoice(session, "CN-1", taken, on=date(2026, 4, 10), credits_invoice="INV-1")
        close(session, "2026-04", MAY)
        r1 = session.scalars(select(Organisation).where(Organisation.ref == "R1")).one()
        user = a_user(session, r1, Role.PARTNER)
    page = log_in(user).get("/statements/2026-04-R1-USD/lines/1").text
    assert "0 spots make 0.00" in page
    assert "credit note of 10 Apr 2026, net 425.00" in page


def test_a_tolerance_above_what_was_booked_is_told(services: Services, log_in: LogIn) -> None:
    with transaction(services.sessions) as session:
        a_partner(session, "R1")
        adopt(session, a_plan())
        an_order(session, "IO-1", LineOf("L1", tolerance="2.5"))
        deliver(session, "L1", DAY, 200)
        close(session, "2026-03", APRIL)
        r1 = session.scalars(select(Organisation).where(Organisation.ref == "R1")).one()
        user = a_user(session, r1, Role.PARTNER)
    page = log_in(user).get("/statements/2026-03-R1-USD/lines/1").text
    assert "never more than 2.5% above what was booked" in page
    assert "102 spots make" in page
