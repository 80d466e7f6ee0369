"""Invitations and forgotten passwords: R10, R22, R25; and who may manage whom: R1, R2, R4."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from config import Settings
from partners.errors import TicketNotValid
from partners.models import Organisation, User
from partners.sign_in_models import TicketPurpose
from partners.tickets import issue_ticket, use_ticket
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.kernel.ports import Mail
from portal.services import EXTENSION, Services
from tests.factories.people import PASSWORD, a_partner, a_user
from tests.factories.post import Post
from tests.fixtures.browsers import LogIn
from tests.fixtures.portal import Clock

NEW = "seven words are a good password"


@pytest.fixture
def person(sessions: sessionmaker[Session]) -> User:
    with transaction(sessions) as session:
        return a_user(session)


def mails(settings: Settings) -> list[str]:
    folder = settings.data_dir / "mail"
    return [path.read_text() for path in sorted(folder.iterdir())] if folder.exists() else []


def link_in(mail: str) -> str:
    found = re.search(r"http://localhost(/\S+)", mail.replace("=\n", ""))
    assert found
    return found[1]


def test_a_forgotten_password_is_replaced_by_the_link_in_the_mail(
    client: FlaskClient, person: User, settings: Settings
) -> None:
    client.post("/forgotten", data={"email": person.email}, buffered=True)
    link = link_in(mails(settings)[0])
    assert person.email in client.get(link).text
    assert client.post(link, data={"password": NEW}).status_code == 303
    entered = client.post("/login", data={"email": person.email, "password": NEW})
    assert entered.status_code == 303


def test_r24_an_unknown_address_gets_the_same_answer_and_no_mail(
    client: FlaskClient, settings: Settings
) -> None:
    answer = client.post("/forgotten", data={"email": "nobody@nowhere.example"})
    assert (answer.status_code, answer.location) == (303, "/login")
    assert mails(settings) == []


def test_r10_opening_a_link_does_not_use_it(client: FlaskClient, person: User, settings: Settings) -> None:
    client.post("/forgotten", data={"email": person.email}, buffered=True)
    link = link_in(mails(settings)[0])
    assert {client.get(link).status_code for _ in range(5)} == {200}
    assert client.post(link, data={"password": NEW}).status_code == 303
    assert client.get(link).status_code == 404


def test_r22_a_foreign_host_is_refused_and_mails_name_our_own(
    client: FlaskClient, person: User, settings: Settings
) -> None:
    refused = client.post("/forgotten", data={"email": person.email}, headers={"Host": "evil.example"})
    assert refused.status_code == 400
    client.post("/forgotten", data={"email": person.email}, buffered=True)
    (mail,) = mails(settings)
    assert "http://localhost/" in mail
    assert "evil.example" not in mail


class MailServerAway:
    """Refuses each mail, and keeps those that were handed over."""

    def __init__(self) -> None:
        self.asked: list[Mail] = []

    def send(self, mail: Mail) -> None:
        self.asked.append(mail)
        raise ConnectionRefusedError


def test_r24_f20_a_mail_server_that_is_slow_or_away_does_not_tell_who_is_known(
    app: Flask, client: FlaskClient, person: User, services: Services
) -> None:
    server = MailServerAway()
    app.extensions[EXTENSION] = replace(services, mailer=server)
    unknown = client.post("/forgotten", data={"email": "nobody@nowhere.example"})
    known = client.post("/forgotten", data={"email": person.email})
    assert (known.status_code, known.data) == (unknown.status_code, unknown.data)
    assert server.asked == []
    known.close()
    assert [mail.to for mail in server.asked] == [person.email]


def test_f20_an_invitation_that_the_mail_server_does_not_take_is_told_and_can_be_sent_again(
    app: Flask, services: Services, sessions: sessionmaker[Session], log_in: LogIn
) -> None:
    with transaction(sessions) as session:
        person = a_user(session, role=Role.ADMIN)
    admin = log_in(person)
    app.extensions[EXTENSION] = replace(services, mailer=Post(is_down=True))
    form = {"email": "new@larkwell.example", "role": "brand", "organisation": "BRAND"}
    page = admin.post("/people", data=form, follow_redirects=True)
    assert page.status_code == 200
    assert "the mail server did not take the invitation" in page.text
    again = re.search(r"/people/\d+/invite-again", page.text)
    assert again is not None
    post = Post()
    app.extensions[EXTENSION] = replace(services, mailer=post)
    assert "is on its way" in admin.post(again[0], follow_redirects=True).text
    assert [mail.to for mail in post.mails] == ["new@larkwell.example"]


def test_r25_a_link_runs_out(client: FlaskClient, person: User, settings: Settings, clock: Clock) -> None:
    client.post("/forgotten", data={"email": person.email}, buffered=True)
    clock.move(timedelta(minutes=61))
    assert client.get(link_in(mails(settings)[0])).status_code == 404


def test_r25_a_newer_link_stops_the_older_one(client: FlaskClient, person: User, settings: Settings) -> None:
    client.post("/forgotten", data={"email": person.email}, buffered=True)
    client.post("/forgotten", data={"email": person.email}, buffered=True)
    older, newer = (link_in(mail) for mail in mails(settings))
    assert client.get(older).status_code == 404
    assert client.get(newer).status_code == 200


def test_r25_a_link_is_used_once(sessions: sessionmaker[Session], person: User, clock: Clock) -> None:
    with transaction(sessions) as session:
        token = issue_ticket(session, person, TicketPurpose.RESET, at=clock.at)
    with transaction(sessions) as session:
        use_ticket(session, token, NEW, at=clock.at)
    with pytest.raises(TicketNotValid), transaction(sessions) as session:
        use_ticket(session, token, PASSWORD, at=clock.at)


@pytest.mark.parametrize("password", ["short", "x" * 129, "Password12345!", "aaaaaaaaaaaaaaaa"])
def test_a_weak_password_is_refused_and_the_link_stays_good(
    client: FlaskClient, person: User, settings: Settings, password: str
) -> None:
    client.post("/forgotten", data={"email": person.email}, buffered=True)
    link = link_in(mails(settings)[0])
    assert client.post(link, data={"password": password}).status_code == 422
    assert client.get(link).status_code == 200


def test_an_invited_person_chooses_a_password_and_comes_in(
    app: Flask, log_in: LogIn, sessions: sessionmaker[Session], settings: Settings
) -> None:
    with transaction(sessions) as session:
        partner = a_partner(session)
        admin = a_user(session, partner, Role.PARTNER_ADMIN)
    form = {"email": "New@Partner.example", "name": "New", "role": "partner", "organisation": partner.ref}
    assert log_in(admin).post("/people", data=form).status_code == 303
    stranger = app.test_client()
    stranger.post(link_in(mails(settings)[0]), data={"password": NEW})
    entered = stranger.post("/login", data={"email": "new@partner.example", "password": NEW})
    assert entered.status_code == 303


def test_r2_a_partners_admin_cannot_invite_into_another_organisation(
    log_in: LogIn, sessions: sessionmaker[Session]
) -> None:
    with transaction(sessions) as session:
        admin = a_user(session, a_partner(session), Role.PARTNER_ADMIN)
        other = a_partner(session)
    form = {"email": "x@x.example", "name": "X", "role": "partner", "organisation": other.ref}
    assert log_in(admin).post("/people", data=form).status_code == 404
    with sessions() as session:
        assert session.scalar(select(User).where(User.email == "x@x.example")) is None


@pytest.mark.parametrize("action", ["disable", "enable", "invite-again", "role"])
def test_r1_people_of_another_organisation_do_not_exist_for_a_partners_admin(
    log_in: LogIn, sessions: sessionmaker[Session], action: str
) -> None:
    with transaction(sessions) as session:
        admin = a_user(session, a_partner(session), Role.PARTNER_ADMIN)
        other = a_user(session)
    browser = log_in(admin)
    foreign = browser.post(f"/people/{other.id}/{action}", data={"role": "partner"})
    missing = browser.post(f"/people/999999/{action}", data={"role": "partner"})
    assert foreign.status_code == missing.status_code == 404
    # what was sent in, and form tokens
    token = re.compile(r'(content|value|data-form-page)="[^"]*"')
    assert token.sub("", foreign.text) == token.sub("", missing.text)


def test_r4_a_partners_admin_cannot_make_an_administrator(
    log_in: LogIn, sessions: sessionmaker[Session]
) -> None:
    with transaction(sessions) as session:
        partner = a_partner(session)
        admin = a_user(session, partner, Role.PARTNER_ADMIN)
        colleague = a_user(session, partner)
    refused = log_in(admin).post(f"/people/{colleague.id}/role", data={"role": "admin"})
    assert refused.status_code == 422
    with sessions() as session:
        assert session.get_one(User, colleague.id).role is Role.PARTNER
        assert session.get_one(Organisation, partner.id)


def test_mails_are_files_that_only_the_owner_can_read(
    client: FlaskClient, person: User, settings: Settings
) -> None:
    client.post("/forgotten", data={"email": person.email}, buffered=True)
    folder: Path = settings.data_dir / "mail"
    assert folder.stat().st_mode & 0o077 == 0


def test_the_operator_invites_somebody_from_the_command_line(app: Flask, settings: Settings) -> None:
    done = app.test_cli_runner().invoke(args=["users", "invite", "ada@brand.example", "--role", "admin"])
    assert (done.exit_code, done.stdout) == (0, "Invited ada@brand.example as admin of BRAND.\n")
    assert [mail.count("/invitations/") for mail in mails(settings)] == [1]
