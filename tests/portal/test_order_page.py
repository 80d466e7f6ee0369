"""An order's page: what is counted and what the last accrual knew of it."""

from __future__ import annotations

from datetime import date

from commissions.facts.house_rules import HouseRules
from commissions.ledger.accrual import accrue
from portal.kernel.db import transaction
from portal.services import Services
from tests.factories.accounts import an_account
from tests.factories.books import LineOf, a_plan, adopt, an_order, deliver
from tests.factories.people import a_partner, a_user
from tests.fixtures.browsers import LogIn

JUNE = (date(2026, 6, 1), date(2026, 6, 30))


def test_what_came_in_since_the_last_accrual_is_told_beside_what_that_knew(
    services: Services, log_in: LogIn
) -> None:
    with transaction(services.sessions) as session:
        user = a_user(session, a_partner(session, "R1"))
        adopt(session, a_plan())
        an_order(session, "IO-1", LineOf("L1", days=JUNE))
        deliver(session, "L1", date(2026, 6, 10), 40)
        accrue(session, at=services.clock(), house=HouseRules())
    browser = log_in(user)
    assert "counted by now" not in browser.get("/orders/IO-1").text
    with transaction(services.sessions) as session:
        deliver(session, "L1", date(2026, 6, 11), 9)
    page = browser.get("/orders/IO-1").text
    assert "40 of 100 delivered" in page
    assert "49 are counted by now; the next accrual takes that up." in page


def test_r1_a_partner_whose_share_ended_has_the_order_no_more_and_its_list_still_opens(
    services: Services, log_in: LogIn
) -> None:
    with transaction(services.sessions) as session:
        user = a_user(session, a_partner(session, "R2"))
        for line in (LineOf("L1", split={"R1": "1", "R2": "1"}), LineOf("L1")):
            an_order(session, "IO-1", line, partner="R1")
        an_order(session, "IO-2", LineOf("L2"), partner="R2")
    browser = log_in(user)
    for path in ("/orders", "/orders?q=IO", "/palette?q=IO"):
        answer = browser.get(path)
        assert (answer.status_code, "IO-1" in answer.text, "IO-2" in answer.text) == (200, False, True)
    assert browser.get("/orders/IO-1").status_code == 404


def test_r5_a_line_that_pays_others_alone_stands_on_no_page_of_the_partner_who_holds_the_order(
    services: Services, log_in: LogIn
) -> None:
    over = (date(2026, 5, 20), date(2026, 6, 10))
    with transaction(services.sessions) as session:
        partner = a_partner(session, "R1")
        a_partner(session, "R2")
        adopt(session, a_plan())
        lines = LineOf("L-OWN", days=over), LineOf("L-THEIRS", days=over, split={"R2": "1"})
        an_order(session, "IO-1", *lines, partner="R1")
        account = an_account(session, partner)
        for line in lines:
            deliver(session, line.ref, over[0], 5)
        user, address = a_user(session, partner), f"/accounts/{account.ref}"
    browser = log_in(user)
    for path in ("/", address, "/orders/IO-1"):
        page = browser.get(path).text
        assert ("L-OWN" in page, "L-THEIRS" in page) == (True, False), path
