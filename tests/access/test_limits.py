"""What comes in is bounded, what goes out runs nowhere, looking changes nothing: R11, R23, R29, R32, R33."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from partners.models import Organisation, User
from portal.kernel.db import Base, reading, transaction
from portal.services import Services
from tests.access.addresses import address, routes
from tests.access.world import World
from tests.fixtures.browsers import LogIn

MB = 1024 * 1024
# a look at content is usage, a look of staff at a partner's money is in the trail
WRITTEN_BY_LOOKING = {"views", "view_pages", "viewers", "downloads", "activities", "login_sessions"}
HOSTILE = "<img src=x onerror=alert(1)>"


def test_r11_a_file_is_saved_under_our_type_and_runs_nowhere(world: World, log_in: LogIn) -> None:
    with log_in(world.people["gold"]).get(f"/library/{world.parts['asset']}/download", buffered=True) as got:
        pass
    assert got.headers["Content-Type"] == "application/pdf"
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


def test_r29_no_address_takes_a_hash(app: Flask) -> None:
    names = {name for rule in app.url_map.iter_rules() for name in rule.arguments}
    assert not {name for name in names if "hash" in name or "sha" in name or "blob" in name}


def test_r32_a_form_is_small(world: World, log_in: LogIn) -> None:
    body = {"locale": "x" * 3 * MB}
    assert log_in(world.people["gold"]).post("/account/formats", data=body).status_code == 413


@pytest.mark.parametrize("path", ["/library", "/imports"])
def test_r32_a_large_body_is_not_read_for_who_may_not_send_it(world: World, log_in: LogIn, path: str) -> None:
    browser = log_in(world.people["gold"])
    refused = browser.post(path, data=b"x" * 3 * MB, content_type="multipart/form-data; boundary=b")
    assert refused.status_code in {403, 413}


def test_r23_looking_at_every_page_changes_nothing_but_usage(
    app: Flask, services: Services, world: World, log_in: LogIn
) -> None:
    browsers = [log_in(world.people[who]) for who in ("gold", "brand", "finance", "admin")]
    with reading(services.sessions) as session:
        before = _counts(session)
    for browser in browsers:
        for _name, rule, method in routes(app):
            if method == "GET":
                with browser.get(address(world, rule), buffered=True):
                    pass
    with reading(services.sessions) as session:
        after = _counts(session)
    changed = {table for table in before if before[table] != after[table] and not table.startswith("usage_")}
    assert changed <= WRITTEN_BY_LOOKING


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_r33_a_name_that_is_markup_stays_text_on_every_page(
    app: Flask, services: Services, world: World, log_in: LogIn
) -> None:
    """Templates escape, whichever database the name comes from; R23 looks at the same pages on both."""
    with transaction(services.sessions) as session:
        for partner in session.scalars(select(Organisation)):
            partner.name = HOSTILE
        for person in session.scalars(select(User)):
            person.name = HOSTILE
    ran = []
    for who in ("gold", "brand", "finance", "admin"):
        browser = log_in(world.people[who])
        for name, rule, method in routes(app):
            if method == "GET" and not rule.rule.startswith(("/api/", "/static/")):
                with browser.get(address(world, rule), buffered=True) as page:
                    if page.mimetype == "text/html" and HOSTILE in page.get_data(as_text=True):
                        ran.append(f"{who} {name}")
    assert ran == []


def _counts(session: Session) -> dict[str, int]:
    return {
        table.name: session.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
    }
