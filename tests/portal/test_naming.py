"""Naming an asset in a field, as brand managers do: by its title."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from content.assets.naming import named_ref
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories.library import a_found_asset
from tests.factories.people import a_user
from tests.fixtures.browsers import LogIn


@pytest.fixture
def brand(services: Services, log_in: LogIn) -> FlaskClient:
    with transaction(services.sessions) as session:
        a_found_asset(session, "Founders' story", "words", ref="story")
        a_found_asset(session, "Gründergeschichte (2026)", "Worte", ref="geschichte", language="de")
        for ref in ("price-1", "price-2"):
            a_found_asset(session, "Prices", "words", ref=ref, state="draft")
        user = a_user(session, role=Role.BRAND)
    return log_in(user)


@pytest.mark.parametrize(
    ("typed", "ref"),
    [
        ("story", "story"),
        (" founders' STORY ", "story"),
        ("https://portal.example/library/story/view#page=2", "story"),
        ("Gründergeschichte (2026)", "geschichte"),
        ("Gründergeschichte (2026) (geschichte)", "geschichte"),
        ("Prices (price-2)", "price-2"),
        ("Prices", "Prices"),
        ("nothing of that name", "nothing of that name"),
    ],
)
def test_a_title_a_ref_and_an_address_name_the_same_and_two_of_a_title_name_none(
    typed: str, ref: str, services: Services, brand: FlaskClient
) -> None:
    with services.sessions() as session:
        assert named_ref(session, typed) == ref


def test_titles_are_offered_while_typing_and_join_a_translation(brand: FlaskClient) -> None:
    offered = brand.get("/content/titles?other=gesch").text
    assert '<option value="Gründergeschichte (2026) (geschichte)">Case study · Deutsch</option>' in offered
    assert "story" not in offered
    assert "option" not in brand.get("/content/titles?other=%20").text
    joined = brand.post(
        "/library/story/translations", data={"other": "Gründergeschichte (2026) (geschichte)"}
    )
    assert joined.status_code == 303
    assert "Gründergeschichte" in brand.get("/library/story").text
    refused = brand.post("/library/story/translations", data={"other": "Prices"})
    assert "There is no one asset called “Prices”" in refused.text
