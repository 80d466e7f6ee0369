"""What is typed reaches no view with a character that PostgreSQL does not keep (R19)."""

from __future__ import annotations

import io
from collections.abc import Callable

from flask import Flask, request
from flask.testing import FlaskClient

from partners.models import User
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories.people import a_user


def test_r19_a_nul_in_a_form_or_an_address_is_a_space_and_all_values_stay(
    app: Flask,
) -> None:
    fields = {"name": ["one\x00two", "three"], "empty": [""]}
    with app.test_request_context("/?q=a%00b&q=c", method="POST", data=fields):
        assert request.form.to_dict(flat=False) == {"name": ["one two", "three"], "empty": [""]}
        assert request.args.getlist("q") == ["a b", "c"]
        assert request.values["name"] == "one two"


def test_r19_a_number_that_no_row_has_is_no_number(app: Flask) -> None:
    huge = "9" * 30
    with app.test_request_context(f"/?from={huge}&page=-{huge}&id={huge}&id=7"):
        assert request.args.get("from", 0, type=int) == 0
        assert request.args.get("page", 1, type=int) == 1
        assert request.args.getlist("id", type=int) == [7]


def test_r19_an_address_with_what_no_row_has_leads_nowhere(
    app: Flask, services: Services, log_in: Callable[[User], FlaskClient]
) -> None:
    with transaction(services.sessions) as session:
        user = a_user(session, role=Role.BRAND)
    browser = log_in(user)
    huge = "9" * 30
    for path in (f"/requests/{huge}", f"/library/x/versions/{huge}/download", "/library/a%00b"):
        assert browser.get(path).status_code == 404
    for path in (f"/collections?from={huge}", f"/content?owner={huge}", f"/content?page={huge}"):
        assert browser.get(path).status_code == 200
    form = {"name": "a.pdf", "size": "4", "modified": huge, "head": (io.BytesIO(b"%PDF"), "head")}
    assert browser.post("/uploads", data=form).status_code == 200
    form = {"name": "a.pdf", "size": huge, "modified": "1", "head": (io.BytesIO(b"%PDF"), "head")}
    assert browser.post("/uploads", data=form).status_code == 422
