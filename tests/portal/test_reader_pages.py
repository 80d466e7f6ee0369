"""Answers and bookmarks as people tap them, with and without a script."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from content.assets.models import Asset
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories.library import a_found_asset
from tests.factories.people import a_partner, a_user
from tests.fixtures.browsers import LogIn

TAP = {"HX-Request": "true"}


@pytest.fixture
def card(services: Services) -> Asset:
    with transaction(services.sessions) as session:
        return a_found_asset(session, "Rate card", "Prices.", audience="tier:gold", ref="rates")


def person(services: Services, log_in: LogIn, ref: str, tier: str = "gold") -> FlaskClient:
    with transaction(services.sessions) as session:
        user = a_user(session, a_partner(session, ref, tier=tier))
    return log_in(user)


def brand(services: Services, log_in: LogIn) -> FlaskClient:
    with transaction(services.sessions) as session:
        user = a_user(session, role=Role.BRAND)
    return log_in(user)


def test_one_tap_answers_another_changes_it_and_the_brand_sees_the_sums(
    services: Services, log_in: LogIn, card: Asset
) -> None:
    reader, manager = person(services, log_in, "R1"), brand(services, log_in)
    assert "No reader has answered yet" in manager.get("/library/rates").text
    address = "/library/rates/versions/1/feedback"
    part = reader.post(address, data={"answer": "useful"}, headers=TAP).text
    assert 'value="useful" aria-pressed="true"' in part
    assert "<html" not in part
    assert reader.post(address, data={"answer": "out_of_date", "note": "Old prices"}).status_code == 303
    for path in ("/library/rates", "/library/rates/view"):
        page = reader.get(path).text
        assert 'value="out_of_date" aria-pressed="true"' in page
        assert "Old prices" in page
    for path in ("/library/rates", "/reports/usage/rates"):
        assert "Old prices" in manager.get(path).text
    csv = manager.get("/reports/usage/rates/feedback.csv").text
    assert csv.splitlines()[1].startswith("1,0,0,1,")
    assert manager.post("/library/rates/reports/settle").status_code == 303
    assert "Settled" in manager.get("/library/rates").text
    assert reader.post(f"{address}/withdraw", headers=TAP).text.count('aria-pressed="true"') == 0


def test_r1_answers_of_others_never_reach_another_partner(
    services: Services, log_in: LogIn, card: Asset
) -> None:
    reader, colleague = person(services, log_in, "R1"), person(services, log_in, "R2")
    stranger = person(services, log_in, "R3", tier="silver")
    address = "/library/rates/versions/1/feedback"
    reader.post(address, data={"answer": "out_of_date", "note": "Quagmire"})
    for path in ("/library/rates", "/library/rates/view", "/reports/usage/rates"):
        page = colleague.get(path).text
        assert "Quagmire" not in page
        assert 'aria-pressed="true"' not in page
    assert colleague.get("/reports/usage/rates/feedback.csv").status_code == 404
    assert stranger.post(address, data={"answer": "useful"}).status_code == 404
    assert reader.post(address, data={"answer": "splendid"}).status_code == 422


def test_a_bookmark_is_kept_found_again_and_taken_off(services: Services, log_in: LogIn, card: Asset) -> None:
    reader, colleague = person(services, log_in, "R1"), person(services, log_in, "R2")
    with transaction(services.sessions) as session:
        a_found_asset(session, "Media kit", "Reach.")
    assert "Nothing is saved yet" in reader.get("/library/saved").text
    part = reader.post("/library/rates/save", headers=TAP).text
    assert 'aria-pressed="true"' in part
    assert "/library/rates/unsave" in part
    assert "Rate card" in reader.get("/library/saved").text
    for path in ("/library?saved=1", "/library?saved=1&kind=case_study"):
        narrowed = reader.get(path).text
        assert "Rate card" in narrowed
        assert "Media kit" not in narrowed
    assert "Rate card" not in colleague.get("/library/saved").text
    assert "Rate card" not in colleague.get("/library?saved=1").text
    undone = reader.post("/library/rates/unsave", follow_redirects=True).text
    assert "It is no longer saved." in undone
    assert "Nothing is saved yet" in reader.get("/library/saved").text
