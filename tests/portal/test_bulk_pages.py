"""Bulk changes as brand managers make them: tick, look, do, undo."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from content.assets.models import Asset, AssetKind, AssetState, Term, Vocabulary
from partners.models import User
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories.library import a_found_asset
from tests.factories.people import a_user
from tests.fixtures.browsers import LogIn


@pytest.fixture
def brand(services: Services, log_in: LogIn) -> FlaskClient:
    with transaction(services.sessions) as session:
        for number in range(45):
            a_found_asset(session, f"Deck {number}", "words", kind=AssetKind.DECK)
        a_found_asset(session, "A case study", "words")
        user = a_user(session, role=Role.BRAND)
    return log_in(user)


def states(services: Services) -> dict[str, AssetState]:
    with services.sessions() as session:
        return {asset.title: asset.state for asset in session.scalars(select(Asset))}


def hidden(page: str) -> dict[str, list[str]]:
    """The fields that a preview's form sends."""
    form = page.split('action="/content/bulk/apply"')[1].split("</form>", maxsplit=1)[0]
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', form):
        found.setdefault(name, []).append(value)
    return found


def test_all_that_match_a_filter_are_retired_after_a_look_and_come_back(
    services: Services, brand: FlaskClient
) -> None:
    assert "All 45 that match" in brand.get("/content?kind=deck").text
    chosen = {"action": "retire", "all": "1", "filter": "kind=deck", "form_page": "/content?kind=deck"}
    preview = brand.post("/content/bulk", data=chosen).text
    assert "Retire: 45 assets change" in preview
    assert "and 45 more" not in preview
    assert set(states(services).values()) == {AssetState.PUBLISHED}
    done = brand.post("/content/bulk/apply", data=hidden(preview))
    assert done.location == "/content?kind=deck"
    assert states(services)["A case study"] is AssetState.PUBLISHED
    assert states(services)["Deck 44"] is AssetState.RETIRED
    page = brand.get("/content?kind=deck").text
    assert "45 assets are retired." in page
    undo = re.search(r"/content/changes/\d+/undo", page)
    assert undo is not None
    brand.post(undo[0])
    assert set(states(services).values()) == {AssetState.PUBLISHED}
    assert "undone by" in brand.get("/content/changes").text


def test_ticked_rows_get_an_owner_and_an_audience(services: Services, brand: FlaskClient) -> None:
    with services.sessions() as session:
        ids = session.scalars(select(Asset.id).order_by(Asset.id).limit(2)).all()
        owner = session.scalars(select(User).where(User.role == Role.BRAND)).one()
    ticked = {"action": "edit", "id": [str(one) for one in ids]}
    assert "Edit 2 assets" in brand.post("/content/bulk", data=ticked).text
    assert "Say what is to change" in brand.post("/content/bulk", data=ticked | {"sent": "1"}).text
    edit = ticked | {"sent": "1", "owner": str(owner.id), "audience": "tier:gold"}
    preview = brand.post("/content/bulk", data=edit).text
    assert "<del>Every partner</del>" in preview
    assert f"<ins>{owner.name}</ins>" in preview
    brand.post("/content/bulk/apply", data=hidden(preview))
    with services.sessions() as session:
        owned = session.scalars(select(Asset.id).where(Asset.owner_id == owner.id)).all()
    assert sorted(owned) == sorted(ids)


def test_journey_stages_stand_in_their_own_order(services: Services, brand: FlaskClient) -> None:
    with transaction(services.sessions) as session:
        for ref in ("evaluate", "explore", "engage"):
            session.add(Term(vocabulary=Vocabulary.STAGE, ref=ref, name=ref.capitalize()))
        some = session.scalars(select(Asset.id).limit(1)).one()
    page = brand.post("/content/bulk", data={"action": "edit", "id": str(some)}).text
    listed = re.findall(r'name="more"[^>]*>(\w+)<', page)
    assert listed == ["Explore", "Evaluate", "Engage"]


def test_nothing_ticked_is_said_in_words(brand: FlaskClient) -> None:
    answer = brand.post("/content/bulk", data={"action": "publish"})
    assert answer.status_code == 422
    assert "Choose one asset or more" in answer.text
