"""What another partner, or a role without the right, gets to see and do of what is not theirs."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.services import Services
from tests.access.addresses import address, routes
from tests.access.world import BUYER, CANARY, World
from tests.fixtures.browsers import LogIn


def test_r5_r6_no_page_tells_another_partner_of_what_is_not_theirs(
    app: Flask, services: Services, world: World, log_in: LogIn
) -> None:
    """A crawl as the other partner: neither the hidden asset's words nor the owner's account."""
    browser = log_in(world.people["silver"])
    headers = {"Authorization": f"Bearer {world.keys['silver']}"}
    told = []
    for name, rule, method in routes(app):
        if method == "GET" and rule.endpoint != "static":
            page = browser.get(address(world, rule), headers=headers if "/api/" in rule.rule else {})
            told += [name for secret in (CANARY, BUYER) if secret in page.text]
    searched = browser.get("/library", query_string={"q": CANARY})
    assert searched.text.count(CANARY) == browser.get("/library", query_string={"q": "qwxz"}).text.count(
        "qwxz"
    )
    assert told == []


@pytest.mark.parametrize(
    ("actor", "path"),
    [
        ("gold", "/months/{month}/close"),
        ("finance", "/months/{month}/close"),
        ("admin", "/months/{month}/accrue"),
    ],
)
def test_r4_only_the_role_for_it_closes_or_accrues(
    world: World, log_in: LogIn, actor: str, path: str
) -> None:
    browser = log_in(world.people[actor])
    assert browser.post(path.format(**world.parts)).status_code == 403
