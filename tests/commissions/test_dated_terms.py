"""Prices, splits and rates that hold from a day on, within a month of the line or after its flight."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commissions.checking.checking import broken_rules
from commissions.facts.house_rules import HouseRules
from commissions.ledger.accrual import accrue
from commissions.ledger.ledger_models import Posting
from tests.factories.books import AT, Billed, LineOf, a_plan, adopt, an_order, deliver, invoice
from tests.factories.people import a_partner

FLIGHT = (date(2026, 3, 1), date(2026, 3, 20))
AFTER_IT = date(2026, 3, 25)


def earned(session: Session) -> dict[str, int]:
    """Minor units by payee."""
    accrue(session, at=AT)
    assert list(broken_rules(session, HouseRules(), tell=lambda _: None)) == []
    query = select(Posting.payee_ref, func.sum(Posting.amount_minor)).group_by(Posting.payee_ref)
    return {payee: int(amount) for payee, amount in session.execute(query)}


def by_month(session: Session) -> dict[str, int]:
    accrue(session, at=AT)
    query = select(Posting.service_period, func.sum(Posting.amount_minor)).group_by(Posting.service_period)
    return {period: int(amount) for period, amount in session.execute(query)}


def two_rates(session: Session, second_from: date) -> None:
    """10% until a day, 20% from it on, by the day of service."""
    a_partner(session, "R1")
    adopt(session, a_plan(rate_as_of="service_date"))
    adopt(session, a_plan(percent="20", rate_as_of="service_date", valid_from=second_from.isoformat()))


def test_a_price_from_a_day_after_the_flight_leaves_its_last_month_alone(session: Session) -> None:
    a_partner(session, "R1")
    adopt(session, a_plan())
    an_order(session, "IO-1", LineOf("L1", days=FLIGHT, agency="0"))
    an_order(session, "IO-1", LineOf("L1", days=FLIGHT, agency="0", rate="100", valid_from=AFTER_IT))
    deliver(session, "L1", date(2026, 3, 10), 10)
    assert earned(session) == {"R1": 5000}


def test_a_split_from_a_day_after_the_flight_leaves_its_last_month_alone(session: Session) -> None:
    a_partner(session, "R1")
    adopt(session, a_plan())
    an_order(session, "IO-1", LineOf("L1", days=FLIGHT, agency="0"))
    an_order(session, "IO-1", LineOf("L1", days=FLIGHT, agency="0", split={"R2": "1"}, valid_from=AFTER_IT))
    deliver(session, "L1", date(2026, 3, 10), 10)
    assert earned(session) == {"R1": 5000}


def test_a_rate_from_a_day_after_the_flight_leaves_its_last_month_alone(session: Session) -> None:
    two_rates(session, AFTER_IT)
    an_order(session, "IO-1", LineOf("L1", days=FLIGHT, agency="0"))
    deliver(session, "L1", date(2026, 3, 10), 10)
    assert earned(session) == {"R1": 5000}


def test_make_goods_after_the_flight_are_paid_at_the_rate_of_their_own_day(session: Session) -> None:
    two_rates(session, date(2026, 4, 15))
    april = (date(2026, 4, 1), date(2026, 4, 30))
    an_order(session, "IO-1", LineOf("L1", agency="0"), LineOf("MG", days=april, makegood_for="L1"))
    deliver(session, "L1", date(2026, 3, 10), 90)
    deliver(session, "MG", date(2026, 4, 10), 4)
    deliver(session, "MG", date(2026, 4, 15), 6)
    assert by_month(session) == {"2026-03": 45_000, "2026-04": 2_000 + 6_000}


def test_make_goods_after_the_flight_follow_a_price_that_changes_with_a_month(session: Session) -> None:
    a_partner(session, "R1")
    adopt(session, a_plan())
    flight, april = (date(2026, 3, 1), date(2026, 3, 31)), date(2026, 4, 1)
    an_order(session, "IO-1", LineOf("L1", days=flight, agency="0"))
    an_order(session, "IO-1", LineOf("L1", days=flight, agency="0", rate="60", valid_from=april))
    an_order(session, "IO-1", LineOf("MG", days=(april, date(2026, 4, 30)), makegood_for="L1"))
    deliver(session, "L1", date(2026, 3, 10), 90)
    deliver(session, "MG", date(2026, 4, 10), 10)
    assert by_month(session) == {"2026-03": 45_000, "2026-04": 6_000}


def a_line_that_changes_hands(session: Session, rate: str = "50") -> None:
    """R1 and R2 until the 20th of March, then R1 alone, perhaps at another price: 90 units and 5."""
    for ref in ("R1", "R2"):
        a_partner(session, ref)
    adopt(session, a_plan())
    an_order(session, "IO-1", LineOf("L1", agency="0", split={"R1": "60", "R2": "40"}))
    later = LineOf("L1", agency="0", rate=rate, split={"R1": "1"}, valid_from=date(2026, 3, 20))
    an_order(session, "IO-1", later)
    deliver(session, "L1", date(2026, 3, 10), 90)
    deliver(session, "L1", date(2026, 3, 25), 5)
    invoice(session, "INV", Billed("L1", net=1_000_000), on=date(2026, 3, 31))


def credit(session: Session, ref: str = "CN", *, units: int = 0, net: int = 1) -> None:
    row = Billed("L1", units=units, net=net)
    invoice(session, ref, row, on=date(2026, 3, 31), credits_invoice="INV")


@pytest.mark.parametrize("rate", ["50", "100"])
def test_a_credit_of_all_units_returns_each_payee_to_nothing_across_a_change(
    session: Session, rate: str
) -> None:
    a_line_that_changes_hands(session, rate)
    assert earned(session) == {"R1": 27_000 + int(rate) * 50, "R2": 18_000}
    credit(session, units=95)
    assert earned(session) == {"R1": 0, "R2": 0}


@pytest.mark.parametrize("rate", ["50", "100"])
def test_a_credit_by_net_of_everything_returns_each_payee_to_nothing_across_a_change(
    session: Session, rate: str
) -> None:
    a_line_that_changes_hands(session, rate)
    earned(session)
    credit(session, net=450_000 + int(rate) * 500)
    assert earned(session) == {"R1": 0, "R2": 0}


def test_a_credit_takes_the_latest_units_of_a_month_first_at_their_own_price_and_split(
    session: Session,
) -> None:
    a_line_that_changes_hands(session, "100")
    credit(session, units=3)
    assert earned(session) == {"R1": 27_000 + 2_000, "R2": 18_000}
    # two more of the later days, and eight at the price and split before
    credit(session, "CN-2", units=10)
    assert earned(session) == {"R1": 24_600, "R2": 16_400}


def test_a_credit_by_net_takes_the_latest_net_of_a_month_first(session: Session) -> None:
    a_line_that_changes_hands(session)
    credit(session, net=20_000)
    assert earned(session) == {"R1": 27_000 + 500, "R2": 18_000}
    credit(session, "CN-2", net=15_000)
    assert earned(session) == {"R1": 27_000 - 600, "R2": 18_000 - 400}


def test_a_count_of_nothing_after_a_change_does_not_move_a_credit(session: Session) -> None:
    a_line_that_changes_hands(session)
    deliver(session, "L1", date(2026, 3, 25), 0)
    earned(session)
    credit(session, units=90)
    assert earned(session) == {"R1": 0, "R2": 0}


@pytest.mark.parametrize("later", [{"R2": "1"}, {"R1": "1", "R2": "2"}])
def test_tiers_of_a_partner_are_explained_where_the_split_changes_within_the_month(
    session: Session, later: dict[str, str]
) -> None:
    a_partner(session, "R1")
    ladder = {"name": "volume", "kind": "tiers", "measure": "net", "window": "month", "scope": "partner"}
    adopt(session, a_plan() | {"components": [ladder | {"tiers": [{"upto": None, "percent": "10"}]}]})
    an_order(session, "IO-1", LineOf("L1", agency="0"))
    an_order(session, "IO-1", LineOf("L1", agency="0", split=later, valid_from=date(2026, 3, 20)))
    deliver(session, "L1", date(2026, 3, 10), 50)
    deliver(session, "L1", date(2026, 3, 25), 6)
    accrue(session, at=AT)
    assert list(broken_rules(session, HouseRules(), tell=lambda _: None)) == []
    found = earned(session)
    assert found["R1"] + found["R2"] == 28_000
