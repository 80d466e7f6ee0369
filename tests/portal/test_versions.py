"""Versions as people meet them: compared, restored, immutable, and the newest one in every place at once."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient

from content.assets.models import AssetVersion
from partners.api_keys import Scope, create_key
from partners.models import User
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services
from portal.worker import sweep
from tests.factories import files
from tests.factories.accounts import an_account
from tests.factories.people import a_user
from tests.factories.queue import work_off_queue
from tests.fixtures.browsers import LogIn

PRICES = "/library/prices"


@pytest.fixture
def brand(services: Services, log_in: LogIn) -> FlaskClient:
    """Two versions of a price list for gold: 120 dollars, then 135 dollars and a page more."""
    with transaction(services.sessions) as session:
        user = a_user(session, role=Role.BRAND)
    browser = log_in(user)
    form = {"title": "Prices", "kind": "rate_card", "audience": "tier:gold", "language": "en"}
    first = files.a_pdf("Reach", "A spot costs 120 dollars")
    browser.post("/library", data={**form, "file": (io.BytesIO(first), "prices.pdf")})
    work_off_queue(services)
    browser.post(f"{PRICES}/publish")
    send(browser, services, files.a_pdf("Reach", "Podcasts", "A spot costs 135 dollars"), "Podcasts are in")
    return browser


def send(browser: FlaskClient, services: Services, data: bytes, what_changed: str) -> None:
    form = {"what_changed": what_changed, "file": (io.BytesIO(data), "prices.pdf")}
    assert browser.post(f"{PRICES}/versions", data=form).status_code == 303
    work_off_queue(services)


def test_what_changed_is_shown_page_by_page_to_whom_the_asset_is_for(
    brand: FlaskClient, gold: FlaskClient, silver: FlaskClient
) -> None:
    page = gold.get(f"{PRICES}/compare").text
    assert "<del>120</del><ins>135</ins>" in page
    assert "was page 2" in page
    assert "Podcasts are in" in page
    assert page.count("cmp-page") == 2
    assert gold.get(f"{PRICES}/compare?show=all").text.count("cmp-page") == 3
    assert gold.get(f"{PRICES}/compare?before=2&after=2").status_code == 200
    assert gold.get(f"{PRICES}/compare?before=9").status_code == 404
    assert silver.get(f"{PRICES}/compare").status_code == 404


def test_a_version_that_is_not_ready_cannot_be_compared_by_partners(
    brand: FlaskClient, gold: FlaskClient
) -> None:
    form = {"file": (io.BytesIO(files.a_pdf("Secret")), "prices.pdf")}
    brand.post(f"{PRICES}/versions", data=form)
    assert gold.get(f"{PRICES}/compare?before=1&after=3").status_code == 404


def test_an_older_version_comes_back_as_a_new_one_and_the_undo_takes_it_away(
    services: Services, brand: FlaskClient, gold: FlaskClient
) -> None:
    brand.post(f"{PRICES}/versions/1/restore", data={"what_changed": "Last year's prices hold"})
    assert "Last year&#39;s prices hold" in gold.get(PRICES).text
    assert gold.get(f"{PRICES}/versions/3/pages/2/text").text == "A spot costs 120 dollars"
    assert 'action="/library/prices/versions/2/restore"' in brand.get(PRICES).text
    brand.post(f"{PRICES}/versions/2/restore")
    assert "Version 2 again" in gold.get(PRICES).text
    with services.sessions() as session:
        numbers = {one.number: one.blob_sha256 for one in session.query(AssetVersion)}
    assert numbers[1] == numbers[3] != numbers[2] == numbers[4]


def test_what_is_current_or_broken_is_not_restored(services: Services, brand: FlaskClient) -> None:
    assert brand.post(f"{PRICES}/versions/2/restore").status_code == 409
    send(brand, services, files.an_encrypted_pdf(), "Broken")
    assert brand.post(f"{PRICES}/versions/3/restore").status_code == 409


@pytest.mark.parametrize("way", ["upload", "restore"])
def test_the_new_version_is_in_every_place_at_once(
    services: Services, app: Flask, brand: FlaskClient, gold: FlaskClient, gold_user: User, way: str
) -> None:
    with transaction(services.sessions) as session:
        user = session.get_one(User, gold_user.id)
        key = create_key(session, user, Scope.READ, at=services.clock())
        account = an_account(session, user.organisation, "Orchard Row", ref="orchard")
    if way == "upload":
        send(brand, services, files.a_pdf("Zeppelin 150 dollars"), "Zeppelins")
    else:
        brand.post(f"{PRICES}/versions/1/restore", data={"what_changed": "Zeppelins"})
        work_off_queue(services)
    word = "zeppelin" if way == "upload" else "120"
    assert "Version 3" in gold.get(PRICES).text
    assert "Version 3" in gold.get(f"{PRICES}/view").text
    assert "prices v3.pdf" in _address_or_name(gold, f"{PRICES}/download")
    assert "/library/prices" in gold.get("/library", query_string={"q": word}).text
    assert "/library/prices" not in gold.get("/library", query_string={"q": "podcasts"}).text
    assert "Zeppelins" in gold.get(f"{PRICES}/compare").text
    assert "version 3" in gold.get(f"/accounts/{account.ref}/content").text
    headers = {"Authorization": f"Bearer {key}"}
    one = gold.get("/api/v1/assets/prices", headers=headers).get_json()
    listed = gold.get("/api/v1/assets", headers=headers).get_json()["items"]
    assert [one["version"], *(each["version"] for each in listed)] == [3, 3]
    found = gold.get("/api/v1/search", query_string={"q": word}, headers=headers).get_json()
    assert [(hit["ref"], hit["version"]) for hit in found["items"]] == [("prices", 3)]


def _address_or_name(browser: FlaskClient, path: str) -> str:
    answer = browser.get(path)
    return answer.headers.get("Location", "") + answer.headers.get("Content-Disposition", "")


def test_who_holds_the_old_file_is_listed_and_told_with_one_click(
    services: Services, brand: FlaskClient, gold: FlaskClient, gold_user: User
) -> None:
    gold.get(f"{PRICES}/versions/1/download")
    page = brand.get(PRICES).text
    assert "Hold an older file" in page
    assert f'<span class="strong">{gold_user.name}</span>' in page
    assert "Hold an older file" not in gold.get(PRICES).text
    assert gold_user.email in brand.get(f"{PRICES}/news").text
    assert brand.post(f"{PRICES}/news", data={"who": "holding", "note": "Burn it"}).status_code == 303
    sweep(services)
    sweep(services)
    mails = [path.read_text() for path in (services.settings.data_dir / "mail").iterdir()]
    # the rest is the digest of a Monday
    (told,) = [mail for mail in mails if "Burn it" in mail]
    assert f"To: {gold_user.email}" in told
    assert "Told on 15 Jun 2026" in brand.get(PRICES).text
    assert "used the version before" not in brand.get(PRICES).text
    assert brand.post(f"{PRICES}/news", data={"who": "used"}).status_code == 409


def test_r7_what_was_replaced_before_it_was_published_stays_with_the_brand(
    brand: FlaskClient, gold: FlaskClient, services: Services
) -> None:
    brand.post(f"{PRICES}/withdraw")
    send(brand, services, files.a_pdf("A spot costs us 60 dollars"), "With our own costs")
    send(brand, services, files.a_pdf("A spot costs 140 dollars"), "Without them again")
    brand.post(f"{PRICES}/publish")
    assert [gold.get(f"{PRICES}/versions/{number}/download").status_code for number in (1, 2, 3, 4)] == [
        200,
        200,
        404,
        200,
    ]
    page = gold.get(PRICES).text
    assert "Without them again" in page
    assert "With our own costs" not in page
    assert "Never published" in brand.get(PRICES).text
    assert brand.post(f"{PRICES}/versions/3/restore").status_code == 303
    assert gold.get(f"{PRICES}/versions/5/pages/1/text").text == "A spot costs us 60 dollars"


def test_r7_versions_of_a_draft_that_was_never_out_are_not_for_partners(
    services: Services, log_in: LogIn, gold: FlaskClient
) -> None:
    with transaction(services.sessions) as session:
        user = a_user(session, role=Role.BRAND)
    browser = log_in(user)
    form = {"title": "Prices", "kind": "rate_card", "audience": "tier:gold", "language": "en"}
    first = {"file": (io.BytesIO(files.a_pdf("A spot costs us 60 dollars")), "prices.pdf")}
    browser.post("/library", data={**form, **first})
    work_off_queue(services)
    send(browser, services, files.a_pdf("A spot costs 120 dollars"), "")
    browser.post(f"{PRICES}/publish")
    assert gold.get(f"{PRICES}/versions/1/pages/1/text").status_code == 404
    assert gold.get(f"{PRICES}/compare?before=1").status_code == 404
    assert gold.get(f"{PRICES}/versions/2/pages/1/text").text == "A spot costs 120 dollars"
    browser.post("/content/bulk/apply", data={"action": "retire", "all": "1"})
    send(browser, services, files.a_pdf("A spot costs 130 dollars"), "")
    browser.post("/content/changes/1/undo")
    assert gold.get(f"{PRICES}/versions/3/pages/1/text").text == "A spot costs 130 dollars"
