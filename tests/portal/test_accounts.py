"""Accounts in a browser: the time line, logging from a form, and what another partner gets."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask.testing import FlaskClient

from partners.account_models import Account
from partners.models import Organisation
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories.accounts import an_account
from tests.factories.books import LineOf, an_order, deliver
from tests.factories.library import a_found_asset
from tests.factories.people import a_partner, a_user
from tests.fixtures.browsers import LogIn

CALL = {"kind": "call", "at": "2026-06-15T09:30", "people": "Dele Adeyinka", "note": "Wants Thursdays."}


@pytest.fixture
def partner(services: Services) -> Organisation:
    with transaction(services.sessions) as session:
        return a_partner(session, "R1")


@pytest.fixture
def account(services: Services, partner: Organisation) -> Account:
    with transaction(services.sessions) as session:
        return an_account(session, partner, ref="cobbler")


@pytest.fixture
def seller(services: Services, partner: Organisation, log_in: LogIn) -> FlaskClient:
    with transaction(services.sessions) as session:
        user = a_user(session, session.merge(partner))
    return log_in(user)


def another(services: Services, log_in: LogIn, role: Role | None = None) -> FlaskClient:
    with transaction(services.sessions) as session:
        user = a_user(session, role=role)
    return log_in(user)


def test_a_logged_call_stands_in_the_time_line_with_content_order_and_delivery(
    services: Services, seller: FlaskClient, account: Account
) -> None:
    with transaction(services.sessions) as session:
        study = a_found_asset(session, "Orchard Row Grocers", "Cover.")
        days = (date(2026, 5, 1), date(2026, 5, 31))
        an_order(session, "IO-2614", LineOf("IO-2614-L1", booked=120, days=days))
        deliver(session, "IO-2614-L1", date(2026, 5, 4), 118)
    answer = seller.post("/accounts/cobbler/interactions", data=CALL | {"shown": study.ref})
    assert answer.status_code == 303
    page = seller.get(answer.headers["Location"]).get_data(as_text=True)
    for words in ("Call with Dele Adeyinka", "Wants Thursdays.", "Orchard Row Grocers", "IO-2614"):
        assert words in page
    assert "with 118 of 120 spots, 2 to make good" in page
    for address in ('"/orders/IO-2614"', '"/orders/IO-2614#IO-2614-L1"'):
        assert f"href={address}" in page


def test_another_partner_gets_the_same_answer_as_for_what_does_not_exist(
    services: Services, log_in: LogIn, account: Account
) -> None:
    stranger = another(services, log_in)
    for address in ("/accounts/cobbler", "/accounts/cobbler/interactions/new", "/accounts/cobbler/content"):
        assert stranger.get(address).status_code == 404
        assert stranger.get(address.replace("cobbler", "nobody")).status_code == 404
    assert stranger.post("/accounts/cobbler/interactions", data=CALL).status_code == 404
    assert "Cobbler" not in stranger.get("/accounts").get_data(as_text=True)


def test_content_that_the_partner_may_not_see_can_neither_be_found_nor_shown(
    services: Services, seller: FlaskClient, account: Account
) -> None:
    with transaction(services.sessions) as session:
        secret = a_found_asset(session, "Silver playbook", "Cover.", audience="tier:silver")
    assert "Silver" not in seller.get("/accounts/cobbler/content?content=silver").get_data(as_text=True)
    sent = seller.post("/accounts/cobbler/interactions", data=CALL | {"shown": secret.ref})
    assert sent.status_code == 404


def test_a_refused_form_keeps_what_was_typed_and_says_what_is_wrong(
    seller: FlaskClient, account: Account
) -> None:
    answer = seller.post("/accounts/cobbler/interactions", data=CALL | {"minutes": "a while"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Minutes are a whole number" in page
    assert "Wants Thursdays." in page
    assert "a while" in page


def test_the_author_changes_and_takes_back_what_was_logged(seller: FlaskClient, account: Account) -> None:
    seller.post("/accounts/cobbler/interactions", data=CALL)
    page = seller.get("/accounts/cobbler").get_data(as_text=True)
    found = re.search(r'/accounts/cobbler/interactions/\d+(?=")', page)
    assert found
    assert "Wants Thursdays." in seller.get(found[0]).get_data(as_text=True)
    seller.post(found[0], data=CALL | {"note": "Wants Saturdays."})
    assert "Wants Saturdays." in seller.get("/accounts/cobbler").get_data(as_text=True)
    seller.post(f"{found[0]}/undo")
    assert "Wants Saturdays." not in seller.get("/accounts/cobbler").get_data(as_text=True)


def test_who_was_logged_out_in_the_middle_of_a_form_comes_back_to_it(app_client: FlaskClient) -> None:
    form = CALL | {"form_page": "/accounts/cobbler/interactions/new"}
    answer = app_client.post("/accounts/cobbler/interactions", data=form)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/login?next=/accounts/cobbler/interactions/new"


@pytest.fixture
def app_client(client: FlaskClient) -> FlaskClient:
    """A browser of nobody, with the check of form tokens switched on."""
    client.application.config["WTF_CSRF_ENABLED"] = True
    return client


def test_who_was_logged_out_while_searching_comes_back_to_the_page_not_to_the_fragment(
    app_client: FlaskClient,
) -> None:
    page = "http://localhost/accounts/cobbler/interactions/new"
    headers = {"HX-Request": "true", "HX-Current-URL": page}
    answer = app_client.get("/accounts/cobbler/content?content=media", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/login?next=/accounts/cobbler/interactions/new"


def test_a_partner_opens_an_account_and_the_brand_does_not(
    services: Services, seller: FlaskClient, log_in: LogIn
) -> None:
    answer = seller.post("/accounts", data={"name": "Quillon Insurance", "contact": "Sunniva Rask"})
    page = seller.get(answer.headers["Location"]).get_data(as_text=True)
    assert "Quillon Insurance" in page
    assert "Sunniva Rask" in page
    assert seller.post("/accounts", data={"name": "Quillon Insurance"}).status_code == 422
    brand = another(services, log_in, Role.BRAND)
    assert brand.post("/accounts", data={"name": "Quillon Insurance"}).status_code == 403
    assert "Quillon Insurance" in brand.get("/accounts").get_data(as_text=True)


def test_finance_reads_a_time_line_and_logs_nothing(
    services: Services, log_in: LogIn, account: Account
) -> None:
    reader = another(services, log_in, Role.FINANCE)
    assert "Log interaction" not in reader.get("/accounts/cobbler").get_data(as_text=True)
    assert reader.post("/accounts/cobbler/interactions", data=CALL).status_code == 403
