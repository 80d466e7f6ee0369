"""The addresses of the pages beside this one are of this page, whatever its own address asks for."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.web.paging import pages_of

OWN_WORDS = ("endpoint=x", "_scheme=javascript&_external=1", "_anchor=x", "_method=POST", "token=other")


def test_the_pages_beside_this_one_ask_for_the_same(app: Flask) -> None:
    with app.test_request_context("/digest/stop/one?q=a+%26+b&q=c&from=50"):
        pages = pages_of(200, 50, 50, 50)
    assert (pages.earlier, pages.later) == (
        "/digest/stop/one?q=a+%26+b&q=c",
        "/digest/stop/one?q=a+%26+b&q=c&from=100",
    )


@pytest.mark.parametrize("asked", OWN_WORDS)
def test_r20_what_an_address_asks_for_leads_to_no_other_page_or_site(app: Flask, asked: str) -> None:
    with app.test_request_context(f"/digest/stop/one?{asked}"):
        assert pages_of(200, 50, 0, 50).later == f"/digest/stop/one?{asked}&from=50"
