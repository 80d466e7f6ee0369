"""The people of a benchmark: two of finance who close a month, and a partner in a browser."""

from __future__ import annotations

from datetime import datetime

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from commissions.statements.closing import Approval
from partners.models import User
from partners.people import NewPerson, add_person, identity_of
from partners.sessions import LogIn, start_session
from portal.kernel.identity import Identity, Role
from portal.web.sign_in import TOKEN


def two_of_finance(session: Session, at: datetime) -> Approval:
    return Approval(_someone(session, Role.FINANCE, at), _someone(session, Role.FINANCE_APPROVER, at))


def _someone(session: Session, role: Role, at: datetime) -> Identity:
    user = add_person(session, NewPerson(f"{role.value}@bench.example", role), at=at)
    return identity_of(session, user, today=at.date())


def browser_of(app: Flask, session: Session, user: User, at: datetime) -> FlaskClient:
    token = start_session(session, user, LogIn(user.email, "", ""), at=at)
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        cookie[TOKEN] = token
    return browser
