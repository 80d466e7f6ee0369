"""The four sums of a partner's home add up to what is earned and booked, and are nobody else's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from commissions.adjustments.adjusting import Signed, adjust
from commissions.facts.fact_models import BillingSource
from commissions.facts.house_rules import HouseRules
from commissions.ledger.accrual import accrue
from commissions.orders.advertiser_orders import advertiser_lines, aired_months, commission_of
from commissions.overviews.partner_money import partner_money
from commissions.reckoning.line_facts import Horizon
from commissions.reckoning.plan_book import plan_book
from commissions.statements.closing import Approval, close_period
from portal.kernel.errors import NotAllowed
from portal.kernel.identity import Identity, Role
from portal.kernel.money import Money
from tests.factories.books import LineOf, a_plan, adopt, an_order, deliver
from tests.factories.closed_months import close
from tests.factories.money import an_adjustment
from tests.factories.people import a_brand, a_partner, an_identity

APRIL = datetime(2026, 4, 8, 9, tzinfo=UTC)
HOUSE = HouseRules()
ADVERTISER = "Cobbler & Pine Furniture"
SPRING = (date(2026, 3, 1), date(2026, 5, 31))


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def a_line_in_flight(session: Session) -> Identity:
    """100 spots at 50.00 less 15%, 10% of net: 4.25 a spot; split evenly between R1 and R2."""
    partner = a_partner(session, "R1")
    a_partner(session, "R2")
    adopt(session, a_plan())
    an_order(session, "IO-1", LineOf("L1", days=SPRING, split={"R1": "1", "R2": "1"}))
    deliver(session, "L1", date(2026, 3, 10), 40)
    deliver(session, "L1", date(2026, 4, 2), 20)
    accrue(session, at=APRIL, house=HOUSE)
    return an_identity(session, partner)


def sums(session: Session, identity: Identity) -> list[tuple[int, int, int, int, int]]:
    horizon = Horizon(house=HOUSE, book=plan_book(session), today=APRIL.date())
    return [
        (row.paid.minor, row.stated.minor, row.delivered.minor, row.booked.minor, row.booked_orders)
        for row in partner_money(session, identity, horizon=horizon)
    ]


def test_before_the_first_close_all_that_was_delivered_is_provisional(session: Session) -> None:
    assert sums(session, a_line_in_flight(session)) == [(0, 0, 12750, 8500, 1)]


def test_a_close_moves_its_month_onto_the_statement(session: Session) -> None:
    asker = a_line_in_flight(session)
    brand = a_brand(session)
    people = Approval(
        an_identity(session, brand, Role.FINANCE), an_identity(session, brand, Role.FINANCE_APPROVER)
    )
    close_period(session, "2026-03", approval=people, at=APRIL, house=HOUSE)
    assert sums(session, asker) == [(0, 8500, 4250, 8500, 1)]


def test_what_is_held_back_of_a_statement_is_told_apart_within_what_it_owes(session: Session) -> None:
    asker = an_identity(session, a_partner(session, "R1"))
    adopt(session, a_plan(holdback_percent="10", holdback_days=60))
    an_order(session, "IO-1", LineOf("L1"))
    deliver(session, "L1", date(2026, 3, 10), 40)
    close(session, "2026-03", APRIL)
    horizon = Horizon(house=HOUSE, book=plan_book(session), today=APRIL.date())
    (row,) = partner_money(session, asker, horizon=horizon)
    assert (row.stated, row.held_back) == (usd(17000), usd(1700))


def test_what_people_adjusted_is_not_said_to_be_delivered(session: Session) -> None:
    asker = a_line_in_flight(session)
    adjust(session, an_adjustment(-3_000, on=APRIL.date()), Signed("1", APRIL, "2"))
    horizon = Horizon(house=HOUSE, book=plan_book(session), today=APRIL.date())
    (row,) = partner_money(session, asker, horizon=horizon)
    assert (row.stated, row.delivered, row.adjusted) == (usd(0), usd(12750), usd(-3_000))


def test_the_other_payee_sees_its_own_half_and_a_stranger_nothing(session: Session) -> None:
    asker = a_line_in_flight(session)
    other = replace(asker, organisation_ref="R2")
    assert sums(session, other) == [(0, 0, 12750, 8500, 1)]
    assert sums(session, an_identity(session)) == []
    with pytest.raises(NotAllowed):
        sums(session, an_identity(session, role=Role.FINANCE))


def test_a_line_that_nobody_pays_for_brings_nothing(session: Session) -> None:
    partner = a_partner(session, "R1")
    an_order(session, "IO-1", LineOf("L1", days=SPRING))
    assert sums(session, an_identity(session, partner)) == []


def test_the_time_line_shows_what_aired_by_month_from_the_source_that_bills(session: Session) -> None:
    partner = a_partner(session, "R1")
    an_order(session, "IO-1", LineOf("L1", days=SPRING, source=BillingSource.THIRD_PARTY))
    deliver(session, "L1", date(2026, 3, 10), 40, source="adserver")
    deliver(session, "L1", date(2026, 3, 12), 9, source="adserver")
    deliver(session, "L1", date(2026, 3, 12), 8, source="adserver")
    deliver(session, "L1", date(2026, 4, 1), 5, source="adserver")
    deliver(session, "L1", date(2026, 3, 10), 99, source="own")
    lines = advertiser_lines(session, an_identity(session, partner), partner_ref="R1", advertiser=ADVERTISER)
    months = aired_months(session, lines, sources={"adserver": "third_party"})
    assert [(one.first_day, one.last_day, one.units) for one in months] == [
        (date(2026, 3, 10), date(2026, 3, 12), 48),
        (date(2026, 4, 1), date(2026, 4, 1), 5),
    ]


def test_only_who_has_a_part_in_an_order_sees_its_lines(session: Session) -> None:
    asker = a_line_in_flight(session)
    wanted = {"partner_ref": "R1", "advertiser": ADVERTISER}
    payee = replace(asker, organisation_ref="R2")
    assert [line.line_ref for line in advertiser_lines(session, asker, **wanted)] == ["L1"]
    assert [line.line_ref for line in advertiser_lines(session, payee, **wanted)] == ["L1"]
    assert advertiser_lines(session, an_identity(session), **wanted) == []
    assert advertiser_lines(session, an_identity(session, role=Role.BRAND), **wanted) == []


def test_commission_of_an_account_is_the_payees_own(session: Session) -> None:
    asker = a_line_in_flight(session)
    lines = advertiser_lines(session, asker, partner_ref="R1", advertiser=ADVERTISER)
    assert commission_of(session, lines, payee_ref="R1") == {"USD": usd(12750)}
    assert commission_of(session, lines, payee_ref="R3") == {}
