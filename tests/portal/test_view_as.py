"""Looking at the library as a partner: what it shows, what it refuses, and the one trace it leaves."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from migrations.models import metadata
from partners.models import Organisation
from portal.kernel.activity import Activity
from portal.kernel.db import transaction
from portal.services import Services
from tests.factories.library import a_found_asset
from tests.factories.people import a_partner, a_user
from tests.factories.queue import work_off_queue
from tests.fixtures.browsers import LogIn

AS_GOLD = {"partner": "GOLD", "language": "en"}


@pytest.fixture
def refs(services: Services) -> dict[str, str]:
    with transaction(services.sessions) as session:
        a_partner(session, "GOLD", tier="gold")
        made = {
            "gold": a_found_asset(session, "For gold", "zebra words", audience="tier:gold"),
            "silver": a_found_asset(session, "For silver", "zebra words", audience="tier:silver"),
        }
        made["draft"] = a_found_asset(session, "Draft", "zebra", state="draft")
        found = {name: asset.ref for name, asset in made.items()}
    work_off_queue(services)
    return found


def counts(services: Services) -> dict[str, int]:
    """Rows of every table but the log and the log-in sessions."""
    left_out = {"activities", "login_sessions"}
    with services.sessions() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in metadata.sorted_tables
            if table.name not in left_out
        }


def test_the_library_an_asset_and_a_search_are_what_the_partner_sees(
    brand: FlaskClient, refs: dict[str, str]
) -> None:
    assert brand.post("/content/view-as", data=AS_GOLD).location == "/library"
    for path in ("/library", "/library?q=zebra"):
        page = brand.get(path).text
        assert "You see what Partner GOLD sees" in page
        assert "For gold" in page
        assert "For silver" not in page
        assert ">Draft<" not in page
    assert brand.get(f"/library/{refs['gold']}").status_code == 200
    for hidden in ("silver", "draft"):
        assert brand.get(f"/library/{refs[hidden]}").status_code == 404
    assert "/edit" not in brand.get(f"/library/{refs['gold']}").text


def test_money_and_everything_else_leads_back_to_the_library(
    brand: FlaskClient, refs: dict[str, str]
) -> None:
    brand.post("/content/view-as", data=AS_GOLD)
    for path in (
        "/",
        "/statements",
        "/orders",
        "/accounts",
        "/money/payee",
        "/content",
        "/account",
        "/people",
    ):
        answer = brand.get(path)
        assert (answer.status_code, answer.location) == (303, "/library"), path
    assert "/statements" not in brand.get("/library").text


def test_nothing_can_be_changed_while_looking(brand: FlaskClient, refs: dict[str, str]) -> None:
    brand.post("/content/view-as", data=AS_GOLD)
    for path in (f"/library/{refs['gold']}/retire", "/usage/beats", "/account/password", "/content/view-as"):
        answer = brand.post(path)
        assert answer.status_code == 409, path
        assert "End that first" in answer.text


def test_looking_counts_nothing_and_is_in_the_audit_trail(
    app: Flask, services: Services, brand: FlaskClient, refs: dict[str, str]
) -> None:
    brand.post("/content/view-as", data=AS_GOLD)
    before, waiting = counts(services), services.queue.waiting()
    parts = {"ref": refs["gold"], "number": 1, "page": 1}
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("content.") and "GET" in (rule.methods or ()):
            built = rule.build({name: parts.get(name, 1) for name in rule.arguments}, append_unknown=False)
            assert built is not None
            with brand.get(f"{built[1]}?q=zebra", headers={"Referer": "http://localhost/library?q=zebra"}):
                pass
    assert counts(services) == before
    assert services.queue.waiting() == waiting
    brand.post("/content/view-as/end")
    assert brand.get("/content").status_code == 200
    with services.sessions() as session:
        told = session.scalars(select(Activity.verb).where(Activity.subject_ref == "GOLD")).all()
    assert told == ["viewed_as.started", "viewed_as.ended"]


def test_what_one_saved_and_searched_oneself_is_not_shown_as_the_partners(
    brand: FlaskClient, refs: dict[str, str]
) -> None:
    brand.post(f"/library/{refs['gold']}/save")
    brand.post("/library/searches", data={"name": "My zebras", "query": "q=zebra"})
    brand.get("/library?q=zebra")
    brand.post("/content/view-as", data=AS_GOLD)
    assert "For gold" not in brand.get("/library/saved").text
    assert 'aria-pressed="true"' not in brand.get("/library").text
    searches = brand.get("/library/searches").text
    assert "My zebras" not in searches
    assert "Nothing searched lately" in searches


def test_r1_a_collection_that_only_the_partners_people_see_is_theirs(
    services: Services, brand: FlaskClient, log_in: LogIn, refs: dict[str, str]
) -> None:
    with transaction(services.sessions) as session:
        gold = session.scalars(select(Organisation).where(Organisation.ref == "GOLD")).one()
        person = a_user(session, gold)
    book = {"title": "How we sell it", "kind": "playbook", "asset": refs["gold"]}
    address = log_in(person).post("/collections", data=book).location.removesuffix("/arrange")
    brand.post("/content/view-as", data=AS_GOLD)
    assert brand.get(address).status_code == 404
    ref = address.rpartition("/")[2]
    for path in ("/collections", f"/library/{refs['gold']}/view?in={ref}", "/library/changes"):
        assert "How we sell it" not in brand.get(path).text


def test_a_partner_cannot_look_as_another(services: Services, log_in: LogIn, refs: dict[str, str]) -> None:
    with transaction(services.sessions) as session:
        silver = a_user(session, a_partner(session, "SILVER", tier="silver"))
    browser = log_in(silver)
    assert browser.post("/content/view-as", data=AS_GOLD).status_code == 403
    with browser.session_transaction() as cookie:
        cookie["viewing_as"] = ["GOLD", "en"]
    assert browser.get(f"/library/{refs['gold']}").status_code == 404


def test_while_editing_it_is_said_who_would_see_it(
    services: Services, brand: FlaskClient, refs: dict[str, str]
) -> None:
    with transaction(services.sessions) as session:
        a_partner(session, "AUTO", tier="silver", category="auto;retail")
    page = brand.get("/content/audience?audience=category:auto").text
    assert "One partner of 2 sees it:" in page
    assert "Partner AUTO" in page
    assert "No partner sees it" in brand.get("/content/audience").text
    assert "is not an audience" in brand.get("/content/audience?audience=shoe:42").text
