"""No page runs more than fifteen queries, however many rows there are."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import event

from partners.people import person_by_email
from partners.sessions import LogIn, start_session
from portal.app import create_app
from portal.kernel.db import transaction
from portal.services import Services
from portal.web.sign_in import TOKEN

MOST = 15
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
def test_no_page_runs_more_than_fifteen_queries(world: Services, app: Flask, who: str) -> None:
    email = f"{who}@demo.example"
    with transaction(world.sessions) as session:
        user = person_by_email(session, email)
        token = start_session(session, user, LogIn(email, "", "a test"), at=world.clock())
    browser = app.test_client()
    with browser.session_transaction(base_url="http://127.0.0.1") as cookie:
        cookie[TOKEN] = token
    counted = {}
    for path in PAGES[who]:
        statements: list[str] = []
        event.listen(
            world.engine, "before_cursor_execute", lambda *told, kept=statements: kept.append(told[2])
        )
        page = browser.get(path, base_url="http://127.0.0.1")
        assert page.status_code == 200, path
        counted[path] = sum(1 for text in statements if text.lstrip().upper().startswith(("SELECT", "WITH")))
    assert {path: count for path, count in counted.items() if count > MOST} == {}
