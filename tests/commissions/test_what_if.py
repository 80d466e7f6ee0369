"""What a partner would earn if more were delivered: its own lines only, and by the engine's rules."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from commissions.facts.fact_models import BillingSource, Cap
from commissions.facts.house_rules import HouseRules
from commissions.ledger.accrual import accrue
from commissions.ledger.ledger_models import Posting
from commissions.reckoning.line_facts import Horizon
from commissions.reckoning.plan_book import plan_book
from commissions.simulation.what_if import (
    MakesGoodForOthers,
    NotThatMany,
    OutsideFlight,
    PaysAsBooked,
    WhatIf,
    WhatIfAnswer,
    what_if,
)
from portal.kernel.db import transaction
from portal.kernel.errors import NotAllowed, NotFound, Refusal
from portal.kernel.identity import Identity, Role
from portal.services import Services
from tests.factories.books import Billed, LineOf, a_plan, adopt, an_order, deliver, invoice
from tests.factories.people import a_brand, a_partner, a_user, an_identity
from tests.fixtures.browsers import LogIn

TODAY = date(2026, 3, 10)
SPRING = (date(2026, 3, 1), date(2026, 4, 30))
APRIL = (date(2026, 4, 1), date(2026, 4, 30))
LADDER = {
    "name": "volume",
    "kind": "tiers",
    "mode": "whole",
    "measure": "net",
    "window": "quarter",
    "tiers": [{"upto": "1000", "percent": "8"}, {"upto": None, "percent": "10"}],
}


@pytest.fixture
def r1(session: Session) -> Identity:
    partner = a_partner(session, "R1")
    return an_identity(session, partner, Role.PARTNER)


def line(ref: str = "L1", **fields: object) -> LineOf:
    """100 units a 10.00 net, all the partner's."""
    return LineOf(ref, rate="10", agency="0", days=SPRING, **fields)  # type: ignore[arg-type]


def guess(session: Session, asker: Identity, units: int, on: date = TODAY, ref: str = "L1") -> WhatIfAnswer:
    horizon = Horizon(HouseRules(), plan_book(session), TODAY)
    return what_if(session, asker, WhatIf(ref, units, on), horizon=horizon)


def test_more_units_earn_by_the_plan(session: Session, r1: Identity) -> None:
    adopt(session, a_plan())
    an_order(session, "IO-1", line())
    deliver(session, "L1", date(2026, 3, 2), 40)
    found = guess(session, r1, 20)
    assert (found.before.text(), found.after.text(), found.counted) == ("40.00", "60.00", 20)
    assert "10% of" in found.parts[0].sentences[0]


def test_units_above_the_cap_earn_nothing(session: Session, r1: Identity) -> None:
    adopt(session, a_plan())
    an_order(session, "IO-1", line())
    deliver(session, "L1", date(2026, 3, 2), 90)
    found = guess(session, r1, 30)
    assert (found.counted, found.after.text()) == (10, "100.00")


def test_a_tier_that_is_crossed_rates_the_quarter_again(session: Session, r1: Identity) -> None:
    adopt(session, a_plan() | {"components": [LADDER]})
    an_order(session, "IO-1", line(cap=Cap.NONE))
    deliver(session, "L1", date(2026, 3, 2), 100)
    found = guess(session, r1, 1)
    assert (found.before.text(), found.after.text()) == ("80.00", "101.00")


def test_a_later_month_has_its_own_room_under_a_monthly_cap(session: Session, r1: Identity) -> None:
    adopt(session, a_plan())
    an_order(session, "IO-1", line(cap=Cap.PER_CYCLE))
    # 100 units on 61 days: 50.8 for March and 49.2 for April
    assert guess(session, r1, 100, on=date(2026, 4, 2)).counted == 49


def test_other_lines_gain_where_tiers_count_them_together(session: Session, r1: Identity) -> None:
    adopt(session, a_plan() | {"components": [LADDER | {"scope": "partner"}]})
    an_order(session, "IO-1", line(), line("L2"))
    for ref in ("L1", "L2"):
        deliver(session, ref, date(2026, 3, 2), 50)
    found = guess(session, r1, 10)
    # 1,000 net at 8% is 80.00; 1,100 at 10% is 110.00, of which the line has 60 parts in 110
    assert (found.before.text(), found.after.text(), found.elsewhere.text()) == ("40.00", "60.00", "10.00")


def a_debt_of_ten(session: Session) -> None:
    """L1 owes 10 of its 100 units after March; MG makes them good in April at a price that nobody pays."""
    adopt(session, a_plan())
    flight = (date(2026, 3, 1), date(2026, 3, 31))
    an_order(session, "IO-1", LineOf("L1", rate="10", agency="0", days=flight))
    an_order(session, "IO-2", LineOf("MG", rate="99", agency="0", days=APRIL, makegood_for="L1"))
    deliver(session, "L1", date(2026, 3, 2), 90)


@pytest.mark.parametrize(("units", "counted", "after"), [(6, 6, "96.00"), (30, 10, "100.00")])
def test_units_of_a_make_good_line_earn_what_a_real_accrual_pays(
    session: Session, r1: Identity, units: int, counted: int, after: str
) -> None:
    a_debt_of_ten(session)
    found = guess(session, r1, units, on=date(2026, 4, 10), ref="MG")
    assert (found.asked.line_ref, found.line.line_ref) == ("MG", "L1")
    assert (found.counted, found.before.text(), found.after.text()) == (counted, "90.00", after)
    deliver(session, "MG", date(2026, 4, 10), units)
    accrue(session, at=datetime(2026, 5, 10, tzinfo=UTC))
    assert sum(one.amount_minor for one in session.query(Posting)) == found.after.minor


