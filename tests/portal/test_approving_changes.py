"""Changes of published content and the second person, as authors, approvers and partners meet them."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from content.assets.cobranding_models import BrandingZone
from content.assets.models import Asset, AssetState, FileFormat
from content.assets.proposal_models import ProposedChange
from partners.models import User
from portal import worker
from portal.app import create_app
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories.library import a_found_asset
from tests.factories.people import a_user
from tests.factories.usage import a_published_version
from tests.fixtures.browsers import LogIn
from tests.fixtures.portal import Clock

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


def buttons_that_lead_on(browser: FlaskClient, address: str) -> list[str]:
    """Without those of dialogs that are not open."""
    page = re.sub(r"<[^<>]+ popover[ >].*?</form>", "", browser.get(address).text, flags=re.DOTALL)
    return re.findall(r'btn-primary".*?>([A-Z][a-z]+)</', page.partition("<main")[2])


def test_an_edit_waits_is_sent_back_with_a_reason_and_goes_live_at_the_second_try(house: House) -> None:
    path = f"/library/{house.ref}"
    house.author.post(f"{path}/edit", data=FORM | {"title": "Orchard Row, spring"})
    assert "Orchard Row, spring" not in house.partner.get(path).text
    page = house.author.get(path).text
    assert "A change waits for approval." in page
    assert "Somebody else has to approve your work" in page
    assert buttons_that_lead_on(house.author, path) == ["Open"]
    assert buttons_that_lead_on(house.second, path) == ["Approve"]
    form = house.second.get(f"{path}/edit").text
    assert 'value="Orchard Row, spring"' in form
    assert "The fields have the change that waits for approval" in form
    assert "Proposed by" in form
    assert "<del>Orchard Row</del>" in form
    assert 'value="Orchard Row"' in house.second.get(f"{path}/edit?start=published").text
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


def test_what_changed_since_it_was_looked_at_is_not_approved(house: House, clock: Clock) -> None:
    with transaction(house.services.sessions) as session:
        asset = session.scalars(select(Asset).where(Asset.ref == house.ref)).one()
        asset.state, asset.published_at = AssetState.IN_REVIEW, None
        asset_id = asset.id
    path = f"/library/{house.ref}"
    seen = re.search(r'name="seen" value="([^"]+)"', house.second.get(path).text)
    queue = house.second.get("/content/review").text
    ticked = re.search(rf'name="id" value="(asset\.{asset_id}\.[^"]+)"', queue)
    assert seen
    assert ticked
    clock.move(timedelta(minutes=1))
    house.author.post(f"{path}/edit", data=FORM | {"title": "Something else"})
    refused = house.second.post(f"{path}/approve", data={"seen": seen[1]})
    assert (refused.status_code, "changed since you looked" in refused.text) == (409, True)
    page = house.second.post("/content/review/approve", data={"id": ticked[1]}, follow_redirects=True).text
    assert "changed since you looked" in page
    again = re.search(r'name="seen" value="([^"]+)"', house.second.get(path).text)
    assert again
    assert house.second.post(f"{path}/approve", data={"seen": again[1]}).status_code == 303


def test_another_code_for_a_language_waits_in_the_queue_and_its_toast_takes_it_back(house: House) -> None:
    page = house.author.get("/content/words").text
    assert "what is published when somebody else approves it" in page
    done = house.author.post("/content/words/languages", data={"old": "en", "new": "en-gb"})
    assert done.location == "/content/words"
    page = house.author.get("/content/words").text
    assert "1 is published and waits for approval." in page
    queue = house.second.get("/content/review").text
    assert "<del>en</del>" in queue
    assert "<ins>en-gb</ins>" in queue
    undo = re.search(r"/content/changes/\d+/undo", page)
    assert undo is not None
    house.author.post(undo[0])
    assert "1 asset is as it was." in house.author.get("/content/words").text
    assert "en-gb" not in house.second.get("/content/review").text


def test_who_is_no_author_sends_back_with_a_reason_and_does_not_just_withdraw(house: House) -> None:
    with transaction(house.services.sessions) as session:
        mine = session.scalars(select(Asset.created_by_id).where(Asset.ref == house.ref)).one()
        ref = a_found_asset(session, "New", "w", created_by_id=mine, state=AssetState.IN_REVIEW).ref
    assert house.second.post(f"/library/{ref}/withdraw").status_code == 422
    assert house.second.post(f"/library/{ref}/send-back", data={"reason": ""}).status_code == 422
    house.second.post(f"/library/{ref}/send-back", data={"reason": "Too long"})
    assert "It was sent back:" in house.author.get(f"/library/{ref}").text


def test_captions_wait_with_each_line_to_be_seen_and_the_undo_takes_them_back(house: House) -> None:
    with transaction(house.services.sessions) as session:
        film = a_published_version(session, format=FileFormat.VIDEO).asset.ref
    path = f"/library/{film}"

    def send(words: str) -> str:
        data = f"WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n\n00:03.000 --> 00:04.000\n{words}\n".encode()
        form = {"captions": (io.BytesIO(data), "film.vtt"), "language": "en"}
        page = house.author.post(f"{path}/versions/1/captions", data=form, follow_redirects=True)
        return page.text

    page = send("<b>you</b> all")
    first = proposed(house)
    assert "The captions wait for approval" in page
    assert f'action="/content/proposed/{first}/take-back"' in page
    assert house.partner.get(f"{path}/versions/1/captions/en.vtt").status_code == 404
    assert "<ins>English, 2 lines</ins>" in house.second.get("/content/review").text
    assert "you all" in house.second.get(f"/content/proposed/{first}/captions.vtt").text
    assert house.partner.get(f"/content/proposed/{first}/captions").status_code == 403
    house.second.post(f"/content/proposed/{first}/approve")
    assert "you all" in house.partner.get(f"{path}/versions/1/captions/en.vtt").text
    send("everybody")
    lines = house.second.get(f"/content/proposed/{proposed(house)}/captions").text
    assert "<ins>English, 2 lines, 1 of them other than now</ins>" in house.second.get("/content/review").text
    assert "everybody</ins>" in lines
    # the page speaks the reader's language, whatever it says of the film's
    assert '<html lang="en"' in lines
    assert '<html lang="en"' in house.second.get(path).text
    assert "you all</del>" in lines
    assert "Hello" not in lines
    house.author.post(f"/content/proposed/{proposed(house)}/take-back")
    assert "you all" in house.partner.get(f"{path}/versions/1/captions/en.vtt").text


def test_the_place_of_names_and_a_translation_wait_with_what_they_would_change(house: House) -> None:
    with transaction(house.services.sessions) as session:
        german = a_found_asset(session, "Obsthof", "w", language="de", ref="obsthof").ref
    path = f"/library/{house.ref}"
    place = {"page": "1", "x": "10", "y": "80", "width": "60", "height": "12.5"}
    assert "The place waits" in house.author.post(f"{path}/zone", data=place, follow_redirects=True).text
    zone = proposed(house)
    assert "You see the place that waits for approval" in house.second.get(f"{path}/zone").text
    house.author.post(f"{path}/translations", data={"other": german})
    assert "Obsthof" not in house.partner.get(path).text
    queue = house.second.get("/content/review").text
    assert "<ins>Page 1, 10% from the left, 80% from the top, 60% wide, 12.5% high" in queue
    assert "<ins>“Obsthof”</ins>" in queue
    ticked = {"id": [f"change.{zone}", f"change.{proposed(house)}"]}
    assert (
        "2 are approved."
        in house.second.post("/content/review/approve", data=ticked, follow_redirects=True).text
    )
    assert "Obsthof" in house.partner.get(path).text
    with house.services.sessions() as session:
        assert session.scalars(select(BrandingZone.width)).all() == [6000]
