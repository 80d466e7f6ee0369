"""Log-in, log-out, sessions, tries: R20, R23, R24, R30, R31."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import TestResponse

from config import Settings
from partners.errors import TooManyTries
from partners.models import User
from partners.sign_in_models import LoginSession
from partners.throttle import count_try
from portal.app import create_app
from portal.kernel.db import reading, transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories.people import PASSWORD, a_user
from tests.fixtures.browsers import LogIn
from tests.fixtures.portal import Clock


@pytest.fixture
def person(sessions: sessionmaker[Session]) -> User:
    with transaction(sessions) as session:
        return a_user(session)


def enter(
    client: FlaskClient, email: str, password: str = PASSWORD, target: str = "/account"
) -> TestResponse:
    return client.post("/login", data={"email": email, "password": password, "next": target})


def test_the_right_password_opens_the_page_that_was_asked_for(client: FlaskClient, person: User) -> None:
    asked = client.get("/account")
    assert asked.status_code == 303
    assert asked.location == "/login?next=/account"
    entered = enter(client, person.email)
    assert (entered.status_code, entered.location) == (303, "/account")
    assert client.get("/account").status_code == 200


def test_r20_log_in_never_sends_to_another_site(client: FlaskClient, person: User) -> None:
    assert enter(client, person.email, target="//evil.example").location == "/"


def test_r24_unknown_wrong_and_disabled_are_told_alike(
    client: FlaskClient, person: User, sessions: sessionmaker[Session], clock: Clock
) -> None:
    wrong = enter(client, person.email, "not the password at all")
    unknown = enter(client, "nobody@nowhere.example")
    with transaction(sessions) as session:
        session.get_one(User, person.id).disabled_at = clock.at
    disabled = enter(client, person.email)
    assert wrong.status_code == unknown.status_code == disabled.status_code == 422
    assert all("E-mail address or password is not right." in page.text for page in (wrong, unknown, disabled))


def test_r24_ten_wrong_tries_pass_and_the_eleventh_waits(
    client: FlaskClient, person: User, clock: Clock
) -> None:
    assert [enter(client, person.email, "wrong wrong wrong").status_code for _ in range(11)] == [422] * 10 + [
        429
    ]
    assert enter(client, person.email).status_code == 429
    clock.move(timedelta(minutes=16))
    assert enter(client, person.email).status_code == 303


def test_r24_people_behind_one_address_log_in_as_often_as_they_like(
    client: FlaskClient, person: User
) -> None:
    assert {enter(client, person.email).status_code for _ in range(25)} == {303}


def test_r24_strangers_cannot_lock_out_a_browser_that_the_person_uses(
    app: Flask, person: User, sessions: sessionmaker[Session], clock: Clock
) -> None:
    own = app.test_client()
    assert enter(own, person.email).status_code == 303
    own.post("/logout")
    with transaction(sessions) as session:
        for _ in range(40):
            count_try(session, {f"account:{person.email}": 40}, at=clock.at)
    stranger = app.test_client()
    assert enter(stranger, person.email).status_code == 429
    assert enter(own, person.email).status_code == 303


@pytest.mark.parametrize("told", ["198.51.100.7", "203.0.113.9, 198.51.100.7"])
def test_r24_behind_a_proxy_a_stranger_locks_out_nobody_but_their_own_address(
    settings: Settings, services: Services, person: User, clock: Clock, told: str
) -> None:
    app = create_app(replace(settings, proxies=1), services)
    app.config.update(WTF_CSRF_ENABLED=False)
    form = {"email": person.email, "password": PASSWORD}
    with transaction(services.sessions) as session:
        for _ in range(60):
            count_try(session, {"address:198.51.100.7": 60}, at=clock.at)
    stranger = app.test_client().post("/login", data=form, headers={"X-Forwarded-For": told})
    other = app.test_client().post("/login", data=form, headers={"X-Forwarded-For": "198.51.100.8"})
    assert (stranger.status_code, other.status_code) == (429, 303)


def test_r24_without_a_proxy_nobody_says_where_they_come_from(
    client: FlaskClient, person: User, services: Services, clock: Clock
) -> None:
    with transaction(services.sessions) as session:
        for _ in range(60):
            count_try(session, {"address:127.0.0.1": 60}, at=clock.at)
    form = {"email": person.email, "password": PASSWORD}
    assert client.post("/login", data=form, headers={"X-Forwarded-For": "198.51.100.8"}).status_code == 429


def test_r24_exactly_the_limit_passes(sessions: sessionmaker[Session], clock: Clock) -> None:
    passed = 0
    for _ in range(9):
        try:
            with transaction(sessions) as session:
                count_try(session, {"address:x": 5}, at=clock.at)
            passed += 1
        except TooManyTries:
            pass
    assert passed == 5


def test_r30_a_cookie_copied_before_log_out_is_worth_nothing(app: Flask, person: User) -> None:
    client, thief = app.test_client(), app.test_client()
    enter(client, person.email)
    stolen = client.get_cookie("session")
    assert stolen is not None
    thief.set_cookie("session", stolen.value)
    assert thief.get("/account").status_code == 200
    client.post("/logout")
    assert thief.get("/account").status_code == 303


def test_r30_log_in_gives_a_new_session_cookie(client: FlaskClient, person: User) -> None:
    client.get("/login")
    before = client.get_cookie("session")
    enter(client, person.email)
    after = client.get_cookie("session")
    assert after is not None
    assert before is None or before.value != after.value


def test_r30_the_session_cookie_is_given_at_log_in_and_no_answer_brings_it_back(
    client: FlaskClient, person: User
) -> None:
    enter(client, person.email)
    assert client.get_cookie("session") is not None
    client.get("/account")  # the first form gets its token
    answers = [client.get(path) for path in ("/account", "/static/another/js/picker.js", "/static/none.js")]
    assert [answer.headers.getlist("Set-Cookie") for answer in answers] == [[], [], []]


def test_r30_who_reads_a_page_while_others_write_is_let_in_and_marked_as_seen_by_the_next_one(
    client: FlaskClient, person: User, sessions: sessionmaker[Session], clock: Clock
) -> None:
    enter(client, person.email)
    clock.move(timedelta(minutes=5))
    with transaction(sessions) as writing:
        writing.get_one(User, person.id).name = "Another Name"
        writing.flush()
        assert client.get("/account").status_code == 200
    client.get("/account")
    with reading(sessions) as session:
        assert {one.seen_at for one in session.scalars(select(LoginSession))} == {clock.at}


def test_r30_a_new_password_logs_the_other_browsers_out(app: Flask, person: User) -> None:
    here, elsewhere = app.test_client(), app.test_client()
    enter(here, person.email)
    enter(elsewhere, person.email)
    changed = here.post(
        "/account/password", data={"current": PASSWORD, "password": "a longer and better one"}
    )
    assert changed.status_code == 303
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303


def test_r24_who_found_an_open_browser_cannot_guess_the_password_for_ever(
    log_in: LogIn, person: User
) -> None:
    browser = log_in(person)
    guess = {"current": "not the password at all", "password": "a longer and better one"}
    tries = [browser.post("/account/password", data=guess).status_code for _ in range(11)]
    assert tries == [422] * 10 + [429]
    assert browser.post("/account/password", data=guess | {"current": PASSWORD}).status_code == 429


def test_r30_a_log_in_over_another_ends_the_one_before(client: FlaskClient, app: Flask, person: User) -> None:
    enter(client, person.email)
    before = client.get_cookie("session")
    assert before is not None
    enter(client, person.email)
    assert client.get("/account").status_code == 200
    thief = app.test_client()
    thief.set_cookie("session", before.value)
    assert thief.get("/account").status_code == 303


def test_r30_a_disabled_person_is_out_at_the_next_request(
    log_in: LogIn, person: User, sessions: sessionmaker[Session], clock: Clock
) -> None:
    browser = log_in(person)
    assert browser.get("/account").status_code == 200
    with transaction(sessions) as session:
        session.get_one(User, person.id).disabled_at = clock.at
    assert browser.get("/account").status_code == 303


def test_r30_a_changed_role_counts_at_the_next_request(
    log_in: LogIn, sessions: sessionmaker[Session]
) -> None:
    with transaction(sessions) as session:
        admin = a_user(session, role=Role.ADMIN)
    browser = log_in(admin)
    assert browser.get("/people").status_code == 200
    with transaction(sessions) as session:
        session.execute(update(User).where(User.id == admin.id).values(role=Role.BRAND))
    assert browser.get("/people").status_code == 403


@pytest.mark.parametrize(
    ("role", "idle", "status"),
    [
        (Role.PARTNER, timedelta(hours=11), 200),
        (Role.PARTNER, timedelta(hours=13), 303),
        (Role.FINANCE, timedelta(minutes=50), 200),
        (Role.FINANCE, timedelta(minutes=70), 303),
    ],
)
def test_r30_an_idle_session_ends(
    log_in: LogIn, sessions: sessionmaker[Session], clock: Clock, role: Role, idle: timedelta, status: int
) -> None:
    with transaction(sessions) as session:
        user = a_user(session, role=role)
    browser = log_in(user)
    clock.move(idle)
    assert browser.get("/account").status_code == status


def test_r30_a_session_in_use_still_ends_after_thirty_days(
    log_in: LogIn, person: User, clock: Clock, sessions: sessionmaker[Session]
) -> None:
    browser = log_in(person)
    clock.move(timedelta(days=31))
    with transaction(sessions) as session:
        session.execute(update(LoginSession).values(seen_at=clock.at))
    assert browser.get("/account").status_code == 303


def test_r30_another_persons_browser_cannot_be_logged_out(
    log_in: LogIn, person: User, sessions: sessionmaker[Session]
) -> None:
    with transaction(sessions) as session:
        other = a_user(session)
    browser, others = log_in(person), log_in(other)
    with sessions() as session:
        theirs = session.query(LoginSession).filter_by(user_id=other.id).one()
    browser.post(f"/account/browsers/{theirs.id}/end")
    assert others.get("/account").status_code == 200


def test_r31_personal_pages_are_not_stored(log_in: LogIn, person: User) -> None:
    page = log_in(person).get("/account")
    assert page.headers["Cache-Control"] == "no-store"
    assert "Cookie" in page.headers["Vary"]


def test_r31_log_out_clears_the_cache(log_in: LogIn, person: User) -> None:
    assert "cache" in log_in(person).post("/logout").headers["Clear-Site-Data"]


def test_r23_every_form_needs_its_token(app: Flask, log_in: LogIn, sessions: sessionmaker[Session]) -> None:
    """Walks every route that writes; the API has keys instead, beats and the one-click end of a digest
    (RFC 8058: mail programs send it) carry a signed token.
    """
    with transaction(sessions) as session:
        people = [a_user(session, role=role) for role in (Role.BRAND, Role.FINANCE, Role.PARTNER_ADMIN)]
    browsers = [log_in(one) for one in people]
    app.config["WTF_CSRF_ENABLED"] = True
    open_to = {"usage.beat", "content.stop_digest"}
    # they look for what the file belongs to first, and there is none here
    of_something = {"content.create_version", "commissions.say"}
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or rule.endpoint.startswith("api.") or rule.endpoint in open_to:
            continue
        address = rule.build(dict.fromkeys(rule.arguments, "1"), append_unknown=False)
        assert address is not None
        answers = {browser.post(address[1]).status_code for browser in browsers}
        # where a file comes in, the role and what it is for are asked before the form is read
        assert answers <= {400, 403, 404}, rule.rule
        assert 400 in answers or rule.endpoint in of_something, rule.rule
