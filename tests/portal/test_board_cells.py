"""A sum on the month board opens the line items that make it."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask.testing import FlaskClient

from commissions.ledger.accrual import accrue
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories.books import LineOf, a_plan, adopt, an_order, deliver
from tests.factories.closed_months import APRIL, close
from tests.factories.people import a_brand, a_partner, a_user
from tests.fixtures.browsers import LogIn


@pytest.fixture
def finance(services: Services, log_in: LogIn) -> FlaskClient:
    """Two lines delivered in March and one without a report."""
    with transaction(services.sessions) as session:
        a_partner(session, "GOLD")
        adopt(session, a_plan())
        an_order(session, "IO-1", LineOf("L1"), LineOf("L2"), LineOf("L3"), partner="GOLD")
        for ref in ("L1", "L2"):
            deliver(session, ref, date(2026, 3, 5), 90)
        accrue(session, at=APRIL)
        person = a_user(session, a_brand(session), Role.FINANCE)
    return log_in(person)


def cells_of(finance: FlaskClient) -> list[str]:
    board = finance.get("/months/2026-03/board").text
    return re.findall(r'href="/reconciliation\?cell=([^"]+)"', board)


def lines_of(finance: FlaskClient, cell: str) -> list[str]:
    """The lines of the export that belongs to a cell's page."""
    page = finance.get(f"/reconciliation?cell={cell}").text
    assert f"/reconciliation.csv?cell={cell}" in page
    rows = finance.get(f"/reconciliation.csv?cell={cell}").text.splitlines()[1:]
    return [row.split(",")[1] for row in rows]


def test_a_sum_of_the_month_board_opens_its_line_items(services: Services, finance: FlaskClient) -> None:
    [commissionable, in_all] = cells_of(finance)
    assert (commissionable, in_all) == ("2026-03.commissionable.USD", "2026-03.all.USD")
    assert sorted(lines_of(finance, commissionable)) == ["L1", "L2"]
    assert "Commissionable · March 2026 · USD" in finance.get(f"/reconciliation?cell={commissionable}").text
    with transaction(services.sessions) as session:
        close(session, "2026-03", APRIL)
    assert cells_of(finance) == ["2026-03.stated.USD", "2026-03.all.USD"]
    assert lines_of(finance, commissionable) == []


@pytest.mark.parametrize("cell", ["x", "2026-03.nothing.USD", "2031-01.all.USD", "...."])
def test_a_cell_that_is_none_is_not_found(finance: FlaskClient, cell: str) -> None:
    assert finance.get(f"/reconciliation?cell={cell}").status_code == 404
