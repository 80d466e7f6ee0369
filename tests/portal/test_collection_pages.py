"""Playbooks as people make and read them: from an asset's page to one sequence, with keys and undo."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from content.assets.models import Asset
from portal.kernel.db import transaction
from portal.services import Services
from tests.factories.library import a_found_asset
from tests.factories.people import a_partner, a_user
from tests.fixtures.browsers import LogIn

TAP = {"HX-Request": "true"}


@pytest.fixture
def assets(services: Services) -> list[Asset]:
    with transaction(services.sessions) as session:
        return [
            a_found_asset(session, "Opening deck", "Hello.", ref="deck"),
            a_found_asset(session, "Gold prices", "Cheap.", audience="tier:gold", ref="prices"),
            a_found_asset(session, "Closing sheet", "Sign.", ref="sheet"),
        ]


def person(services: Services, log_in: LogIn, ref: str, tier: str = "gold") -> FlaskClient:
    with transaction(services.sessions) as session:
        user = a_user(session, a_partner(session, ref, tier=tier))
    return log_in(user)


def made(browser: FlaskClient, **fields: str | list[str]) -> str:
    """The address of a new playbook."""
    form = {"title": "First meeting", "kind": "playbook", "summary": "For grocers."} | fields
    answer = browser.post("/collections", data=form)
    assert answer.status_code == 303
    return answer.headers["Location"].removesuffix("/arrange")


def item_ids(browser: FlaskClient, address: str) -> list[str]:
    return re.findall(r'data-item="(\d+)"', browser.get(f"{address}/arrange").text)


def titles(browser: FlaskClient, address: str) -> list[str]:
    listed = browser.get(address).text.partition('<ol class="co-items">')[2].partition("</ol>")[0]
    return re.findall(r"<h[23]>(?:<a [^>]*>)?([^<]*)", listed)


def test_a_playbook_is_made_ordered_by_key_and_as_a_whole_published_and_read_in_order(
    services: Services, log_in: LogIn, brand: FlaskClient, assets: list[Asset]
) -> None:
    silver = person(services, log_in, "S1", tier="silver")
    address = made(brand, audience="all", asset="sheet")
    for ref in ("prices", "deck"):
        assert brand.post(f"{address}/items", data={"asset": ref}).headers["Location"] == f"/library/{ref}"
    brand.post(f"{address}/headings", data={"title": "Before you sign"})
    sheet, prices, deck, heading = item_ids(brand, address)
    moved = brand.post(f"{address}/items/{deck}/move", data={"step": "-1"}, headers=TAP).text
    assert "“Opening deck” is number 2 of 4." in moved
    brand.post(f"{address}/order", data={"order": f"{deck},{prices},{heading},{sheet}"}, headers=TAP)
    brand.post(f"{address}/items/{deck}/note", data={"note": "Slides 1 to 6."}, headers=TAP)
    assert silver.get(address).status_code == 404
    assert brand.post(f"{address}/publish").status_code == 303
    assert titles(silver, address) == ["Opening deck", "Before you sign", "Closing sheet"]
    assert "Slides 1 to 6." in silver.get(address).text
    assert "First meeting" in silver.get("/collections").text
    collection = address.rpartition("/")[2]
    first = silver.get(f"/library/deck/view?in={collection}").text
    assert "1 of 2" in first
    assert f"/library/sheet/view?in={collection}" in first
    assert "/library/prices/" not in first
    assert brand.post("/library/deck/retire").status_code == 303
    assert titles(silver, address) == ["Before you sign", "Closing sheet"]
    assert "Readers do not see it: it is retired." in brand.get(address).text


def test_removing_has_an_undo_and_retiring_hides_it(
    services: Services, log_in: LogIn, brand: FlaskClient, assets: list[Asset]
) -> None:
    gold = person(services, log_in, "G1")
    address = made(brand, audience="tier:gold", asset="deck")
    brand.post(f"{address}/items", data={"asset": "prices"})
    brand.post(f"{address}/publish")
    prices = item_ids(brand, address)[1]
    undo = f"{address}/items/{prices}/restore"
    assert undo in brand.post(f"{address}/items/{prices}/remove", follow_redirects=True).text
    assert titles(gold, address) == ["Opening deck"]
    brand.post(undo)
    assert titles(gold, address) == ["Opening deck", "Gold prices"]
    assert f"{address}/publish" in brand.post(f"{address}/retire", follow_redirects=True).text
    assert gold.get(address).status_code == 404


def test_r1_r4_a_partner_makes_its_own_for_its_people_and_changes_no_other(
    services: Services, log_in: LogIn, brand: FlaskClient, assets: list[Asset]
) -> None:
    gold, stranger = person(services, log_in, "G1"), person(services, log_in, "G2")
    # an audience that a form of theirs does not have changes nothing
    own = made(gold, title="Our meeting", audience="all", asset="prices")
    assert titles(gold, own) == ["Gold prices"]
    for other in (stranger, brand):
        assert other.get(own).status_code == 404
        assert other.post(f"{own}/items", data={"asset": "deck"}).status_code == 404
        assert "Our meeting" not in other.get("/collections").text
        assert "Our meeting" not in other.get("/collections/add?asset=prices").text
    assert "Our meeting" in gold.get("/collections/add?asset=deck").text
    of_brand = made(brand, audience="all", asset="deck")
    brand.post(f"{of_brand}/publish")
    assert gold.get(of_brand).status_code == 200
    assert gold.get(f"{of_brand}/arrange").status_code == 403
    assert gold.post(f"{of_brand}/retire").status_code == 403


def test_what_is_wrong_with_it_is_said_and_kept(brand: FlaskClient, assets: list[Asset]) -> None:
    refused = brand.post("/collections", data={"title": " ", "kind": "playbook", "summary": "For grocers."})
    assert refused.status_code == 422
    assert "For grocers." in refused.text
    address = made(brand)
    assert "Put something into it" in brand.post(f"{address}/publish").text
    brand.post(f"{address}/items", data={"asset": "deck"})
    assert "Say who may see it" in brand.post(f"{address}/publish").text
    edited = {"title": "Second meeting", "kind": "collection", "audience": "tier:gold"}
    assert brand.post(f"{address}/edit", data=edited).status_code == 303
    assert "Second meeting" in brand.get(f"{address}/edit").text
    assert brand.post(f"{address}/publish").status_code == 303


def test_the_curator_is_told_which_of_the_readers_an_item_is_not_for(
    services: Services, log_in: LogIn, brand: FlaskClient, assets: list[Asset]
) -> None:
    gold, *_silver = (
        person(services, log_in, "G1"),
        *(person(services, log_in, ref, tier="silver") for ref in ("S1", "S2")),
    )
    address = made(brand, audience="all", asset="sheet")
    brand.post(f"{address}/items", data={"asset": "prices"})
    brand.post(f"{address}/publish")
    for path in (address, f"{address}/arrange"):
        page = brand.get(path).text
        assert "Not for Partner S1, Partner S2, who may see the rest." in page
        assert page.count("who may see the rest") == 1
    assert "Not for" not in gold.get(address).text
    form = {"title": "First meeting", "kind": "playbook", "audience": "tier:gold"}
    brand.post(f"{address}/edit", data=form)
    assert "Not for" not in brand.get(address).text
