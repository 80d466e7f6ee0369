"""A browser of a benchmark, in which somebody is logged in; apart, since it loads all of the web."""

from __future__ import annotations

from datetime import datetime

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from partners.models import User
from partners.sessions import LogIn, start_session
from portal.web.sign_in import TOKEN


def browser_of(app: Flask, session: Session, user: User, at: datetime) -> FlaskClient:
    token = start_session(session, user, LogIn(user.email, "", ""), at=at)
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        cookie[TOKEN] = token
    return browser
