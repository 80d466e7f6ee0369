"""Who looks through a partner's eyes is offered no button that would be refused (R1)."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from flask import Flask

from tests.access.addresses import address, routes
from tests.access.world import World
from tests.fixtures.browsers import LogIn

ALLOWED = ("/content/view-as/end", "/logout")


class Offers(HTMLParser):
    """What of a page would post when pressed."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.held: list[str] = []
        self._posts_to: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._posts_to = (given.get("action") or "?") if given.get("method") == "post" else None
        if tag == "button":
            is_sent = given.get("type", "submit") == "submit"
            posts_to = given.get("hx-post") or given.get("formaction") or (is_sent and self._posts_to)
            if posts_to and given.get("formmethod") != "dialog":
                (self.held if "disabled" in given else self.found).append(posts_to)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._posts_to = None


# the pages are the same on both databases
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_r1_no_page_offers_a_change_to_who_only_looks(app: Flask, world: World, log_in: LogIn) -> None:
    browser = log_in(world.people["brand"])
    browser.post("/content/view-as", data={"partner": "GOLD", "language": "en"})
    held: list[str] = []
    offered: list[str] = []
    for _, rule, method in routes(app):
        if method != "GET" or not rule.endpoint.startswith("content."):
            continue
        path = address(world, rule)
        with browser.get(path, buffered=True) as page:
            offers = Offers()
            offers.feed(page.get_data(as_text=True) if page.mimetype == "text/html" else "")
        held += offers.held
        offered += [f"{path} offers {to}" for to in offers.found if to not in ALLOWED]
    assert offered == []
    assert any(to.endswith("/save") for to in held)
    assert any(to.endswith("/acknowledge") for to in held)
