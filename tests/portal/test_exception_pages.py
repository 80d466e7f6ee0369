"""The queue of exceptions in the browser: filters in the address, an owner, an action, and its CSV."""

from __future__ import annotations

import csv
import html
import io
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from commissions.ledger.accrual import accrue
from commissions.ledger.checklist import Item
from commissions.ledger.exception_models import LineException
from partners.models import User
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories.fact_files import NOW, ORDERS, deliveries, take, take_orders
from tests.factories.people import a_brand, a_user
from tests.fixtures.browsers import LogIn

PLAN = '{"plan": "standard", "components": [{"name": "base", "kind": "percent", "percent": "10"}]}'


@pytest.fixture
def people(services: Services) -> dict[str, User]:
    """One line over, one row of a line that nobody knows."""
    take_orders(services.sessions)
    take(services.sessions, "plans", PLAN)
    take(services.sessions, "deliveries", deliveries("L1,2026-03-05,120,1", "NOBODY,2026-03-05,4,1"))
    with transaction(services.sessions) as session:
        accrue(session, at=NOW)
        brand = a_brand(session)
        return {"clerk": a_user(session, brand, Role.FINANCE), "admin": a_user(session, brand, Role.ADMIN)}


def test_each_exception_has_its_action_and_leads_to_what_is_to_be_done(
    people: dict[str, User], log_in: LogIn
) -> None:
    browser = log_in(people["clerk"])
    page = browser.get("/exceptions").text
    for shown in ("The line NOBODY is not known.", "Import the order", "blocks the close", "Raise the cap"):
        assert shown in page
    over = browser.get("/exceptions?kind=over").text
    assert "Raise the cap" in over
    assert "NOBODY" not in over
    todo = browser.get("/imports?kind=orders&todo=cap&line=L1").text
    assert "import the order of L1 again with a higher tolerance" in todo


def test_a_row_of_a_file_is_told_in_words_and_not_by_the_names_of_columns(
    people: dict[str, User], log_in: LogIn
) -> None:
    browser = log_in(people["clerk"])
    page = browser.get("/exceptions?kind=quarantine").text
    for shown in ("No order for it", "Deliveries: ", "5 Mar 2026, 4 units"):
        assert shown in page
    assert "service_date" not in page
    assert "2026-03-05" not in page
    assert page.count("NOBODY ·") == 0
    for place in ("/months/2026-03", "/"):
        assert "5 Mar 2026, 4 units" in browser.get(place).text
    board = browser.get("/months/2026-03").text
    assert "No order for it" in board
    assert ">Since<" in board
    informs = browser.get("/months/2026-03?show=inform").text
    assert "Over-delivered" in informs
    assert ">Since<" not in informs


def test_a_write_off_that_waits_is_not_offered_again_but_led_to(
    people: dict[str, User], log_in: LogIn, services: Services
) -> None:
    take(services.sessions, "deliveries", deliveries("L2,2026-03-05,90,1"))
    with transaction(services.sessions) as session:
        accrue(session, at=NOW)
        line_id = session.scalars(
            select(LineException.line_id).where(LineException.item == Item.DEBT.value)
        ).one()
    browser = log_in(people["clerk"])
    assert "Write off the debt" in browser.get("/exceptions?kind=debt").text
    sent = browser.post(
        f"/exceptions/debts/{line_id}/write-off", data={"units": "10", "reason": "Agreed with the buyer"}
    )
    page = browser.get("/exceptions?kind=debt").text
    assert f'href="{sent.location}"' in page
    assert "Write-off waits" in page
    assert "Write off the debt" not in page


def test_a_row_for_another_station_or_of_a_day_to_come_says_what_settles_it(
    people: dict[str, User], log_in: LogIn, services: Services
) -> None:
    take(services.sessions, "orders", ORDERS.replace("2026-03-31", "2026-06-30"))
    rows = ("L1,2026-03-06,5,1,KABC-FM", "L1,2026-06-05,5,1,")
    header = "line_ref,service_date,units,revision,station"
    take(services.sessions, "deliveries", deliveries(*rows, header=header))
    browser = log_in(people["clerk"])
    page = browser.get("/exceptions?kind=quarantine").text
    for shown in (
        "does not run on the station KABC-FM",
        "Correct the station",
        "has not come yet",
        "Correct the day",
    ):
        assert shown in page
    assert "Change the flight" not in page
    assert (
        "under the station or the line on which it aired" in browser.get("/imports?todo=station&line=L1").text
    )
    assert "once the day has come, the row is judged again" in browser.get("/imports?todo=day").text


