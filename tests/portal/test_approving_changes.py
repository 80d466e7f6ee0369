"""Changes of published content and the second person, as authors, approvers and partners meet them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from content.assets.models import Asset, AssetState
from content.assets.proposal_models import ProposedChange
from partners.models import User
from portal import worker
from portal.app import create_app
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories.library import a_found_asset
from tests.factories.people import a_user

LogIn = Callable[[User], FlaskClient]
FORM = {"kind": "case_study", "audience": "all", "language": "en"}


@dataclass(frozen=True)
class House:
    """A house that wants a second person: its authors, and a partner."""

    services: Services
    author: FlaskClient
    second: FlaskClient
    partner: FlaskClient
    ref: str


@pytest.fixture
def house(services: Services, log_in: LogIn) -> House:
    strict = replace(services, settings=replace(services.settings, content_approval="required"))
    app = create_app(strict.settings, strict)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with transaction(services.sessions) as session:
        people = [a_user(session, role=role) for role in (Role.BRAND, Role.BRAND, Role.PARTNER)]
        ref = a_found_asset(session, "Orchard Row", "words", created_by_id=people[0].id).ref

    def browser(user: User) -> FlaskClient:
        cookie = log_in(user).get_cookie("session")
        assert cookie is not None
        client = app.test_client()
        client.set_cookie("session", cookie.value)
        return client

    author, second, partner = (browser(user) for user in people)
    return House(strict, author, second, partner, ref)


def proposed(house: House) -> int:
    with house.services.sessions() as session:
        return session.scalars(select(ProposedChange.id).order_by(ProposedChange.id.desc())).first() or 0


def test_an_edit_waits_is_sent_back_with_a_reason_and_goes_live_at_the_second_try(house: House) -> None:
    path = f"/library/{house.ref}"
    house.author.post(f"{path}/edit", data=FORM | {"title": "Orchard Row, spring"})
    assert "Orchard Row, spring" not in house.partner.get(path).text
    page = house.author.get(path).text
    assert "A change waits for approval." in page
    assert "Somebody else has to approve your work" in page
    assert 'value="Orchard Row, spring"' in house.author.get(f"{path}/edit").text
    queue = house.second.get("/content/review").text
    assert "<ins>Orchard Row, spring</ins>" in queue
    house.second.post(f"/content/proposed/{proposed(house)}/send-back", data={"reason": "Which spring?"})
    worker.sweep(house.services)
    (mail,) = (house.services.settings.data_dir / "mail").glob("*.eml")
    assert "Which spring?" in mail.read_text()
    assert "Which spring?" in house.author.get(path).text
    house.author.post(f"{path}/edit", data=FORM | {"title": "Orchard Row, spring 2026"})
    done = house.second.post(
        f"/content/proposed/{proposed(house)}/approve", data={"form_page": "/content/review"}
    )
    assert done.location == "/content/review"
    assert "Orchard Row, spring 2026" in house.partner.get(path).text
    assert "Which spring?" not in house.author.get(path).text


def test_many_are_approved_at_once_and_each_that_is_not_says_why(house: House) -> None:
    with transaction(house.services.sessions) as session:
        mine = session.scalars(select(Asset.created_by_id).where(Asset.ref == house.ref)).one()
        ids = [
            a_found_asset(
                session, title, "w", created_by_id=by, state=AssetState.IN_REVIEW, published_at=None
            ).id
            for title, by in (("By me", mine), ("By somebody", None))
        ]
    ticked = {"id": [f"asset.{key}" for key in ids]}
    page = house.author.post("/content/review/approve", data=ticked, follow_redirects=True).text
    assert "One is approved." in page
    assert "“By me”: Someone other than the authors has to approve it" in page
    with house.services.sessions() as session:
        states = session.scalars(select(Asset.state).where(Asset.id.in_(ids)).order_by(Asset.id)).all()
    assert states == [AssetState.IN_REVIEW, AssetState.APPROVED]


def test_who_is_no_author_sends_back_with_a_reason_and_does_not_just_withdraw(house: House) -> None:
    with transaction(house.services.sessions) as session:
        mine = session.scalars(select(Asset.created_by_id).where(Asset.ref == house.ref)).one()
        ref = a_found_asset(session, "New", "w", created_by_id=mine, state=AssetState.IN_REVIEW).ref
    assert house.second.post(f"/library/{ref}/withdraw").status_code == 422
    assert house.second.post(f"/library/{ref}/send-back", data={"reason": ""}).status_code == 422
    house.second.post(f"/library/{ref}/send-back", data={"reason": "Too long"})
    assert "It was sent back:" in house.author.get(f"/library/{ref}").text
