"""Somebody comes to an empty portal for the first time."""

from __future__ import annotations

import pytest

from tests.fixtures.browser import PHONE, Visit
from tests.fixtures.installations import Installation

pytestmark = pytest.mark.browser
PASSWORD = "a long enough password"


def test_an_administrator_logs_in_and_out_on_a_phone(installation: Installation, visit: Visit) -> None:
    installation.flask(
        *("users", "create", "ada@brand.example", "--role", "admin", "--password-stdin"), words=PASSWORD
    )
    visitor = visit(PHONE)
    visitor.log_in(installation.url, "ada@brand.example", PASSWORD)
    assert visitor.page.url == f"{installation.url}/"
    assert visitor.violations() == []
