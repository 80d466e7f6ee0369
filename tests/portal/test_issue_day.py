"""The day of issue is that of the brand's calendar, on screen as in print, wherever the reader is."""

from __future__ import annotations

from datetime import UTC, date, datetime

from commissions.ledger.accrual import accrue
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories.books import LineOf, a_plan, adopt, an_order, deliver
from tests.factories.closed_months import close
from tests.factories.people import a_brand, a_partner, a_user
from tests.fixtures.browsers import LogIn

LATE = datetime(2026, 4, 8, 23, tzinfo=UTC)


def test_a_reader_ahead_of_the_brand_reads_the_day_that_is_printed(services: Services, log_in: LogIn) -> None:
    with transaction(services.sessions) as session:
        a_partner(session, "GOLD")
        adopt(session, a_plan())
        an_order(session, "IO-1", LineOf("L1"), partner="GOLD")
        deliver(session, "L1", date(2026, 3, 5), 90)
        accrue(session, at=LATE)
        close(session, "2026-03", LATE)
        reader = a_user(session, a_brand(session), Role.FINANCE)
        reader.timezone = "Pacific/Auckland"
    browser = log_in(reader)
    assert "Issued 8 April 2026" in browser.get("/statements/2026-03-GOLD-USD").text
    assert "8 Apr 2026</td>" in browser.get("/statements").text
