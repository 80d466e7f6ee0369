"""The viewer: any length opens alike, words have their places, and what was presented is noted."""

from __future__ import annotations

import io
import json

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from content.assets.models import AssetVersion, Page
from partners.account_models import Account, Interaction
from partners.models import User
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories.accounts import an_account
from tests.factories.people import a_user
from tests.factories.statements import statements_to
from tests.factories.usage import a_published_version
from tests.fixtures.browsers import LogIn


def document(services: Services, *, pages: int, tier: str | None = "gold") -> str:
    """The address of a document in the store whose pages have pictures."""
    kept = services.blobs.put(io.BytesIO(b"a document"))
    with transaction(services.sessions) as session:
        version = a_published_version(session, pages=pages, tier=tier, blob_sha256=kept.sha256)
        for page in version.pages:
            page.image_sha256 = page.small_sha256 = page.thumbnail_sha256 = "ab" * 32
            page.width, page.height = 1920, 1080
            page.text = f"Words of page {page.number}. " * 60
            page.layer = json.dumps([[10, 10, 90, 20, "Zebra"]])
        return f"/library/{version.asset.ref}"


def opened(services: Services, browser: FlaskClient, address: str) -> tuple[int, int]:
    """Queries and bytes of opening the viewer."""
    with statements_to(services.engine) as statements:
        page = browser.get(f"{address}/view")
    assert page.status_code == 200
    return len(statements), len(page.data)


def test_a_deck_of_300_pages_opens_with_the_queries_and_bytes_of_one_of_3(
    services: Services, gold: FlaskClient
) -> None:
    short, long = document(services, pages=3), document(services, pages=300)
    opened(services, gold, short)
    few, many = opened(services, gold, short), opened(services, gold, long)
    assert many[0] == few[0] <= 20
    assert abs(many[1] - few[1]) < 100


def test_one_picture_is_named_for_this_screen_and_no_other_page_is_loaded(
    services: Services, gold: FlaskClient
) -> None:
    address = document(services, pages=5)
    page = gold.get(f"{address}/view").text
    assert page.count("data-page=") == 1
    assert "/pages/1/small 960w" in page
    assert "/pages/1/image 1920w" in page
    assert "Words of page" not in page


def test_without_script_pages_are_turned_by_links(services: Services, gold: FlaskClient) -> None:
    address = document(services, pages=3)
    page = gold.get(f"{address}/view?page=2").text
    assert 'data-current-page="2"' in page
    assert 'data-page="2"' in page
    assert "page=1" in page
    assert "page=3" in page
    assert 'data-current-page="3"' in gold.get(f"{address}/view?page=99").text


def test_the_words_of_a_page_come_when_asked_for_with_their_places(
    services: Services, gold: FlaskClient, silver: FlaskClient
) -> None:
    address = document(services, pages=2)
    words = gold.get(f"{address}/versions/1/pages/2/words").get_json()
    assert words["layer"] == [[10, 10, 90, 20, "Zebra"]]
    assert words["text"].startswith("Words of page 2")
    facts = gold.get(f"{address}/versions/1/pages").get_json()["pages"]
    assert facts == [["Head 1", 1920, 1080, 960, True, True], ["Head 2", 1920, 1080, 960, True, True]]
    found = gold.get(f"{address}/versions/1/find?q=wording page").get_json()
    assert (found["pages"], found["words"]) == ([[1, 120], [2, 120]], ["page", "words"])
    for path in ("/pages", "/pages/1/words", "/pages/1/small", "/find?q=page"):
        assert silver.get(f"{address}/versions/1{path}").status_code == 404


def note(browser: FlaskClient, address: str, **form: str) -> int:
    sent = {"account": "Orchard Row", "pages": '{"1": 40, "2": 5, "4": 20}', **form}
    return browser.post(f"{address}/versions/1/shown", data=sent).status_code


def test_what_was_presented_stands_in_the_time_line_with_pages_and_time(
    services: Services, gold: FlaskClient, gold_user: User
) -> None:
    with transaction(services.sessions) as session:
        user = session.get_one(User, gold_user.id)
        account = an_account(session, user.organisation, "Orchard Row", ref="orchard")
    address = document(services, pages=4)
    assert note(gold, address, account="orchard row", people="Dele", note="Liked page 4") == 303
    page = gold.get(f"/accounts/{account.ref}").text
    assert "pages 1\N{EN DASH}2, 4" in page
    assert "1:05" in page
    assert "Liked page 4" in page


def test_a_buyer_who_is_new_becomes_an_account_of_the_partner_alone(
    services: Services, gold: FlaskClient, silver: FlaskClient
) -> None:
    address = document(services, pages=4, tier=None)
    assert (note(gold, address), note(silver, address)) == (303, 303)
    with services.sessions() as session:
        owners = session.scalars(select(Account.organisation_id).where(Account.name == "Orchard Row")).all()
        assert len(set(owners)) == 2
        assert len(session.scalars(select(Interaction)).all()) == 2
    offered = gold.get(f"{address}/shown/accounts?q=orch").get_json()
    assert offered == {"accounts": [["Orchard Row", ""]]}


def test_the_brand_names_one_account_of_those_with_the_name(
    services: Services, log_in: LogIn, gold: FlaskClient, silver: FlaskClient
) -> None:
    address = document(services, pages=4, tier=None)
    note(gold, address)
    note(silver, address)
    with transaction(services.sessions) as session:
        user, ref = a_user(session, role=Role.BRAND), session.scalars(select(Account.ref)).first()
    brand = log_in(user)
    assert note(brand, address) == 422
    assert note(brand, address, account=str(ref)) == 303


@pytest.mark.parametrize("pages", ['{"x": 1}', "[1]", '{"1": "soon"}', '{"-1": 5}', "{", '{"1":1}, "a":{'])
def test_what_a_browser_says_of_pages_is_not_believed_unread(
    services: Services, gold: FlaskClient, pages: str
) -> None:
    address = document(services, pages=4)
    assert note(gold, address, pages=pages) == 422
    with services.sessions() as session:
        assert session.scalars(select(Account)).all() == []


def test_pages_that_there_are_not_and_times_beyond_a_day_are_cut(
    services: Services, gold: FlaskClient
) -> None:
    address = document(services, pages=4)
    assert note(gold, address, pages='{"2": 99999999, "77": 5}') == 303
    with services.sessions() as session:
        assert session.scalars(select(Interaction)).one().shown[0].seconds == {"2": 86_400}


def test_a_version_that_came_back_has_the_pictures_and_places_of_its_source(
    services: Services, gold: FlaskClient, log_in: LogIn
) -> None:
    address = document(services, pages=2)
    with transaction(services.sessions) as session:
        user = a_user(session, role=Role.BRAND)
        version = session.scalars(select(AssetVersion)).one()
        made = AssetVersion(
            asset_id=version.asset_id,
            number=2,
            file_name="b.pdf",
            media_type="application/pdf",
            format=version.format,
            processing=version.processing,
            created_at=services.clock(),
        )
        session.add(made)
        session.flush()
        version.asset.current_version_id = made.id
    assert log_in(user).post(f"{address}/versions/1/restore").status_code == 303
    with services.sessions() as session:
        third = session.scalars(select(AssetVersion).where(AssetVersion.number == 3)).one()
        pages = session.scalars(select(Page).where(Page.version_id == third.id)).all()
        assert [page.small_sha256 for page in pages] == ["ab" * 32] * 2
    assert gold.get(f"{address}/versions/3/pages/1/words").get_json()["layer"] == [[10, 10, 90, 20, "Zebra"]]
