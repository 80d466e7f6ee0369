"""What an API key may do, when it ends, and what a repeated write with the same Idempotency-Key does."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from partners.api_keys import Scope, create_key
from partners.models import User
from partners.sign_in_models import ApiKey
from portal.kernel.activity import Activity
from portal.kernel.db import transaction
from portal.services import Services
from tests.access.world import World
from tests.fixtures.browsers import LogIn


def test_r27_a_key_that_may_only_read_writes_nothing(app: Flask, services: Services, world: World) -> None:
    with transaction(services.sessions) as session:
        revoked = session.scalars(select(ApiKey).where(ApiKey.user_id == world.people["finance"].id)).one()
        revoked.scope = Scope.READ
    key = {"Authorization": f"Bearer {world.keys['finance']}"}
    client = app.test_client()
    assert client.get("/api/v1/statements", headers=key).status_code == 200
    assert client.post("/api/v1/deliveries", headers=key, json={"rows": []}).status_code == 403


@pytest.mark.parametrize("end", ["expired", "revoked", "disabled"])
def test_r27_a_key_that_has_ended_is_401_at_once(
    app: Flask, services: Services, world: World, end: str
) -> None:
    with transaction(services.sessions) as session:
        key = session.scalars(select(ApiKey).where(ApiKey.user_id == world.people["gold"].id)).one()
        if end == "expired":
            key.expires_at = services.clock()
        elif end == "revoked":
            key.revoked_at = services.clock()
        else:
            session.get_one(User, world.people["gold"].id).disabled_at = services.clock()
    bearer = {"Authorization": f"Bearer {world.keys['gold']}"}
    assert app.test_client().get("/api/v1/statements", headers=bearer).status_code == 401


def test_r2_the_trail_tells_of_a_revoked_key_once_and_of_nobody_elses(
    services: Services, world: World, log_in: LogIn
) -> None:
    gold = log_in(world.people["gold"])
    with transaction(services.sessions) as session:
        ids = {name: _key_id(session, world.people[name]) for name in ("gold", "silver")}
    for key_id in (ids["silver"], ids["gold"], ids["gold"], 999):
        assert gold.post(f"/account/keys/{key_id}/revoke").status_code == 303
    with transaction(services.sessions) as session:
        told = session.scalars(select(Activity.subject_ref).where(Activity.verb == "key revoked")).all()
        assert told == [str(ids["gold"])]
        assert session.get_one(ApiKey, ids["silver"]).revoked_at is None


def _key_id(session: Session, user: User) -> int:
    return session.scalars(select(ApiKey.id).where(ApiKey.user_id == user.id)).one()


def test_f10_the_same_key_and_body_have_one_effect_and_another_body_is_refused(
    app: Flask, world: World
) -> None:
    headers = {"Authorization": f"Bearer {world.keys['finance']}", "Idempotency-Key": "first"}
    row = {"line_ref": "L2", "service_date": "2026-04-03", "units": "7"}
    client = app.test_client()
    first = client.post("/api/v1/deliveries", headers=headers, json={"rows": [row]})
    again = client.post("/api/v1/deliveries", headers=headers, json={"rows": [row]})
    other = client.post("/api/v1/deliveries", headers=headers, json={"rows": [row | {"units": "8"}]})
    told = first.get_json()
    assert (first.status_code, told["accepted"]) == (200, 1)
    assert again.get_json() == told
    assert again.headers["Idempotency-Replayed"] == "true"
    assert other.status_code == 409
    assert other.headers["Content-Type"] == "application/problem+json"


def test_a_method_that_an_address_does_not_know_is_told_those_that_it_knows(app: Flask, world: World) -> None:
    key = {"Authorization": f"Bearer {world.keys['finance']}"}
    client = app.test_client()
    refused = client.delete("/api/v1/assets", headers=key)
    assert (refused.status_code, refused.content_type) == (405, "application/problem+json")
    assert refused.allow.as_set() == {"get", "head", "options", "post"}
    assert client.post("/healthz").allow.as_set() == {"get", "head", "options"}


def test_r27_a_key_that_may_only_read_may_ask_for_the_methods(
    app: Flask, services: Services, world: World
) -> None:
    with transaction(services.sessions) as session:
        key = create_key(session, session.merge(world.people["admin"]), Scope.READ, at=services.clock())
    asked = app.test_client().options("/api/v1/assets", headers={"Authorization": f"Bearer {key}"})
    assert asked.status_code == 200
    assert asked.allow.as_set() == {"get", "head", "options", "post"}


def test_f10_keys_that_differ_late_are_two_keys(app: Flask, world: World) -> None:
    long = "k" * 300
    client, row = app.test_client(), {"line_ref": "L2", "service_date": "2026-04-03", "units": "7"}
    for ending, units in (("a", "7"), ("b", "8"), ("a", "7")):
        headers = {"Authorization": f"Bearer {world.keys['finance']}", "Idempotency-Key": long + ending}
        answer = client.post("/api/v1/deliveries", headers=headers, json={"rows": [row | {"units": units}]})
        assert answer.status_code == 200
    assert answer.headers["Idempotency-Replayed"] == "true"


def test_rows_that_are_not_believed_are_told_in_their_order(app: Flask, world: World) -> None:
    row = {"line_ref": "L2", "service_date": "2026-04-03", "units": "7"}
    rows = [row | {"service_date": "2027-01-01"}, row, row | {"units": "-1"}, row | {"line_ref": "NONE"}]
    key = {"Authorization": f"Bearer {world.keys['finance']}"}
    told = app.test_client().post("/api/v1/deliveries", headers=key, json={"rows": rows}).get_json()
    assert [one["row"] for one in told["reasons"]] == [1, 3, 4]
