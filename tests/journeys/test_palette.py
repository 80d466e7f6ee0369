"""The command palette and the search field by keyboard alone, on the demo data."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.fixtures.browser import DESKTOP, PHONE, Visit
from tests.fixtures.installations import DEMO_PASSWORD, Installation

pytestmark = pytest.mark.browser


def test_the_palette_opens_an_order_by_keys_alone(demo_installation: Installation, visit: Visit) -> None:
    gold = visit(DESKTOP)
    gold.log_in(demo_installation.url, "gold@demo.example", DEMO_PASSWORD)
    palette = gold.page.locator("#palette")
    gold.page.keyboard.press("Control+k")
    expect(palette.get_by_role("option").first).to_be_visible()
    assert gold.violations() == []
    gold.page.keyboard.type("rate")
    gold.page.keyboard.press("Escape")
    expect(palette).to_be_hidden()
    gold.page.keyboard.press("Meta+k")
    gold.page.keyboard.type("IO-2614")
    order = palette.get_by_role("option", name=re.compile("^IO-2614"))
    expect(order).to_be_visible()
    expect(order).to_have_attribute("aria-selected", "true")
    gold.page.keyboard.press("ArrowDown")
    expect(palette.get_by_role("option", name="Search every page")).to_have_attribute("aria-selected", "true")
    gold.page.keyboard.press("ArrowUp")
    assert palette.locator("input").get_attribute("aria-activedescendant") == order.get_attribute("id")
    gold.page.keyboard.press("Enter")
    gold.page.wait_for_url("**/orders/IO-2614")


def test_the_palette_and_the_search_field_work_on_a_phone(
    demo_installation: Installation, visit: Visit
) -> None:
    gold = visit(PHONE)
    gold.log_in(demo_installation.url, "gold@demo.example", DEMO_PASSWORD)
    gold.page.get_by_role("link", name="Find anything").locator("visible=true").click()
    gold.page.locator("#palette input").fill("orchard")
    expect(gold.page.locator("#palette").get_by_role("option").first).to_contain_text("Orchard Row")
    assert gold.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert gold.violations() == []
    gold.page.keyboard.press("Escape")
    gold.page.goto(f"{demo_installation.url}/library?q=breakfast")
    suggested = gold.page.locator("#suggestions").get_by_role("option")
    recent = gold.page.locator("#suggestions").get_by_role("option", name="breakfast")
    # the worker remembers a search soon after it, and the field asks once each time that it is entered
    for _ in range(30):
        gold.page.goto(f"{demo_installation.url}/library")
        gold.page.focus("#words")
        expect(suggested.first).to_be_visible()
        if recent.is_visible():
            break
    expect(recent).to_be_visible()
    assert gold.violations() == []
    for _ in range(suggested.count()):
        gold.page.keyboard.press("ArrowDown")
        if recent.get_attribute("aria-selected") == "true":
            break
    gold.page.keyboard.press("Enter")
    gold.page.wait_for_url("**/library?q=breakfast")
