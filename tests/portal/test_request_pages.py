"""Asking for content from an empty result, and the answer coming back."""

from __future__ import annotations

from html import unescape

import pytest
from sqlalchemy import select

from content.assets.audiences import parsed, set_audience
from content.assets.models import Asset
from content.finding.indexing import keep_index
from partners.models import User
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.kernel.outbox import send_posted
from portal.services import Services
from tests.factories.library import a_found_asset
from tests.factories.people import a_partner, a_user
from tests.factories.queue import work_off_queue
from tests.fixtures.browsers import LogIn


@pytest.fixture
def people(services: Services) -> dict[str, User]:
    with transaction(services.sessions) as session:
        a_found_asset(session, "Rate card, Spanish", "Tarifas.", ref="tarifas")
        users = {
            "gold": a_user(session, a_partner(session, tier="gold")),
            "silver": a_user(session, a_partner(session, tier="silver")),
            "brand": a_user(session, role=Role.BRAND),
        }
    keep_index(services.sessions, services.search, clock=services.clock)
    return users


def test_from_an_empty_result_to_the_answer(
    services: Services, people: dict[str, User], log_in: LogIn
) -> None:
    """Asked with the words filled in; answered by an asset; told by mail and on the home; then read."""
    gold, brand = log_in(people["gold"]), log_in(people["brand"])
    empty = gold.get("/library?q=Zebra+%26+crossing").text
    form = next(part for part in empty.split('"') if part.startswith("/requests/new?q="))
    assert 'value="Zebra &amp; crossing"' in gold.get(unescape(form)).text
    asked = gold.post("/requests", data={"words": "Spanish rate card", "kind": "rate_card", "note": "Soon"})
    address = asked.location
    assert "The brand has it" in gold.get(address).text
    assert gold.post("/requests", data={"words": "spanish RATE card"}).location == address
    assert log_in(people["silver"]).get(address).status_code == 404
    assert "asks for content that is missing" in brand.get("/").text
    page = brand.get(address).text
    assert 'name="candidate" value="tarifas"' in page
    refused = brand.post(f"{address}/decision", data={"state": "done", "asset": "no-such"})
    assert (refused.status_code, "cannot open “no-such”" in refused.text) == (422, True)
    brand.post(f"{address}/decision", data={"state": "done", "candidate": "tarifas"})
    assert send_posted(services.sessions, services.mailer, clock=services.clock) == 1
    assert "it is there" in gold.get("/").text
    assert "“Rate card, Spanish” answers it" in gold.get(address).text
    assert "it is there" not in gold.get("/").text


def test_a_request_that_is_taken_back_comes_back_to_the_form(people: dict[str, User], log_in: LogIn) -> None:
    gold = log_in(people["gold"])
    address = gold.post("/requests", data={"words": "Zebra", "note": "For May"}).location
    form = gold.post(f"{address}/withdraw").location
    assert "For May" in gold.get(form).text
    assert gold.get(address).status_code == 404
    assert gold.post("/requests", data={"words": " "}).status_code == 422


def test_the_report_of_searches_leads_to_the_requests_for_the_same(
    services: Services, people: dict[str, User], log_in: LogIn
) -> None:
    gold = log_in(people["gold"])
    gold.get("/library?q=Giraffe")
    gold.post("/requests", data={"words": "giraffe"})
    work_off_queue(services)
    assert "One request" in log_in(people["brand"]).get("/reports/searches").text


def test_r6_an_answer_that_is_no_longer_for_the_partner_is_not_named_as_news(
    services: Services, people: dict[str, User], log_in: LogIn
) -> None:
    gold, brand = log_in(people["gold"]), log_in(people["brand"])
    address = gold.post("/requests", data={"words": "Spanish rate card"}).location
    brand.post(f"{address}/decision", data={"state": "done", "candidate": "tarifas"})
    with transaction(services.sessions) as session:
        asset = session.scalars(select(Asset).where(Asset.ref == "tarifas")).one()
        set_audience(session, asset, parsed("tier:silver"))
        asset.title = "Rates of somebody else"
    assert "Rates of somebody else" not in gold.get("/").text
    assert "can no longer be opened" in gold.get(address).text
