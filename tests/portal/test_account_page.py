"""The page of a person's own account."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session, sessionmaker

from portal.kernel.db import transaction
from portal.web.auth.browsers import browser_name
from tests.factories.people import a_user
from tests.fixtures.browsers import LogIn

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"


def test_a_new_key_stands_in_the_list_at_once(sessions: sessionmaker[Session], log_in: LogIn) -> None:
    with transaction(sessions) as session:
        person = a_user(session)
    page = log_in(person).post("/account/keys", data={"scope": "read"}).text
    assert "Copy it now" in page
    assert "Revoke" in page
    assert "No keys." not in page


@pytest.mark.parametrize(
    ("device", "name"),
    [(PHONE, "Safari on iPhone"), (EDGE, "Edge on Windows"), ("curl/8.5", "curl/8.5"), ("", "")],
)
def test_a_browser_is_called_what_its_owner_calls_it(app: Flask, device: str, name: str) -> None:
    with app.test_request_context():
        assert browser_name(device) == name
