"""The viewer and the usage reports in a real browser, on the demo data."""

from __future__ import annotations

import csv
import io

import pytest
from playwright.sync_api import expect

from tests.fixtures.browser import PHONE, Visit, Visitor, expect_page
from tests.fixtures.installations import DEMO_PASSWORD, Installation

pytestmark = pytest.mark.browser
STUDY = "orchard-row-grocers"
FILM = "inside-a-live-read"


def enter(portal: Installation, visit: Visit, who: str, *size: tuple[int, int]) -> Visitor:
    visitor = visit(*size)
    visitor.log_in(portal.url, f"{who}@demo.example", DEMO_PASSWORD)
    return visitor


def who(portal: Installation, brand: Visitor) -> list[dict[str, str]]:
    answer = brand.page.request.get(f"{portal.url}/reports/usage/{STUDY}/who.csv?range=7d")
    return list(csv.DictReader(io.StringIO(answer.text())))


def test_pages_turn_by_address_key_and_strip(demo_installation: Installation, visit: Visit) -> None:
    gold = enter(demo_installation, visit, "gold")
    gold.page.goto(f"{demo_installation.url}/library/{STUDY}/view?q=morning+drive#page=3")
    expect_page(gold.page, "3")
    expect(gold.page.locator("[data-hits]")).to_contain_text("hits")
    gold.page.press("body", "ArrowRight")
    expect_page(gold.page, "4")
    gold.page.press("body", "ArrowLeft")
    assert gold.page.url.endswith("#page=3")
    gold.page.locator(".v-strip a").nth(5).click()
    expect_page(gold.page, "6")
    expect(gold.page.locator("[data-page='6'] [data-words]")).not_to_be_empty()
    gold.page.press(".v-strip [aria-current]", "ArrowDown")
    expect_page(gold.page, "7")
    expect(gold.page.locator(".v-strip a:focus")).to_contain_text("7")
    gold.page.keyboard.press("Tab")
    expect(gold.page.get_by_label("Find in this document")).to_be_focused()
    assert gold.violations() == []


def test_found_words_are_marked_on_the_page_and_stepped_through(
    demo_installation: Installation, visit: Visit
) -> None:
    gold = enter(demo_installation, visit, "gold")
    gold.page.goto(f"{demo_installation.url}/library/{STUDY}/view#page=3")
    gold.page.press("body", "/")
    gold.page.keyboard.type("recall")
    gold.page.keyboard.press("Enter")
    marks = gold.page.locator("[data-page='3'] .v-mark")
    expect(marks.first).to_have_class("v-mark is-here")
    for _ in range(marks.count()):
        gold.page.keyboard.press("Enter")
    expect(gold.page.locator(".v-mark.is-here")).to_be_visible()
    expect(gold.page.locator("[data-current-page]")).not_to_have_attribute("data-current-page", "3")
    gold.page.keyboard.press("Escape")
    expect(gold.page.locator(".v-mark")).to_have_count(0)
    gold.page.press("body", "?")
    expect(gold.page.get_by_role("dialog", name="Keys")).to_be_visible()
    assert gold.violations() == []


