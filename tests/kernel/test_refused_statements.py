"""What the portal says of a statement that a database refused, as it comes into logs."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker


def test_r36_a_log_tells_what_was_asked_and_not_whom_or_with_which_secret(
    sessions: sessionmaker[Session],
) -> None:
    asked = text("SELECT nowhere FROM users WHERE email = :email")
    with pytest.raises(DBAPIError) as refused, sessions() as session:
        session.execute(asked, {"email": "mara@goldmedia.example"})
    assert "SELECT nowhere" in str(refused.value)
    assert "mara@goldmedia.example" not in str(refused.value)
