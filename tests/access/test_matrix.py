"""Every route of the application, tried by everyone (R1, R2, R3): a route without a line in
matrix.txt fails.

Columns: nobody, the partner who owns the thing, another partner, the brand, finance; `in` is the log-in.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from portal.services import Services
from tests.access.addresses import address, routes
from tests.access.world import World
from tests.fixtures.browsers import LogIn

ACTORS = ("nobody", "gold", "silver", "brand", "finance")
TO_LOG_IN = "in"

MATRIX = Path(__file__).with_name("matrix.txt").read_text(encoding="utf-8")


def expectations() -> dict[str, list[str]]:
    rows = (line.rsplit(None, len(ACTORS)) for line in MATRIX.strip().splitlines())
    return {" ".join(row[0].split()): row[1:] for row in rows}


def answer(app: Flask, world: World, log_in: LogIn, actor: str, row: tuple[str, Rule, str]) -> str:
    _, rule, method = row
    browser = app.test_client() if actor == "nobody" else log_in(world.people[actor])
    key = world.keys.get(actor)
    headers = {"Authorization": f"Bearer {key}"} if key and rule.rule.startswith("/api/") else {}
    with browser.open(address(world, rule), method=method, headers=headers, buffered=True) as got:
        pass
    if got.status_code in {302, 303} and (got.location or "").startswith("/login?"):
        return TO_LOG_IN
    return str(got.status_code)


def test_every_route_is_in_the_matrix(app: Flask) -> None:
    assert [name for name, _, _ in routes(app)] == sorted(
        expectations(), key=lambda name: (not name.startswith("GET"), name)
    )


@pytest.mark.parametrize("actor", ACTORS)
def test_r1_r3_every_route_answers_as_the_matrix_says(
    app: Flask, services: Services, world: World, log_in: LogIn, actor: str
) -> None:
    expected = expectations()
    column = ACTORS.index(actor)
    wrong = {}
    for row in routes(app):
        got = answer(app, world, log_in, actor, row)
        if got != expected[row[0]][column]:
            wrong[row[0]] = f"{got}, not {expected[row[0]][column]}"
    assert wrong == {}
