"""A statement of many lines: the first of them, more on request, and the one that is looked for."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask.testing import FlaskClient

from commissions.facts.import_models import ImportKind
from commissions.imports.file_import import import_file
from commissions.imports.importing import ImportRequest
from commissions.ledger.accrual import accrue
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories.closed_months import APRIL, close
from tests.factories.people import a_brand, a_partner, a_user
from tests.fixtures.browsers import LogIn

NUMBER, LINES = "2026-03-P0-USD", 120
ORDERS = (
    "order_ref,signed_on,partner_ref,advertiser,agency_percent,currency,line_ref,station,first_day,last_day,"
    "pricing,rate,booked_units"
)


@pytest.fixture
def browser(services: Services, log_in: LogIn) -> FlaskClient:
    """A partner with 120 lines on March's statement, one of them of 50% Juice on Wren_1."""
    names = {97: ("O9", "50% Juice", "Wren_1")}
    orders, deliveries = [ORDERS], ["line_ref,service_date,units"]
    for number in range(LINES):
        order, advertiser, station = names.get(number, (f"O{number // 50}", "Orchard Row", "Lark"))
        orders.append(
            f"{order},2026-02-01,P0,{advertiser},0,USD,L{number:03d},{station},2026-03-01,2026-03-31,"
            "per_spot,10,100"
        )
        deliveries.append(f"L{number:03d},2026-03-05,{number % 9 + 1}")
    plan = '{"plan": "all", "components": [{"name": "base", "kind": "percent", "percent": "10"}]}'
    with transaction(services.sessions) as session:
        partner = a_user(session, a_partner(session, ref="P0"), Role.PARTNER)
        a_brand(session)
    for kind, text in (
        (ImportKind.PLANS, plan),
        (ImportKind.ORDERS, "\n".join(orders)),
        (ImportKind.DELIVERIES, "\n".join(deliveries)),
    ):
        wanted = ImportRequest(at=APRIL, file_name=kind.value)
        assert import_file(services.sessions, kind, BytesIO(text.encode()), wanted).accepted
    with transaction(services.sessions) as session:
        accrue(session, at=APRIL)
        close(session, "2026-03", APRIL)
    return log_in(partner)


def lines_on(page: str) -> int:
    return page.count('id="line-')


def test_a_long_statement_shows_its_first_lines_and_more_on_request(browser: FlaskClient) -> None:
    first = browser.get(f"/statements/{NUMBER}").text
    assert lines_on(first) == 50
    assert "50 of 120 shown" in first
    assert "Control: 120 lines" in first
    more = f"/statements/{NUMBER}?shown=300"
    assert more in first
    whole = browser.get(more).text
    assert lines_on(whole) == 120
    assert "Show more" not in whole


def test_a_line_is_found_by_its_advertiser_station_order_or_own_number(browser: FlaskClient) -> None:
    for looked_for in ("50% juice", "wren_1", "L097"):
        page = browser.get(f"/statements/{NUMBER}", query_string={"q": looked_for}).text
        assert lines_on(page) == 1, looked_for
        assert "50% Juice" in page
        assert "Control: 120 lines" in page
    assert lines_on(browser.get(f"/statements/{NUMBER}?q=O2").text) == 20
    # the marks of a pattern are letters like others
    assert lines_on(browser.get(f"/statements/{NUMBER}?q=%25").text) == 1
    nothing = browser.get(f"/statements/{NUMBER}?q=Harborlight").text
    assert "No line has “Harborlight”" in nothing
    assert lines_on(nothing) == 0


def test_a_line_far_down_opens_at_its_address_without_all_lines_before_it(browser: FlaskClient) -> None:
    page = browser.get(f"/statements/{NUMBER}?line=110").text
    assert lines_on(page) == 51
    assert 'id="line-110" class="is-open"' in page
    assert "Question this line" in page


def test_a_list_of_one_currency_names_it_once(browser: FlaskClient) -> None:
    page = browser.get("/statements").text
    assert page.count("USD</span>") == 1
    assert "Amounts in USD" in page


def test_orders_lead_a_partner_back_to_its_money(browser: FlaskClient) -> None:
    page = browser.get("/orders").text
    assert '<a class="mg-back" href="/statements">' in page
