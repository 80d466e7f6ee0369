"""Assets over the API: posted with their files, read page by page, and how much they are used."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from content.assets.models import AssetVersion
from content.usage.usage_downloads import record_download
from partners.api_keys import Scope, create_key
from portal.kernel.db import reading, transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories import files
from tests.factories.library import a_found_asset
from tests.factories.people import a_brand, a_partner, a_user, an_identity
from tests.factories.queue import work_off_queue
from tests.factories.usage import a_published_version, a_reading, moment
from tests.fixtures.stores import as_houses_store

ASSETS = "/api/v1/assets"
VERSIONS = f"{ASSETS}/study/versions"
REPLAYED = "Idempotency-Replayed"
Post = Callable[..., TestResponse]


@pytest.fixture
def services(services: Services, request: pytest.FixtureRequest) -> Services:
    return as_houses_store(services, request)


@pytest.fixture
def brand(client: FlaskClient, services: Services) -> FlaskClient:
    """A program of the brand's."""
    with transaction(services.sessions) as session:
        key = create_key(
            session, a_user(session, a_brand(session), Role.BRAND), Scope.WRITE, at=services.clock()
        )
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key}"
    return client


@pytest.fixture
def post(brand: FlaskClient) -> Post:
    def send(path: str, data: bytes, key: str = "", name: str = "study.pdf", **fields: str) -> TestResponse:
        headers = {"Idempotency-Key": key} if key else {}
        return brand.post(path, headers=headers, data={**fields, "file": (io.BytesIO(data), name)})

    return send


@pytest.fixture
def study(post: Post) -> None:
    fields = {"ref": "study", "title": "Orchard Row", "kind": "case_study", "audience": "tier:gold"}
    assert post(ASSETS, files.a_pdf("One"), language="en", **fields).status_code == 201


def file_names(services: Services) -> list[str]:
    with reading(services.sessions) as session:
        return list(session.scalars(select(AssetVersion.file_name).order_by(AssetVersion.id)))


@pytest.mark.usefixtures("study")
def test_an_asset_and_its_next_version_are_posted_with_their_files_and_read(
    services: Services, brand: FlaskClient, post: Post
) -> None:
    made = brand.get(f"{ASSETS}/study").get_json()
    assert (made["title"], made["state"], made["processing"]) == ("Orchard Row", "draft", "pending")
    answer = post(VERSIONS, files.a_pdf("One", "Two"))
    assert (answer.status_code, answer.get_json()["newest_version"]) == (201, 2)
    work_off_queue(services)
    read = brand.get(f"{ASSETS}/study").get_json()
    assert (read["processing"], read["version"], read["pages"]) == ("ready", 2, 2)


@pytest.mark.usefixtures("study")
def test_f10_the_same_key_and_file_are_one_version(services: Services, post: Post) -> None:
    first = post(VERSIONS, files.a_pdf("Two"), "a key", name="two.pdf")
    again = post(VERSIONS, files.a_pdf("Two"), "a key", name="two.pdf")
    assert (first.status_code, first.headers.get(REPLAYED)) == (201, None)
    assert (again.status_code, again.headers.get(REPLAYED)) == (201, "true")
    assert again.get_json() == first.get_json()
    assert file_names(services) == ["study.pdf", "two.pdf"]


@pytest.mark.usefixtures("study")
def test_f10_the_same_key_with_another_file_is_refused_and_nothing_is_stored(
    services: Services, post: Post
) -> None:
    post(VERSIONS, files.a_pdf("Two"), "a key")
    stored = set(services.blobs.keys())
    refused = post(VERSIONS, files.a_pdf("Another"), "a key")
    assert (refused.status_code, refused.headers.get(REPLAYED)) == (409, None)
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert len(file_names(services)) == 2
    assert set(services.blobs.keys()) == stored


@pytest.mark.usefixtures("study")
def test_f10_two_files_under_one_name_are_told_apart_by_their_order(brand: FlaskClient) -> None:
    def send(*pages: str) -> TestResponse:
        sent = [(io.BytesIO(files.a_pdf(page)), "study.pdf") for page in pages]
        return brand.post(VERSIONS, headers={"Idempotency-Key": "a key"}, data={"file": sent})

    assert [send(*pages).status_code for pages in ("AB", "AB", "BA")] == [201, 201, 409]


def test_the_pages_of_the_list_hold_each_asset_once(services: Services, brand: FlaskClient) -> None:
    with transaction(services.sessions) as session:
        for ref in ("c", "a", "b"):
            a_found_asset(session, ref, "Words", ref=ref)
    first = brand.get(f"{ASSETS}?limit=2").get_json()
    second = brand.get(f"{ASSETS}?limit=2&cursor={first['next']}").get_json()
    assert [[item["ref"] for item in page["items"]] for page in (first, second)] == [["a", "b"], ["c"]]
    assert second["next"] is None


def test_the_usage_of_an_asset_tells_who_read_it_and_for_how_long(
    services: Services, brand: FlaskClient
) -> None:
    with transaction(services.sessions) as session:
        version = a_published_version(session, pages=2)
        partner = an_identity(session, a_partner(session, "GOLD"), Role.PARTNER)
        a_reading(session, partner, version, {1: 10, 2: 20})
        record_download(session, partner, version, moment())
        path = f"{ASSETS}/{version.asset.ref}/usage"
    used = brand.get(f"{path}?from=2026-06-09&to=2026-06-09").get_json()
    pages = used.pop("pages")
    assert used == {
        "views": 1,
        "people": 1,
        "opened": 1,
        "read": 1,
        "finished": 1,
        "downloads": 1,
        "shares": 0,
        "median_seconds": 30,
        "p75_seconds": 30,
    }
    assert [(page["page"], page["views"], page["total_seconds"]) for page in pages] == [
        (1, 1, 10),
        (2, 1, 20),
    ]
    assert brand.get(f"{path}?from=2026-06-10").get_json()["views"] == 0


@pytest.mark.usefixtures("study")
def test_a_file_that_another_asset_holds_is_said(post: Post) -> None:
    fields = {"title": "Orchard Row again", "kind": "deck", "audience": "all"}
    assert post(ASSETS, files.a_pdf("One"), **fields).get_json()["same_file"] == ["study"]
    assert post(VERSIONS, files.a_pdf("One")).get_json()["same_file"] == ["orchard-row-again"]
    assert post(VERSIONS, files.a_pdf("Two")).get_json()["same_file"] == []
