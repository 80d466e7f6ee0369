"""Fingers, pointers and keys where a plain click does not reach: pages, films and the order of a playbook."""

from __future__ import annotations

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.fixtures.browser import DESKTOP, PHONE, Visit, Visitor, expect_page
from tests.fixtures.installations import DEMO_PASSWORD, Installation

pytestmark = pytest.mark.browser
STUDY, FILM, WORDS = "orchard-row-grocers", "inside-a-live-read", "glossary"
Point = tuple[float, float]


def at(portal: Installation, gold: Visitor, address: str) -> Visitor:
    """A partner who is logged in, there."""
    gold.log_in(portal.url, "gold@demo.example", DEMO_PASSWORD)
    gold.page.goto(portal.url + address)
    return gold


def fingers(touch: CDPSession, *paths: tuple[Point, Point]) -> None:
    """Each finger goes from where it is put to where it is lifted, in five steps."""

    def places(step: int) -> list[dict[str, float]]:
        return [
            {"x": x + (to_x - x) * step / 5, "y": y + (to_y - y) * step / 5, "id": number}
            for number, ((x, y), (to_x, to_y)) in enumerate(paths)
        ]

    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": places(0)})
    for step in range(1, 6):
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": places(step)})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def sheet_width(page: Page) -> float:
    box = page.locator(".v-page:visible [data-sheet]").bounding_box()
    assert box is not None
    return box["width"]


def test_a_finger_turns_the_page_and_two_make_it_larger(
    demo_installation: Installation, visit: Visit
) -> None:
    gold = at(demo_installation, visit(PHONE), f"/library/{STUDY}/view")
    page = gold.page
    expect(page.locator("[data-page='2'] img")).to_be_attached()
    touch = gold.context.new_cdp_session(page)
    fingers(touch, ((300, 300), (60, 310)))
    expect(page.locator("[data-page='2']")).to_be_visible()
    fingers(touch, ((60, 300), (300, 310)))
    expect(page.locator("[data-page='1']")).to_be_visible()
    fingers(touch, ((180, 420), (200, 300)))
    expect_page(page, "1")
    fitting = sheet_width(page)
    fingers(touch, ((160, 300), (100, 300)), ((200, 300), (260, 300)))
    expect(page.locator(".v-stage.is-zoomed")).to_be_visible()
    larger = sheet_width(page)
    assert larger > 2 * fitting
    fingers(touch, ((300, 300), (60, 310)))
    expect_page(page, "1")
    # the address bar of a phone comes and goes, and so does its keyboard
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1] - 56})
    page.wait_for_timeout(200)
    assert sheet_width(page) == pytest.approx(larger, abs=1)
    fingers(touch, ((60, 300), (175, 300)), ((300, 300), (185, 300)))
    expect(page.locator(".v-stage.is-zoomed")).to_have_count(0)
    assert sheet_width(page) == pytest.approx(fitting, abs=1)


def test_a_page_that_is_enlarged_is_moved_by_the_arrow_keys_and_presenting_is_stopped_by_its_button(
    demo_installation: Installation, visit: Visit
) -> None:
    gold = at(demo_installation, visit(DESKTOP), f"/library/{STUDY}/view#page=3")
    page = gold.page
    paper = page.locator("[data-paper]")
    expect(page.locator("[data-page='3']")).to_be_visible()
    for _ in range(5):
        page.press("body", "+")
    page.press("body", "ArrowRight")
    page.press("body", "ArrowDown")
    expect_page(page, "3")
    assert paper.evaluate("paper => paper.scrollLeft > 0 && paper.scrollTop > 0")
    page.press("body", "PageDown")
    expect_page(page, "4")
    page.press("body", "0")
    page.press("body", "ArrowLeft")
    expect_page(page, "3")
    page.press("body", "p")
    page.get_by_role("button", name="Stop presenting").press("Enter")
    expect(page.locator(".v-stage.is-presenting")).to_have_count(0)
    expect_page(page, "3")


