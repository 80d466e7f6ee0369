"""The review queue, approval by a second person, and publishing later, as brand managers meet them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from content.assets.models import Asset, AssetState
from partners.models import User
from portal import worker
from portal.app import create_app
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories.library import a_found_asset
from tests.factories.people import a_user
from tests.fixtures.browsers import LogIn
from tests.fixtures.portal import START, Clock

DRAFT: dict[str, Any] = {"state": AssetState.DRAFT, "published_at": None}


@pytest.fixture
def people(services: Services) -> dict[str, User]:
    with transaction(services.sessions) as session:
        return {name: a_user(session, role=Role.BRAND) for name in ("author", "second")}


def an_asset(services: Services, title: str, **facts: Any) -> str:
    with transaction(services.sessions) as session:
        return a_found_asset(session, title, "words", **facts).ref


def test_a_second_person_approves_from_the_queue_and_the_author_cannot(
    services: Services, people: dict[str, User], log_in: LogIn
) -> None:
    ref = an_asset(services, "Orchard Row", created_by_id=people["author"].id, **DRAFT)
    author, second = log_in(people["author"]), log_in(people["second"])
    author.post(f"/library/{ref}/submit")
    assert "Somebody else has to approve your work" in author.get("/content/review").text
    assert author.post(f"/library/{ref}/approve").status_code == 422
    assert people["author"].name in second.get("/content/review").text
    head = second.get(f"/library/{ref}").text.partition('class="mg-head"')[2].partition("</header>")[0]
    assert re.findall(r'btn-primary".*?>([A-Z]\w+)<', head) == ["Approve"]
    done = second.post(f"/library/{ref}/approve", data={"form_page": "/content/review?show=approval"})
    assert done.location == "/content/review?show=approval"
    page = author.get(f"/library/{ref}").text
    assert f"{people['second'].name}, 15 Jun 2026" in page
    assert "Verified 15 Jun 2026" in page
    assert "Nothing waits for approval" in second.get("/content/review").text


def test_each_part_of_the_queue_holds_what_belongs_there(
    services: Services, people: dict[str, User], log_in: LogIn
) -> None:
    an_asset(services, "Overdue one", review_on=date(2026, 6, 1))
    an_asset(services, "Far away", review_on=date(2026, 9, 1))
    an_asset(services, "Ends soon", expires_at=START + timedelta(days=3))
    brand = log_in(people["author"])
    review, expiry = (brand.get(f"/content/review?show={part}").text for part in ("review", "expiry"))
    assert "Overdue one" in review
    assert "was due on 1 Jun 2026" in review
    assert "Far away" not in review
    assert "Ends soon" in expiry
    assert "can be opened until 18 Jun 2026, 10:00 UTC" in expiry


def test_a_draft_is_published_at_the_time_in_the_zone_of_who_set_it(
    services: Services, people: dict[str, User], log_in: LogIn, clock: Clock
) -> None:
    with transaction(services.sessions) as session:
        session.get_one(User, people["author"].id).timezone = "Europe/Berlin"
    ref = an_asset(services, "Orchard Row", **DRAFT)
    brand = log_in(people["author"])
    assert "Europe/Berlin" in brand.get(f"/library/{ref}").text
    assert brand.post(f"/library/{ref}/schedule", data={"publish_at": "soon"}).status_code == 422
    brand.post(f"/library/{ref}/schedule", data={"publish_at": "2026-06-15T14:00"})
    assert "15 Jun 2026, 14:00 CEST" in brand.get("/content/review?show=scheduled").text
    clock.move(timedelta(hours=2))
    worker.sweep(services)
    with services.sessions() as session:
        asset = session.scalars(select(Asset).where(Asset.ref == ref)).one()
        assert (asset.state, asset.published_at) == (AssetState.PUBLISHED, services.clock())


def test_where_two_are_wanted_a_draft_cannot_be_published_by_one(
    services: Services, people: dict[str, User], log_in: LogIn
) -> None:
    ref = an_asset(services, "Orchard Row", **DRAFT)
    brand = log_in(people["author"])
    session_cookie = brand.get_cookie("session")
    assert session_cookie is not None
    strict = replace(services, settings=replace(services.settings, content_approval="required"))
    app = create_app(strict.settings, strict)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    browser = app.test_client()
    browser.set_cookie("session", session_cookie.value)
    for path in ("publish", "schedule"):
        answer = browser.post(f"/library/{ref}/{path}", data={"publish_at": "2026-06-20T09:00"})
        assert answer.status_code == 422
        assert "Somebody else has to approve" in answer.text
    assert f"/library/{ref}/publish" not in browser.get(f"/library/{ref}").text


def test_the_command_line_approves_only_as_a_second_person(
    app: Flask, services: Services, people: dict[str, User]
) -> None:
    facts: dict[str, Any] = {"created_by_id": people["author"].id, "state": AssetState.IN_REVIEW}
    ref = an_asset(services, "Orchard Row", **facts)
    run = app.test_cli_runner()
    refused = run.invoke(args=["content", "approve", ref, "--by", people["author"].email])
    assert refused.exit_code == 1
    assert "other than the authors" in refused.output
    assert run.invoke(args=["content", "approve", ref, "--by", people["second"].email]).exit_code == 0


def test_still_right_is_one_tap_and_what_was_hidden_is_said_in_words(
    services: Services, people: dict[str, User], log_in: LogIn
) -> None:
    ref = an_asset(services, "Orchard Row", review_on=date(2026, 5, 20))
    worker.sweep(services)
    brand = log_in(people["author"])
    page = brand.get(f"/library/{ref}").text
    assert "its review was due on 20 May 2026 and nobody confirmed it" in page
    assert "hidden from partners" in brand.get("/content/review?show=review").text
    brand.post(f"/library/{ref}/still-right")
    page = brand.get(f"/library/{ref}").text
    assert "Verified 15 Jun 2026" in page
    assert "12 Dec 2026" in page
    assert "nobody confirmed it" not in page


def test_an_expiry_keeps_its_time_of_day_when_the_form_is_saved(
    services: Services, people: dict[str, User], log_in: LogIn
) -> None:
    ends = START + timedelta(days=3)
    ref = an_asset(services, "Orchard Row", expires_at=ends)
    brand = log_in(people["author"])
    page = brand.get(f"/library/{ref}/edit").text
    assert 'value="2026-06-18"' in page
    assert 'value="10:00"' in page
    form = {"title": "Orchard Row", "kind": "case_study", "audience": "all", "language": "en"}
    times = {"expires_on": "2026-06-18", "expires_time": "10:00", "do_not_say": "31% more sales"}
    brand.post(f"/library/{ref}/edit", data=form | times)
    with services.sessions() as session:
        assert session.scalars(select(Asset.expires_at).where(Asset.ref == ref)).one() == ends
    assert "31% more sales" in brand.get(f"/library/{ref}").text
    assert "31% more sales" in brand.get(f"/library/{ref}/view").text


def test_a_report_of_a_reader_waits_with_its_note_until_somebody_stands_behind_it(
    services: Services, people: dict[str, User], log_in: LogIn
) -> None:
    ref = an_asset(services, "Orchard Row")
    with transaction(services.sessions) as session:
        reader = a_user(session)
    said = {"answer": "out_of_date", "note": "The rates are of last year"}
    assert log_in(reader).post(f"/library/{ref}/versions/1/feedback", data=said).status_code < 400
    brand = log_in(people["author"])
    page = brand.get("/content/review?show=reported").text
    assert "one reader says that it is out of date: “The rates are of last year”" in page
    brand.post(f"/library/{ref}/still-right", data={"form_page": "/content/review?show=reported"})
    page = brand.get("/content/review?show=reported").text
    assert "Nobody says that something is out of date" in page
    undo = re.search(r"/content/changes/\d+/undo", page)
    assert undo is not None
    brand.post(undo[0])
    assert "Verified 15 Jun 2026" not in brand.get(f"/library/{ref}").text
