"""The place of a partner's name on a page: dragged, moved by keys, typed; and what a partner then shows."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.fixtures.browser import PHONE, Visit
from tests.fixtures.installations import DEMO_PASSWORD, Installation

pytestmark = pytest.mark.browser
STUDY = "orchard-row-grocers"


@pytest.mark.parametrize("size", [(1440, 900), PHONE])
def test_the_brand_places_a_name_by_hand_and_by_keys(
    size: tuple[int, int], demo_installation: Installation, visit: Visit
) -> None:
    brand = visit(size)
    brand.log_in(demo_installation.url, "brand@demo.example", DEMO_PASSWORD)
    page = brand.page
    page.goto(f"{demo_installation.url}/library/{STUDY}/zone")
    left, width = page.locator("#x"), page.locator("#width")
    expect(left).to_have_value("46")
    page.locator("[data-zone-ground]").press("ArrowLeft")
    expect(left).to_have_value("45.5")
    page.locator("[data-zone-ground]").press("Shift+ArrowRight")
    expect(width).to_have_value("48.5")
    page.locator("[data-zone-box]").scroll_into_view_if_needed()
    box = page.locator("[data-zone-box]").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] - 300, box["y"] + 5, steps=4)
    page.mouse.up()
    expect(left).to_have_value("0")
    preview = page.locator("[data-zone-preview]")
    expect(preview).to_have_attribute("src", re.compile("x=0&"))
    expect(preview).not_to_have_class(re.compile("is-late"))
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert brand.violations() == []


def test_a_partner_presents_the_page_with_its_own_name(demo_installation: Installation, visit: Visit) -> None:
    gold = visit(PHONE)
    gold.log_in(demo_installation.url, "gold@demo.example", DEMO_PASSWORD)
    gold.page.goto(f"{demo_installation.url}/library/{STUDY}/view")
    gold.page.get_by_role("button", name="With our name").click()
    expect(gold.page.get_by_text("is ready.")).to_be_visible()
    assert gold.violations() == []
    gold.page.get_by_role("link", name="Show it").click()
    shown = gold.page.locator("[data-page='8'] img")
    expect(shown).to_have_attribute("src", re.compile("with-our-name/page$"))
    expect(shown).to_have_js_property("complete", value=True)
    assert shown.evaluate("(image) => image.naturalWidth") > 600
    with gold.page.expect_download() as saved:
        gold.page.get_by_role("link", name="Download with our name").click()
    assert saved.value.suggested_filename.endswith(".pdf")
    gold.page.goto(f"{demo_installation.url}/library/{STUDY}/view")
    expect(gold.page.get_by_role("link", name="With our name").locator("visible=true")).to_be_visible()
    running_over = "buttons => buttons.filter(one => one.scrollWidth > one.clientWidth).length"
    assert gold.page.locator(".v-acts .btn").evaluate_all(running_over) == 0