def test_what_is_said_in_a_film_follows_it_and_leads_to_its_moment(
    demo_installation: Installation, visit: Visit
) -> None:
    gold = at(demo_installation, visit(PHONE), f"/library/{FILM}/view")
    page = gold.page
    page.get_by_role("tab", name="Transcript").click()
    lines = page.locator("[data-transcript] [data-from]")
    page.evaluate("scrollTo(0, 0)")
    last = lines.last
    last.evaluate("line => line.click()")
    film = page.locator("[data-player]")
    begin = int(last.get_attribute("data-from") or 0) / 1000
    assert film.evaluate("film => film.currentTime") == pytest.approx(begin, abs=0.1)
    expect(last).to_have_attribute("aria-current", "true")
    # who watches is not taken away from the film
    assert page.evaluate("scrollY") < 20
    field = page.get_by_label("Find in what is said")
    field.fill("brief")
    shown = page.locator("[data-transcript] li:visible")
    expect(page.locator("[data-transcript] mark").first).to_be_visible()
    assert 0 < shown.count() < lines.count()
    expect(page.locator("[data-found]")).to_contain_text(f"Found: {shown.count()}")
    field.fill("zebra")
    expect(page.locator("[data-found]")).to_contain_text("Nothing found")
    assert gold.violations() == []


def titles(page: Page) -> list[str]:
    return page.locator("[data-item] .co-what > p").all_inner_texts()


def test_a_playbook_is_ordered_by_dragging_and_by_keys(demo_installation: Installation, visit: Visit) -> None:
    gold = at(demo_installation, visit(DESKTOP), "/collections")
    page = gold.page
    page.locator(".co-cards li:has-text('Tidewell') a.title").first.click()
    page.get_by_role("link", name="Arrange").click()
    first, second, *others = titles(page)
    grips, rows = page.locator("[data-grip]"), page.locator("[data-item]")
    with page.expect_response("**/order"):
        grips.nth(1).drag_to(rows.nth(0), target_position={"x": 20, "y": 4})
    expect(rows.first).to_contain_text(second)
    page.reload()
    assert titles(page) == [second, first, *others]
    # what is let go by Escape lies where it lay
    grips.nth(1).hover()
    page.mouse.down()
    place = rows.nth(0).bounding_box()
    assert place is not None
    page.mouse.move(place["x"] + 20, place["y"] + 6, steps=4)
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(rows.first).to_contain_text(second)
    page.reload()
    assert titles(page) == [second, first, *others]
    page.get_by_role("button", name=f"Move {second} down").press("Enter")
    expect(rows.first).to_contain_text(first)
    expect(page.get_by_role("button", name=f"Move {second} down")).to_be_focused()
    expect(page.locator("#arranged [role=status]")).to_contain_text(second)
    assert gold.violations() == []


def test_words_without_a_picture_become_larger_too(demo_installation: Installation, visit: Visit) -> None:
    gold = at(demo_installation, visit(PHONE), f"/library/{WORDS}/view")
    page = gold.page
    words = page.locator(".v-page:visible .v-words")
    expect(words).not_to_be_empty()
    expect(words).to_have_css("font-size", "14px")
    page.press("body", "+")
    expect(words).to_have_css("font-size", "17.5px")
    box = words.bounding_box()
    assert box is not None
    assert box["width"] <= PHONE[0]
    page.press("body", "0")
    expect(words).to_have_css("font-size", "14px")
    middle = words.bounding_box()
    assert middle is not None
    height = min(middle["y"] + 60, PHONE[1] - 40)
    touch = gold.context.new_cdp_session(page)
    fingers(touch, ((160, height), (120, height)), ((200, height), (240, height)))
    expect(words).to_have_css("font-size", "42px")


def test_the_last_place_of_a_long_side_bar_is_reached_beside_a_long_page(
    demo_installation: Installation, visit: Visit
) -> None:
    admin = visit(DESKTOP)
    admin.log_in(demo_installation.url, "admin@demo.example", DEMO_PASSWORD)
    admin.page.goto(f"{demo_installation.url}/reports/usage")
    admin.page.locator(".mg-side").hover(position={"x": 100, "y": 300})
    admin.page.mouse.wheel(0, 3000)
    expect(admin.page.locator(".mg-side").get_by_role("link", name="Audit trail")).to_be_in_viewport()
