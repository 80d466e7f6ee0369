"""What is typed reaches no view with a character that PostgreSQL does not keep (R19)."""

from __future__ import annotations

import base64
import io

import pytest
from flask import Flask, request

from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.access.world import BUYER, World
from tests.factories.people import a_user
from tests.fixtures.browsers import LogIn


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
    app: Flask, services: Services, log_in: LogIn
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


@pytest.mark.parametrize(
    "before", ["2026-06-01", "2026-06-01T10:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"]
)
def test_r19_an_instant_that_no_time_line_gave_starts_it_at_its_newest(
    world: World, log_in: LogIn, before: str
) -> None:
    path = f"/accounts/{world.parts['account']}"
    gold = log_in(world.people["gold"])
    answer = gold.get(path, query_string={"before": before})
    assert (answer.status_code, BUYER in answer.text) == (200, True)


@pytest.mark.parametrize("path", ["/reconciliation", "/reconciliation.csv"])
def test_r19_the_month_after_which_there_is_none_is_no_month(world: World, log_in: LogIn, path: str) -> None:
    finance = log_in(world.people["finance"])
    assert finance.get(f"{path}?month=9999-12").status_code == 404
    assert finance.get(f"{path}?month=9999-11").status_code == 200


NO_CURSORS = ("\x00", "9" * 250, "9" * 20, "²", "-1")


@pytest.mark.parametrize("text", NO_CURSORS)
def test_r19_a_cursor_that_no_list_gave_is_refused_or_leads_to_no_row(
    app: Flask, world: World, text: str
) -> None:
    cursor = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    key = {"Authorization": f"Bearer {world.keys['finance']}"}
    lines = f"/api/v1/statements/{world.parts['statement']}/lines"
    for path in ("/api/v1/statements", "/api/v1/assets", "/api/v1/search", lines):
        answer = app.test_client().get(f"{path}?cursor={cursor}", headers=key)
        assert answer.status_code in {200, 422}, path


@pytest.mark.parametrize("typed", ["9" * 30, "9" * 5_000])
@pytest.mark.parametrize("action", ["edit", "publish", "retire", "confirm"])
def test_r19_a_ticked_number_that_no_asset_has_is_none(
    world: World, log_in: LogIn, action: str, typed: str
) -> None:
    brand = log_in(world.people["brand"])
    for path in ("/content/bulk", "/content/bulk/apply"):
        assert brand.post(path, data={"action": action, "id": typed}).status_code == 422


@pytest.mark.parametrize("typed", ["9" * 30, "9" * 5_000])
def test_r19_a_number_of_any_length_in_a_field_is_a_sentence_or_nothing(
    world: World, log_in: LogIn, typed: str
) -> None:
    gold, brand = log_in(world.people["gold"]), log_in(world.people["brand"])
    talk = {"kind": "call", "at": "2026-06-15T09:30", "minutes": typed}
    assert gold.post(f"/accounts/{world.parts['account']}/interactions", data=talk).status_code == 422
    edit = {"action": "edit", "id": "1", "sent": "1", "more": typed}
    assert brand.post("/content/bulk", data=edit).status_code in {200, 422}
    many = edit | {"more": [str(number) for number in range(33_000)]}
    assert brand.post("/content/bulk", data=many).status_code in {200, 422}
    order = f"/collections/{world.parts['collection']}/order"
    assert gold.post(order, data={"order": f"{typed},1"}).status_code in {200, 303}
    ticked = {"id": f"change.{typed}"}
    assert brand.post("/content/review/approve", data=ticked).status_code in {303, 404, 422}


def test_r19_what_is_no_address_names_no_page(world: World, log_in: LogIn) -> None:
    gold, brand = log_in(world.people["gold"]), log_in(world.people["brand"])
    asset = f"/library/{world.parts['asset']}"
    from_nowhere = {"HX-Request": "true", "HX-Current-URL": "http://["}
    assert gold.post(f"{asset}/save", headers=from_nowhere).status_code == 200
    assert brand.post(f"{asset}/translations", data={"other": "http://["}).status_code in {404, 422}
    gold.post("/logout")
    assert gold.get("/account", headers=from_nowhere).headers["HX-Redirect"] == "/login?next=/"
