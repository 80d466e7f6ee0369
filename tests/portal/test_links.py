"""Links as assets: their host is shown, opening one counts, and nobody is sent anywhere else."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from content.assets.errors import WrongAddress
from content.assets.models import Asset, FileFormat
from content.processing.links import host_of
from content.processing.verification import faults
from content.uploads.uploads import linked
from content.usage.usage_models import View
from partners.models import User
from portal.kernel.db import reading, transaction
from portal.services import Services
from tests.factories.people import a_partner, a_user
from tests.factories.usage import a_published_version, a_version
from tests.fixtures.browsers import LogIn
from tests.fixtures.portal import Clock

ADDRESS = "https://stations.example/coverage?city=portland"


@pytest.fixture
def gold(services: Services) -> User:
    with transaction(services.sessions) as session:
        version = a_published_version(
            session,
            pages=1,
            tier="gold",
            format=FileFormat.LINK,
            file_name="stations.example",
            blob_sha256=None,
            url=ADDRESS,
        )
        version.asset.ref = "coverage"
        return a_user(session, a_partner(session, tier="gold"))


def link_on(browser: FlaskClient) -> str:
    page = browser.get("/library/coverage").text
    assert "Open stations.example" in page
    found = re.search(r'href="(/library/coverage/versions/1/open\?by=[^"]+)"', page)
    assert found
    return unescape(found.group(1))


def openings(services: Services) -> list[bool]:
    with reading(services.sessions) as session:
        return [view.is_human for view in session.scalars(select(View))]


def test_opening_a_link_counts_once_in_a_sitting_and_tells_nothing(
    services: Services, gold: User, log_in: LogIn
) -> None:
    browser = log_in(gold)
    for _ in range(2):
        answer = browser.get(link_on(browser))
        assert (answer.status_code, answer.location) == (303, ADDRESS)
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert openings(services) == [True]


@pytest.mark.parametrize("by", ["", "?by=", "?by=made.up", "of somebody else", "old"])
def test_r20_r23_without_our_signature_nothing_counts_and_nobody_leaves(
    by: str, services: Services, clock: Clock, gold: User, log_in: LogIn
) -> None:
    browser, path = log_in(gold), f"/library/coverage/versions/1/open{by}"
    if by == "of somebody else":
        with transaction(services.sessions) as session:
            other = a_user(session, a_partner(session, tier="gold"))
        path = link_on(log_in(other))
    elif by == "old":
        path = link_on(browser)
        clock.move(timedelta(hours=25))
        browser = log_in(gold)
    answer = browser.get(path)
    assert (answer.status_code, answer.location) == (303, "/library/coverage")
    assert openings(services) == []


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)", "ftp://x.example/", "https://", "//x.example",
        "https://a.example@b.example/",
        "https://x.example/a b", "https://x.example\\@y.example", "http://x.example:port/",
        "data:text/html,x",
        "https://x.example/\u202egpj.exe",
    ],
)  # fmt: skip
def test_r20_only_plain_web_addresses_are_taken(address: str) -> None:
    with pytest.raises(WrongAddress):
        linked(address)


def test_a_host_of_lookalike_letters_is_shown_as_it_is_looked_up() -> None:
    assert host_of("https://l\u0430rkwell.example/") == "xn--lrkwell-2fg.example"


def test_r21_a_stored_address_that_cannot_be_opened_is_found_without_the_network(
    services: Services, gold: User
) -> None:
    with transaction(services.sessions) as session:
        asset = session.scalars(select(Asset)).one()
        a_version(
            session,
            asset,
            number=2,
            format=FileFormat.LINK,
            blob_sha256=None,
            url="file:///etc/passwd",
        )
    with reading(services.sessions) as session:
        told = faults(session, services.blobs, tell=lambda _: None).sentences
    assert told == ["coverage version 2 links to an address that cannot be opened"]