def test_a_make_good_line_earns_nothing_for_who_has_no_part_in_the_original(
    session: Session, r1: Identity
) -> None:
    a_debt_of_ten(session)
    other = an_identity(session, a_partner(session, "R2"), Role.PARTNER)
    an_order(session, "IO-3", LineOf("MG-2", days=APRIL, makegood_for="L1"), partner="R2")
    with pytest.raises(MakesGoodForOthers):
        guess(session, other, 5, on=date(2026, 4, 10), ref="MG-2")


def test_a_guess_in_a_month_with_other_rates_earns_by_those(session: Session, r1: Identity) -> None:
    adopt(session, a_plan(rate_as_of="service_date", valid_to="2026-03-31"))
    adopt(session, a_plan(percent="20", rate_as_of="service_date", valid_from="2026-04-01"))
    an_order(session, "IO-1", line())
    deliver(session, "L1", date(2026, 3, 2), 40)
    assert guess(session, r1, 10, on=date(2026, 4, 2)).after.text() == "60.00"


@pytest.mark.parametrize("day", [5, 6, 25, 26])
def test_a_guess_before_a_change_within_the_month_stands_before_it(
    session: Session, r1: Identity, day: int
) -> None:
    """A credit note takes the latest days first: not those of the guess, where it is not the latest."""
    adopt(session, a_plan())
    an_order(session, "IO-1", line(split={"R1": "1"}))
    an_order(session, "IO-1", line(split={"R1": "1", "R2": "1"}, valid_from=date(2026, 3, 20)))
    for delivered, units in ((5, 10), (25, 8)):
        deliver(session, "L1", date(2026, 3, delivered), units)
    invoice(session, "INV", Billed("L1", net=18_000), on=date(2026, 3, 31))
    invoice(session, "CN", Billed("L1", units=9), on=date(2026, 3, 31), credits_invoice="INV")
    on = date(2026, 3, day)
    found = guess(session, r1, 10, on=on)
    deliver(session, "L1", on, 10 + {5: 10, 25: 8}.get(day, 0))
    accrue(session, at=datetime(2026, 5, 10, tzinfo=UTC))
    real = sum(one.amount_minor for one in session.query(Posting) if one.payee_ref == "R1")
    assert real == found.after.minor


@pytest.mark.parametrize(
    ("units", "on", "refusal"),
    [(0, TODAY, NotThatMany), (10**13, TODAY, NotThatMany), (1, date(2026, 5, 1), OutsideFlight)],
)
def test_a_guess_that_makes_no_sense_is_refused(
    session: Session, r1: Identity, units: int, on: date, refusal: type[Refusal]
) -> None:
    adopt(session, a_plan())
    an_order(session, "IO-1", line())
    with pytest.raises(refusal):
        guess(session, r1, units, on=on)


def test_a_line_that_bills_what_is_booked_has_no_what_if(session: Session, r1: Identity) -> None:
    adopt(session, a_plan())
    an_order(session, "IO-1", line(source=BillingSource.CONTRACTED))
    with pytest.raises(PaysAsBooked):
        guess(session, r1, 1)


def test_r3_another_partners_line_is_as_if_it_did_not_exist(session: Session, r1: Identity) -> None:
    other = an_identity(session, a_partner(session, "R2"), Role.PARTNER)
    adopt(session, a_plan())
    an_order(session, "IO-1", line())
    for ref in ("L1", "NONE"):
        with pytest.raises(NotFound):
            guess(session, other, 1, ref=ref)
    finance = an_identity(session, a_brand(session), Role.FINANCE)
    with pytest.raises(NotAllowed):
        guess(session, finance, 1)


def test_nothing_is_written(session: Session, r1: Identity) -> None:
    adopt(session, a_plan())
    an_order(session, "IO-1", line())
    deliver(session, "L1", date(2026, 3, 2), 40)
    guess(session, r1, 20)
    accrue(session, at=datetime(2026, 3, 10, tzinfo=UTC))
    assert [one.amount_minor for one in session.query(Posting)] == [4000]


def test_the_page_offers_own_lines_and_tells_the_answer(services: Services, log_in: LogIn) -> None:
    with transaction(services.sessions) as session:
        adopt(session, a_plan())
        people = [a_user(session, a_partner(session, ref), Role.PARTNER) for ref in ("GOLD", "SILVER")]
        person = a_user(session, a_brand(session), Role.FINANCE)
        an_order(
            session, "IO-9", LineOf("IO-9-L9", days=(date(2026, 6, 1), date(2026, 6, 30))), partner="GOLD"
        )
    gold, silver = (log_in(user) for user in people)
    page = gold.get("/money/what-if?line=IO-9-L9&units=10&on=2026-06-20")
    assert page.status_code == 200
    assert "+42.50" in page.text
    assert "IO-9-L9" not in silver.get("/money/what-if").text
    assert silver.get("/money/what-if?line=IO-9-L9&units=10&on=2026-06-20").status_code == 404
    assert gold.get("/money/what-if?line=IO-9-L9&units=0&on=2026-06-20").status_code == 422
    assert log_in(person).get("/money/what-if").status_code == 403
    for typed, said in (
        ("1.5", "It is no whole number. Write it like 1,234."),
        ("1e3", "It is no whole number."),
    ):
        answer = gold.get(
            "/money/what-if", query_string={"line": "IO-9-L9", "units": typed, "on": "2026-06-20"}
        )
        assert answer.status_code == 422
        assert 'id="units-error"' in answer.text
        assert said in answer.text
    large = gold.get("/money/what-if?line=IO-9-L9&units=1,000&on=2026-06-20").text
    assert "100 of 1,000 would count" in large
    assert gold.get("/money/what-if?line=IO-9-L9&units=10&on=tomorrow").status_code == 422
