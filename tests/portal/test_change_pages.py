"""What changed, on the home and on its page; the weekly mail and the ways to stop it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from flask import Flask

from partners.models import User
from portal.kernel.db import transaction
from portal.services import Services
from portal.worker import sweep
from tests.factories.library import a_found_asset
from tests.factories.people import a_partner, a_user
from tests.fixtures.browsers import LogIn
from tests.fixtures.portal import START, Clock

# the tests' clock starts on a Monday
SUNDAY = datetime(2026, 6, 14, 10, 0, tzinfo=UTC)


@pytest.fixture
def gold(services: Services) -> User:
    """A reader of a gold partner, with one thing that is new to them."""
    with transaction(services.sessions) as session:
        made = a_found_asset(session, "New prices", "Cheap.", audience="tier:gold", ref="prices")
        made.published_at = SUNDAY
        return a_user(session, a_partner(session, "G1"))


@pytest.fixture
def silver(services: Services) -> User:
    with transaction(services.sessions) as session:
        return a_user(session, a_partner(session, "S1", tier="silver"))


def mails(services: Services) -> list[EmailMessage]:
    files = sorted((services.settings.data_dir / "mail").glob("*.eml"))
    found = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]
    return [mail for mail in found if isinstance(mail, EmailMessage)]


def test_what_changed_stands_on_home_and_page_until_it_is_marked_as_seen(
    services: Services, log_in: LogIn, gold: User, silver: User
) -> None:
    reader, stranger = log_in(gold), log_in(silver)
    assert "See what changed" in reader.get("/home/recommended").text
    assert "New prices" in reader.get("/library/changes").text
    assert "See what changed" not in stranger.get("/home/recommended").text
    assert "Nothing changed for you" in stranger.get("/library/changes").text
    said = reader.post("/library/changes/seen", follow_redirects=True).text
    assert "Nothing changed for you" in said
    assert "/library/changes/unseen" in said
    reader.post("/library/changes/unseen")
    assert "New prices" in reader.get("/library/changes").text


def test_on_monday_each_gets_one_mail_of_what_is_for_them_and_nothing_when_nothing_is(
    services: Services, clock: Clock, gold: User, silver: User
) -> None:
    clock.at = SUNDAY
    sweep(services)
    assert mails(services) == []
    clock.at = START
    for _ in range(2):
        sweep(services)
    (mail,) = mails(services)
    assert mail["To"] == gold.email
    assert mail["Subject"] == "One change in the library"
    assert "http://localhost/library/prices" in mail.get_content()
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].strip().startswith("<http://localhost/digest/stop/")


def test_r10_the_link_in_the_mail_stops_it_by_a_post_alone(
    app: Flask, services: Services, log_in: LogIn, gold: User
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    sweep(services)
    found = re.search(r"/digest/stop/\S+", mails(services)[0].get_content())
    assert found is not None
    stranger = app.test_client()
    for _ in range(3):
        assert "Stop the weekly mail?" in stranger.get(found[0]).text
    account = log_in(gold)
    assert 'name="digest" value="1" checked' in account.get("/account").text
    # as a mail program does: no cookie, no page, no token of a form
    one_click = {"List-Unsubscribe": "One-Click"}
    for _ in range(2):
        assert stranger.post(found[0], data=one_click).status_code == 200
    assert 'name="digest" value="1" checked' not in account.get("/account").text
    assert stranger.post(f"{found[0]}x").status_code == 404
    assert stranger.post("/digest/stop/1").status_code == 404


def test_the_account_page_says_no_and_yes(
    services: Services, clock: Clock, log_in: LogIn, gold: User
) -> None:
    account = log_in(gold)
    account.post("/account/digest", data={})
    sweep(services)
    assert mails(services) == []
    account.post("/account/digest", data={"digest": "1"})
    assert 'name="digest" value="1" checked' in account.get("/account").text
