"""A closed month under another rate: what was stated and what it is now, where no unit changed."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient

from commissions.ledger.accrual import accrue
from commissions.ledger.periods import period
from commissions.statements.documents import full_documents
from commissions.statements.statement_text import statement_text
from portal.kernel.db import reading, transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories.books import LineOf, a_plan, adopt, an_order, deliver
from tests.factories.closed_months import APRIL, MAY, close, statement
from tests.factories.people import a_brand, a_partner, a_user
from tests.fixtures.browsers import LogIn

NUMBER = "2026-04-GOLD-USD"


@pytest.fixture
def finance(services: Services, log_in: LogIn) -> FlaskClient:
    """90 spots of March, net 3,825.00, stated at 10% and rated at 12% since."""
    with transaction(services.sessions) as session:
        a_partner(session, "GOLD")
        adopt(session, a_plan())
        an_order(session, "IO-1", LineOf("L1"), partner="GOLD")
        deliver(session, "L1", date(2026, 3, 5), 90)
        accrue(session, at=APRIL)
        close(session, "2026-03", APRIL)
        adopt(session, a_plan(percent="12"))
        accrue(session, at=MAY)
        person = a_user(session, a_brand(session), Role.FINANCE)
    return log_in(person)


def test_a_draft_does_not_tell_units_that_stay_as_a_change(finance: FlaskClient) -> None:
    page = finance.get(f"/months/2026-04/preview/{NUMBER}").text
    assert "L1" in page
    assert "90 → 90" not in page
    assert "0.00</td>" not in page.partition("Earlier months")[2]


def test_a_statement_says_the_amounts_where_the_units_stay(services: Services, finance: FlaskClient) -> None:
    with transaction(services.sessions) as session:
        close(session, "2026-04", MAY)
    assert "March 2026: 382.50 is now 459.00" in finance.get(f"/statements/{NUMBER}").text
    with reading(services.sessions) as session:
        [document] = full_documents(session, [statement(session, NUMBER)], period(session, "2026-04"))
        [section] = statement_text(document)["sections"]
    [row] = section["lines"]
    assert (row["units"], row["basis"], row["rate"], row["amount"]) == ("", "", "12%", "76.50")
    assert row["place"] == "WXYZ-FM, morning drive, March 2026: 382.50 is now 459.00"
