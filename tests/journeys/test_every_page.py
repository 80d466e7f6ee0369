"""Every page of the demo world, as its people see it: nothing that axe calls serious, no sideways scroll."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.fixtures.browser import DESKTOP, PHONE, Visit
from tests.fixtures.installations import DEMO_PASSWORD, Installation

pytestmark = pytest.mark.browser
STUDY = "orchard-row-grocers"
TABLETS = (641, 800, 1000)

PAGES = {
    "gold": (
        "/",
        "/library",
        "/library?q=morning drive recall",
        "/library/saved",
        "/library/searches",
        "/library/searches/new?q=morning",
        "/palette",
        "/requests",
        "/requests/new",
        "/library/changes",
        "/collections",
        "playbook",
        "arrange",
        "/collections/new",
        f"/collections/add?asset={STUDY}",
        "/library?q=qwxzqwxz",
        f"/library/{STUDY}",
        f"/library/{STUDY}/our-copy",
        f"/library/{STUDY}/view#page=3",
        "/accounts",
        "/accounts/new",
        "account",
        "interaction",
        "/statements",
        "statement",
        "/orders",
        "/orders/IO-2614",
        "/money/what-if",
        "/disputes",
        "question",
        f"/reports/usage/{STUDY}",
        "/account",
        "/nowhere",
    ),
    "brand": (
        "/",
        "/must-reads",
        "/must-reads/political-advertising-rules",
        f"/library/{STUDY}/must-read",
        "/content",
        "/content/changes",
        "/content/review",
        "/content/review?show=review",
        "/content/words",
        "/content/view-as",
        "/library/new",
        f"/library/{STUDY}",
        f"/library/{STUDY}/edit",
        f"/library/{STUDY}/compare",
        f"/library/{STUDY}/news",
        f"/library/{STUDY}/versions/new",
        f"/library/{STUDY}/zone",
        "/requests",
        "/synonyms",
        "/synonyms/new",
        "/reports/searches",
        "/reports/usage",
        f"/reports/usage/{STUDY}",
        "/reports/unused",
    ),
    "finance": (
        "/",
        "/months",
        "informing",
        "closed month",
        "preview",
        "/exceptions",
        "/exceptions?kind=missing_days",
        "/approvals",
        "/approvals?show=decided",
        "approval",
        "/disputes",
        "dispute",
        "/imports",
        "/orders",
        "/statements",
        "/payouts",
        "/payouts?by_hand=1",
        "payout batch",
        "/payees",
        "payee",
        "statement",
        "/reconciliation",
        "/reconciliation/IO-2614-L1",
        "/orders/IO-2614",
        "/adjustments",
        "/adjustments?view=holds",
        "/adjustments?view=owed",
        "/adjustments/new",
        "/plans",
        "/plans/gold-reseller",
        "/plans/gold-reseller/edit",
        "/plans/gold-reseller/simulate?version=1",
    ),
    "admin": ("/", "/people", "/brand", "/trail"),
}


@pytest.mark.parametrize(
    ("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop-light", "phone-dark"]
)
@pytest.mark.parametrize("who", PAGES)
def test_every_page_is_accessible_and_fits(
    demo_installation: Installation, visit: Visit, who: str, size: tuple[int, int], scheme: str
) -> None:
    visitor = visit(size, scheme)
    visitor.log_in(demo_installation.url, f"{who}@demo.example", DEMO_PASSWORD)
    wrong = []
    for name in PAGES[who]:
        _open(visitor.page, demo_installation.url, name)
        wrong += [f"{name}: {violation}" for violation in visitor.violations()]
        wrong += [f"{name} scrolls sideways at {width}" for width in _too_narrow(visitor.page, size)]
    assert wrong == []


def _too_narrow(page: Page, size: tuple[int, int]) -> list[int]:
    """The widths at which the page scrolls sideways; a desk's window is made as narrow as tablets, too."""
    widths = (size[0], *TABLETS) if size == DESKTOP else (size[0],)
    narrow = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": size[1]})
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            narrow.append(width)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    return narrow


def _open(page: Page, url: str, name: str) -> None:
    """An address, or a page that is found as a person would find it."""
    if name.startswith("/"):
        page.goto(f"{url}{name}")
        return
    start, link = {
        "playbook": ("/collections", ".co-cards a.title"),
        "arrange": ("/collections", ".co-cards li:has-text('Tidewell') a.title"),
        "account": ("/accounts", "main a[href^='/accounts/']:not([href='/accounts/new'])"),
        "interaction": ("/accounts", "main a[href^='/accounts/']:not([href='/accounts/new'])"),
        "statement": ("/statements", "main tbody a[href^='/statements/']"),
        "payout batch": ("/payouts", "main tbody a[href^='/payouts/']"),
        "payee": ("/payees", "main tbody a[href^='/payees/']"),
        "approval": ("/approvals", "main a[href^='/approvals/']"),
        "dispute": ("/disputes?show=settled", "main tbody a[href^='/disputes/']"),
        "question": ("/statements", "main tbody a[href^='/statements/']"),
        "informing": ("/months", "main a[href$='show=inform']"),
        "closed month": ("/months", ".month a"),
        "preview": ("/months", "main a[href$='/preview']"),
    }[name]
    page.goto(f"{url}{start}")
    page.locator(link).first.click()
    page.wait_for_load_state()
    if name == "arrange":
        page.goto(f"{page.url}/arrange")
    if name == "interaction":
        page.goto(f"{page.url}/interactions/new")
    if name == "question":
        page.locator("main a[href^='/disputes/new']").first.click()
        page.wait_for_load_state()
    if name == "statement":
        page.locator("[data-trace]").first.click()
        page.locator("tr.trace").wait_for()
