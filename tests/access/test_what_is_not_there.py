"""Whether a thing is there is asked before the role: what is not there, or another organisation's, is 404."""

from __future__ import annotations

import io

import pytest
from flask import Flask

from tests.access.world import World
from tests.fixtures.browsers import LogIn

ADDRESSES = (
    ("GET", "/api/v1/assets/{}/usage", "asset"),
    ("POST", "/api/v1/assets/{}/versions", "asset"),
    ("GET", "/api/v1/orders/{}", "order"),
    ("GET", "/api/v1/statements/{}", "statement"),
    ("GET", "/api/v1/statements/{}/lines", "statement"),
)


def test_r1_what_does_not_exist_is_404_for_every_role(app: Flask, world: World, log_in: LogIn) -> None:
    for role, key in world.keys.items():
        answers = [asked(app, key, method, path.format("NOWHERE")) for method, path, _ in ADDRESSES]
        assert (role, [status for status, _ in answers]) == (role, [404] * len(ADDRESSES))
    brand = log_in(world.people["brand"])
    assert brand.get("/statements/NOWHERE").status_code == 404
    assert brand.get(f"/statements/{world.parts['statement']}").status_code == 403


@pytest.mark.parametrize(("method", "path", "what"), ADDRESSES)
def test_r1_another_partners_is_answered_as_what_does_not_exist(
    app: Flask, world: World, method: str, path: str, what: str
) -> None:
    key = world.keys["silver"]
    missing = asked(app, key, method, path.format("NOWHERE"))
    assert asked(app, key, method, path.format(world.parts[what])) == missing
    assert missing[0] == 404


def asked(app: Flask, key: str, method: str, path: str) -> tuple[int, bytes]:
    form = {"file": (io.BytesIO(b"The next version."), "next.txt")} if method == "POST" else None
    answer = app.test_client().open(
        path, method=method, headers={"Authorization": f"Bearer {key}"}, data=form
    )
    return answer.status_code, answer.data
