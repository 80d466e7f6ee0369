"""What a close would issue, on one page: as many queries for any month, whatever came together in it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from commissions.adjustments.adjusting import adjust
from commissions.ledger.accrual import accrue
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories.books import Billed, LineOf, a_plan, adopt, an_order, deliver, invoice, pay
from tests.factories.closed_months import close
from tests.factories.money import SIGNED, an_adjustment
from tests.factories.people import a_brand, a_partner, a_user
from tests.factories.statements import statements_to
from tests.fixtures.browsers import LogIn
from tests.fixtures.portal import Clock

MARCH, APRIL = date(2026, 3, 5), date(2026, 4, 9)
IN_APRIL, IN_MAY = datetime(2026, 4, 8, 9, tzinfo=UTC), datetime(2026, 5, 8, 9, tzinfo=UTC)
SPRING = (date(2026, 3, 1), date(2026, 4, 30))
MOST = 15


def a_month_that_corrects_a_closed_one(session: Session) -> None:
    """March is closed; April has a restatement, all gates, credits, a make-good and a change inside it."""
    for ref in ("R1", "R2"):
        a_partner(session, ref)
    for when in ("invoiced", "collected"):
        adopt(session, a_plan(when, payable_when=when, holdback_percent="10", holdback_days=30))
    on_invoice = LineOf("L1", plan="invoiced", days=SPRING, split={"R1": "60", "R2": "40"})
    on_cash = LineOf("L2", plan="collected", days=SPRING)
    an_order(session, "IO-1", on_invoice, on_cash)
    deliver(session, "L1", MARCH, 50)
    deliver(session, "L2", MARCH, 60)
    invoice(session, "INV-1", Billed("L1", 300_000), Billed("L2", 200_000), on=date(2026, 4, 2))
    pay(session, "P-1", "INV-1", 300_000, on=date(2026, 4, 3))
    accrue(session, at=IN_APRIL)
    close(session, "2026-03", IN_APRIL)
    deliver(session, "L1", MARCH, 48)
    deliver(session, "L1", APRIL, 20)
    deliver(session, "L2", APRIL, 30)
    later = LineOf("L2", plan="collected", rate="55", days=SPRING, valid_from=date(2026, 4, 15))
    filler = LineOf("L3", plan="invoiced", days=SPRING, makegood_for="L1")
    an_order(session, "IO-1", later, filler)
    deliver(session, "L3", APRIL, 5)
    invoice(session, "CN-1", Billed("L1", 10_000), on=APRIL, credits_invoice="INV-1")
    adjust(session, an_adjustment(500, on=APRIL), SIGNED)
    accrue(session, at=IN_MAY)


@pytest.fixture
def finance(services: Services, clock: Clock, log_in: LogIn) -> FlaskClient:
    clock.at = IN_MAY
    with transaction(services.sessions) as session:
        a_month_that_corrects_a_closed_one(session)
        person = a_user(session, a_brand(session), Role.FINANCE)
    return log_in(person)


def test_a_preview_runs_few_queries_in_a_month_where_everything_comes_together(
    services: Services, finance: FlaskClient
) -> None:
    with statements_to(services.engine) as sent:
        # a whole page, as it is without script: what the month's page fetches has less
        page = finance.get("/months/2026-04/preview/statements")
    statements = [one.lstrip().upper() for one in sent]
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert [f"2026-04-{ref}-USD" in text for ref in ("R1", "R2")] == [True, True]
    assert 0 < sum(one.startswith(("SELECT", "WITH")) for one in statements) <= MOST
    # each gate, fact and correction has been asked for: none of these was left out for being empty
    for table in ("PAYMENTS", "DISALLOWED_UNITS", "HOLDBACKS", "ADJUSTMENTS", "DELIVERY_ROWS"):
        assert any(f"FROM {table}" in one or f"JOIN {table}" in one for one in statements), table


@pytest.mark.parametrize(
    ("page", "part", "said"),
    [
        ("/months/2026-04", "/months/2026-04/board", "2300 Accrued commission"),
        ("/months/2026-03", "/months/2026-03/prints", "PDFs are made"),
        ("/months/2026-04/preview", "/months/2026-04/preview/statements", "R1"),
    ],
)
def test_without_script_a_months_pages_link_to_what_they_would_fetch(
    page: str, part: str, said: str, finance: FlaskClient
) -> None:
    assert f'<a href="{part}">' in finance.get(page).text
    whole, alone = finance.get(part).text, finance.get(part, headers={"HX-Request": "true"}).text
    assert said in whole
    assert said in alone
    # with the way back to the month
    assert f'href="{page.removesuffix("/preview")}"' in whole
    assert "<main" not in alone


def test_a_draft_says_how_much_of_its_closing_balance_is_not_payable_yet(
    services: Services, clock: Clock, log_in: LogIn
) -> None:
    clock.at = IN_MAY
    with transaction(services.sessions) as session:
        a_partner(session, "R1")
        adopt(session, a_plan(payable_when="invoiced"))
        an_order(session, "IO-1", LineOf("L1"))
        deliver(session, "L1", MARCH, 10)
        accrue(session, at=IN_MAY)
        person = a_user(session, a_brand(session), Role.FINANCE)
    page = log_in(person).get("/months/2026-03/preview/2026-03-R1-USD").text
    assert "42.50 of the closing balance is not payable yet" in page
