"""Every page that links lead to opens, with at most fifteen queries, however many rows there are."""

from __future__ import annotations

import re
from collections import Counter, deque
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.exceptions import MethodNotAllowed, NotFound

from partners.people import person_by_email
from partners.sessions import LogIn, start_session
from portal.app import create_app
from portal.kernel.db import transaction
from portal.services import Services
from portal.web.sign_in import TOKEN

MOST = 15
# pages of one route that are opened beside those named here
ENOUGH = 2
BASE = "http://127.0.0.1"
LINK = re.compile(r'(?:href|src|hx-get)="([^"]+)"')
STUDY = "orchard-row-grocers"
PAGES = {
    "gold": (
        "/",
        "/home/recommended",
        "/library",
        "/library?q=morning drive recall",
        "/library/saved",
        "/library/changes",
        "/collections",
        "/collections/new",
        f"/collections/add?asset={STUDY}",
        f"/library/{STUDY}",
        f"/library/{STUDY}/view",
        "/accounts",
        "/requests",
        "/palette?q=or",
        "/library/suggestions?q=mo",
        "/library/searches",
        "/statements",
        "/orders",
        "/orders/IO-2614",
        "/money/what-if",
        "/money/strips",
        "/money/pays",
        "/disputes",
        "/statements/2026-05-TIDEWELL-USD?line=1",
        f"/reports/usage/{STUDY}",
    ),
    "brand": (
        "/",
        f"/library/{STUDY}",
        "/must-reads",
        "/must-reads/political-advertising-rules",
        "/content",
        "/content/review",
        "/content/review?show=review",
        "/library/media-kit",
        "/reports/usage/inside-a-live-read",
        "/content/words",
        "/content/changes",
        "/content/view-as",
        "/content/audience?audience=category:auto",
        f"/library/{STUDY}",
        f"/library/{STUDY}/edit",
        "/library/new",
        "/reports/usage",
        f"/reports/usage/{STUDY}",
        "/reports/unused",
        "/requests",
        "/requests/1",
        "/synonyms?find=breakfast",
        "/reports/searches",
        "/reports/searches?show=unopened",
    ),
    "finance": (
        "/",
        "/months/2026-05",
        "/months/2026-06",
        "/months/2026-06/board",
        "/months/2026-06/preview",
        "/months/2026-06/preview/statements",
        "/exceptions",
        "/exceptions?kind=missing_days",
        "/approvals",
        "/approvals?show=decided",
        "/approvals/1",
        "/disputes",
        "/disputes/D-0001",
        "/imports",
        "/orders",
        "/payouts",
        "/payees",
        "/statements",
        "/adjustments",
        "/adjustments?view=holds",
        "/adjustments/new",
        "/reconciliation",
        "/reconciliation?show=differences",
        "/reconciliation/IO-2614-L1",
        "/orders/IO-2614",
        "/plans",
        "/plans/gold-reseller",
        "/plans/gold-reseller/edit",
        "/plans/gold-reseller/simulate",
    ),
    "admin": ("/palette?q=or", "/people", "/trail"),
}


@pytest.fixture
def app(world: Services) -> Flask:
    return create_app(world.settings, world)


@pytest.mark.parametrize("who", PAGES)
def test_every_link_leads_somewhere_and_no_page_runs_more_than_fifteen_queries(
    world: Services, app: Flask, who: str
) -> None:
    browser, statements = _logged_in(world, app, who), list[str]()
    event.listen(world.engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
    waiting, visited, broken, heavy = deque(PAGES[who]), Counter[str](), [], []
    known = set(waiting)
    while waiting:
        path = waiting.popleft()
        rule = _rule(app, path)
        if path not in PAGES[who] and visited[rule] >= ENOUGH:
            continue
        visited[rule] += 1
        statements.clear()
        page = browser.get(path, base_url=BASE)
        queries = sum(text.lstrip().upper().startswith(("SELECT", "WITH")) for text in statements)
        if page.status_code >= 400:
            broken.append((path, page.status_code))
        if queries > MOST:
            heavy.append((path, queries))
        if page.status_code == 200 and page.mimetype == "text/html":
            found = [link for link in _links(path, page.get_data(as_text=True)) if link not in known]
            known.update(found)
            waiting.extend(found)
        page.close()
    assert (broken, heavy) == ([], [])
    assert len(visited) > len({_rule(app, path) for path in PAGES[who]})


def _logged_in(world: Services, app: Flask, who: str) -> FlaskClient:
    email = f"{who}@demo.example"
    with transaction(world.sessions) as session:
        user = person_by_email(session, email)
        token = start_session(session, user, LogIn(email, "", "a test"), at=world.clock())
    browser = app.test_client()
    with browser.session_transaction(base_url=BASE) as cookie:
        cookie[TOKEN] = token
    return browser


def _rule(app: Flask, path: str) -> str:
    """The route that answers; a link that no route answers stands for itself, and breaks."""
    try:
        return str(app.url_map.bind("127.0.0.1").match(urlsplit(path).path, return_rule=True)[0])
    except (NotFound, MethodNotAllowed):
        return path


def _links(at: str, text: str) -> list[str]:
    """Pages and files of this portal that a page names, or fetches by itself."""
    named = (urljoin(BASE + at, unescape(one)) for one in LINK.findall(text))
    here = (one.removeprefix(BASE).partition("#")[0] for one in named if one.startswith(BASE + "/"))
    return [one for one in here if not one.startswith(("/static/", "/logout"))]