def test_a_hit_opens_at_its_page_with_the_words_marked_that_were_meant(
    demo_installation: Installation, visit: Visit
) -> None:
    gold = enter(demo_installation, visit, "gold", PHONE)
    page = gold.page
    page.goto(f"{demo_installation.url}/library")
    page.fill("#words", "groceres")
    page.press("#words", "Enter")
    page.locator(f"a[href^='/library/{STUDY}/view#page=']").first.click()
    expect(page.locator(".v-page:visible .v-mark").first).to_be_visible()
    assert gold.violations() == []
    # a page that is enlarged widens only itself, or a phone would shrink all that is around it
    sheet = page.locator(".v-page:visible [data-sheet]").bounding_box()
    assert sheet is not None
    for _ in range(2):
        page.touchscreen.tap(sheet["x"] + 40, sheet["y"] + 40)
    expect(page.locator(".v-stage.is-zoomed")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
    page.get_by_role("tab", name="Text").click()
    expect(page.get_by_role("button", name="Copy")).to_be_in_viewport()


def test_a_page_that_the_portal_does_not_answer_for_is_no_blank_one(
    demo_installation: Installation, visit: Visit
) -> None:
    gold = enter(demo_installation, visit, "gold", PHONE)
    page = gold.page
    page.goto(f"{demo_installation.url}/library/{STUDY}/view")
    expect(page.locator("[data-page='2'] img")).to_be_attached()
    gold.context.set_offline(True)
    page.press("body", "End")
    lost = page.get_by_role("alert").filter(has_text="This cannot be shown")
    expect(lost).to_be_visible()
    page.get_by_label("Find in this document").fill("recall")
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    expect(page.locator("[data-hits]")).not_to_contain_text("Nothing found")
    gold.context.set_offline(False)
    page.keyboard.press("Enter")
    expect(page.locator("[data-hits]")).to_contain_text("hits")
    expect(page.locator(".v-page:visible .v-mark").first).to_be_visible()
    expect(lost).to_be_hidden()
    page.locator("[data-paper]").press("End")
    page.wait_for_function("document.querySelector('[data-page=\"8\"] img').naturalWidth > 0")
    assert gold.violations() == []


def test_what_is_presented_on_a_phone_is_noted_with_its_buyer(
    demo_installation: Installation, visit: Visit
) -> None:
    gold = enter(demo_installation, visit, "gold", PHONE)
    gold.page.goto(f"{demo_installation.url}/library/{STUDY}/view")
    gold.page.get_by_role("button", name="Present").click()
    stage = gold.page.locator(".v-stage.is-presenting")
    stage.click(position={"x": 300, "y": 300})
    expect_page(gold.page, "2")
    gold.page.wait_for_timeout(2_200)
    gold.page.get_by_role("button", name="Stop presenting").click()
    gold.page.get_by_label("Account").fill("Sundial Bakery")
    assert gold.violations() == []
    gold.page.get_by_role("button", name="Note it").click()
    expect(gold.page.get_by_text("It stands in the time line of Sundial Bakery.")).to_be_visible()
    # back where the presentation ended
    expect_page(gold.page, "2")
    gold.page.goto(f"{demo_installation.url}/accounts?q=Sundial")
    gold.page.get_by_role("link", name="Sundial Bakery").click()
    expect(gold.page.get_by_text("pages 1\N{EN DASH}2")).to_be_visible()


def test_the_time_on_each_page_reaches_the_report(demo_installation: Installation, visit: Visit) -> None:
    gold, brand = enter(demo_installation, visit, "gold"), enter(demo_installation, visit, "brand")
    gold.page.goto(f"{demo_installation.url}/library/{STUDY}/view#page=2")
    gold.page.wait_for_timeout(3_500)
    gold.page.press("body", "ArrowRight")
    gold.page.wait_for_timeout(2_500)
    gold.page.goto(f"{demo_installation.url}/library")
    gold.page.wait_for_timeout(500)
    latest = next(row for row in who(demo_installation, brand) if row["what"] == "viewing")
    assert 5 <= int(latest["seconds"]) <= 9
    assert latest["pages_read"] == "2"


def test_a_page_that_nobody_touches_is_not_a_view(demo_installation: Installation, visit: Visit) -> None:
    gold, brand = enter(demo_installation, visit, "silver"), enter(demo_installation, visit, "brand")
    before = len(who(demo_installation, brand))
    gold.page.goto(f"{demo_installation.url}/library/{STUDY}/view")
    gold.page.wait_for_timeout(1_500)
    gold.page.goto("about:blank")
    brand.page.wait_for_timeout(500)
    assert len(who(demo_installation, brand)) == before


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_reports_are_drawn_and_open_to_everyone(
    scheme: str, demo_installation: Installation, visit: Visit
) -> None:
    brand = visit((1440, 900), color_scheme=scheme)
    brand.log_in(demo_installation.url, "brand@demo.example", DEMO_PASSWORD)
    for address in ("/reports/usage", f"/reports/usage/{STUDY}?range=quarter", "/reports/unused?show=idle"):
        brand.page.goto(f"{demo_installation.url}{address}")
        assert brand.violations() == []
    brand.page.goto(f"{demo_installation.url}/reports/usage")
    expect(brand.page.locator("[data-chart] canvas")).to_be_visible()
    brand.page.get_by_text("Show as table").click()
    expect(brand.page.get_by_role("columnheader", name="Active time")).to_be_visible()


@pytest.mark.parametrize(
    "address", ["/reports/usage", f"/reports/usage/{STUDY}", "/reports/unused", f"/library/{STUDY}/view"]
)
def test_nothing_scrolls_sideways_on_a_phone(
    address: str, demo_installation: Installation, visit: Visit
) -> None:
    brand = enter(demo_installation, visit, "brand", PHONE)
    brand.page.goto(f"{demo_installation.url}{address}")
    brand.page.wait_for_timeout(500)
    assert brand.page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    assert brand.violations() == []


def played_parts(portal: Installation, brand: Visitor) -> list[int]:
    answer = brand.page.request.get(f"{portal.url}/reports/usage/{FILM}/played.csv?range=7d")
    return [int(row["views"]) for row in csv.DictReader(io.StringIO(answer.text()))]


def test_what_is_played_of_a_film_stands_in_its_report_as_a_strip_and_as_a_table(
    demo_installation: Installation, visit: Visit
) -> None:
    gold, brand = (enter(demo_installation, visit, name) for name in ("gold", "brand"))
    before = played_parts(demo_installation, brand)
    gold.page.goto(f"{demo_installation.url}/library/{FILM}/view")
    gold.page.mouse.move(300, 300)
    with gold.page.expect_response(
        lambda answer: "/usage/beats" in answer.url and '"spans":[[' in (answer.request.post_data or "")
    ):
        gold.page.evaluate(
            "() => { const p = document.querySelector('[data-player]'); p.muted = true; p.play(); }"
        )
        gold.page.mouse.move(310, 320)
    after = played_parts(demo_installation, brand)
    assert after[0] == before[0] + 1
    assert after[-1] == before[-1]
    brand.page.goto(f"{demo_installation.url}/reports/usage/{FILM}?range=7d")
    expect(brand.page.get_by_role("img", name="Views of each part")).to_be_visible()
    brand.page.locator("#played summary").click()
    expect(brand.page.locator("#played tbody tr")).to_have_count(40)
    assert brand.violations() == []