def test_an_exception_gets_an_owner_who_finds_it(people: dict[str, User], log_in: LogIn) -> None:
    browser = log_in(people["clerk"])
    assert "NOBODY" not in browser.get("/exceptions?owner=me").text
    got = browser.post("/exceptions/quarantine/1/owner", data={"owner": str(people["clerk"].id)})
    assert got.status_code == 303
    assert "NOBODY" in browser.get("/exceptions?owner=me").text
    assert "NOBODY" not in browser.get("/exceptions?owner=nobody").text
    assert browser.post("/exceptions/nothing/1/owner").status_code == 404
    assert browser.post("/exceptions/over/999/owner").status_code == 404


def undo_of(browser: FlaskClient, address: str) -> str:
    """Where the undo of the toast on the page leads."""
    [found] = re.findall(r'class="toast-undo" method="post" action="([^"]+)"', browser.get(address).text)
    return html.unescape(found)


def test_a_dismissed_row_waits_again_once_the_dismissal_is_taken_back(
    people: dict[str, User], log_in: LogIn
) -> None:
    browser = log_in(people["clerk"])
    assert browser.post("/exceptions/1/dismiss", data={"note": "a test of the station"}).status_code == 303
    undo = undo_of(browser, "/exceptions")
    assert "NOBODY" not in browser.get("/exceptions?kind=quarantine").text
    assert browser.post(undo).status_code == 303
    assert "The line NOBODY is not known." in browser.get("/exceptions?kind=quarantine").text
    assert browser.post(undo).status_code == 409
    assert browser.post("/exceptions/99/take-back").status_code == 404
    trail = log_in(people["admin"]).get("/trail").text
    assert trail.index("taken back") < trail.index("a test of the station")


def test_an_owner_that_was_given_is_taken_away_again(people: dict[str, User], log_in: LogIn) -> None:
    browser = log_in(people["clerk"])
    browser.post("/exceptions/quarantine/1/owner", data={"owner": str(people["clerk"].id)})
    browser.post(undo_of(browser, "/exceptions?owner=me"))
    assert "NOBODY" in browser.get("/exceptions?owner=nobody").text


def test_the_csv_holds_exactly_what_is_shown(people: dict[str, User], log_in: LogIn) -> None:
    browser = log_in(people["clerk"])
    rows = list(csv.DictReader(io.StringIO(browser.get("/exceptions.csv").text)))
    assert rows[0]["kind"] == "quarantine"
    assert {row["kind"] for row in rows} >= {"quarantine", "over"}
    only = list(csv.DictReader(io.StringIO(browser.get("/exceptions.csv?kind=over").text)))
    assert [(row["line_ref"], row["what"], row["blocks"]) for row in only] == [
        ("L1", "20 more delivered than the order pays for.", "no")
    ]


def test_who_only_reads_sees_the_queue_and_no_button(people: dict[str, User], log_in: LogIn) -> None:
    page = log_in(people["admin"]).get("/exceptions").text
    assert "NOBODY" in page
    assert "Assign" not in page
    assert "Dismiss</button>" not in page


def test_the_answer_to_an_import_lists_the_file_among_the_latest(
    people: dict[str, User], log_in: LogIn
) -> None:
    given = {"kind": "deliveries", "file": (io.BytesIO(b"line_ref,service_date,units\n"), "the_newest.csv")}
    page = log_in(people["clerk"]).post("/imports", data=given, content_type="multipart/form-data").text
    assert "the_newest.csv" in page[page.index("Latest files") :]


def test_the_month_tells_beside_what_informs_that_days_were_not_reported(
    people: dict[str, User], log_in: LogIn
) -> None:
    browser = log_in(people["clerk"])
    assert "nobody reported" not in browser.get("/months/2026-03").text
    page = browser.get("/months/2026-03?show=inform").text
    assert "have days that nobody reported" in page or "has days that nobody reported" in page
    assert 'href="/exceptions?kind=missing_days"' in page


@pytest.mark.parametrize("asked", ["endpoint=x", "_scheme=javascript&_external=1", "_method=POST"])
def test_r20_the_link_to_the_file_is_of_this_site_whatever_the_address_asks_for(
    people: dict[str, User], log_in: LogIn, asked: str
) -> None:
    page = log_in(people["clerk"]).get(f"/exceptions?kind=over&{asked}")
    assert page.status_code == 200
    assert 'href="/exceptions.csv?kind=over"' in page.text
