"""What hand and eye need on phones and tablets: lines that hold together, figures named and whole."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page

from tests.fixtures.browser import PHONE, Visit
from tests.fixtures.installations import DEMO_PASSWORD, Installation

pytestmark = pytest.mark.browser
TABLET = (800, 1000)

# the texts of elements whose lines are more than one, by the rectangles that their words fill
BROKEN = """parts => parts.filter(part => part.offsetParent).filter(part => {
  const range = document.createRange();
  range.selectNodeContents(part);
  return new Set([...range.getClientRects()].map(box => Math.round(box.bottom))).size > 1;
}).map(part => part.textContent)"""

# the first sign of each line of a note
STARTS = """notes => notes.flatMap(note => {
  const walker = document.createTreeWalker(note, NodeFilter.SHOW_TEXT), range = document.createRange();
  const found = [];
  let bottom = 0;
  for (let text = walker.nextNode(); text; text = walker.nextNode())
    for (let at = 0; at < text.length; at++) {
      if (!text.data[at].trim()) continue;
      range.setStart(text, at);
      range.setEnd(text, at + 1);
      const box = range.getBoundingClientRect();
      if (box.height && box.top > bottom - 2) found.push(text.data[at]);
      bottom = Math.max(bottom, box.bottom);
    }
  return found;
})"""


def on_phone(portal: Installation, visit: Visit, address: str, who: str = "gold") -> Page:
    visitor = visit(PHONE)
    visitor.log_in(portal.url, f"{who}@demo.example", DEMO_PASSWORD)
    visitor.page.goto(portal.url + address)
    return visitor.page


def widths(parts: Locator) -> list[int]:
    return [round(box["width"]) for part in parts.all() if (box := part.bounding_box())]


@pytest.mark.parametrize(
    ("who", "address", "numbers"),
    [("gold", "/statements", "td[data-at=b1]"), ("finance", "/payouts", "[href^='/payouts/']")],
)
def test_a_number_stands_on_one_line(
    demo_installation: Installation, visit: Visit, who: str, address: str, numbers: str
) -> None:
    page = on_phone(demo_installation, visit, address, who)
    assert page.locator(f"main tbody {numbers}").evaluate_all(BROKEN) == []


@pytest.mark.parametrize("address", ["/", "/library/changes"])
def test_no_line_of_a_note_begins_with_its_dot(
    demo_installation: Installation, visit: Visit, address: str
) -> None:
    page = on_phone(demo_installation, visit, address)
    assert "·" not in page.locator(".mg-rows .m").evaluate_all(STARTS)


def test_a_short_title_leaves_room_for_its_button(demo_installation: Installation, visit: Visit) -> None:
    page = on_phone(demo_installation, visit, "/accounts")
    title, button = page.locator("h1").bounding_box(), page.locator(".mg-head .btn").bounding_box()
    assert title is not None
    assert button is not None
    assert button["y"] < title["y"] + title["height"]


@pytest.mark.parametrize("address", ["/library/orchard-row-grocers", "/library/changes"])
def test_the_buttons_of_a_head_fill_their_row(
    demo_installation: Installation, visit: Visit, address: str
) -> None:
    page = on_phone(demo_installation, visit, address)
    rows: dict[int, int] = {}
    for button in page.locator(".mg-head .end .btn:visible").all():
        if box := button.bounding_box():
            top = round(box["y"])
            rows[top] = max(rows.get(top, 0), round(box["x"] + box["width"]))
    assert set(rows.values()) == {344}


def test_each_day_of_a_trace_is_as_wide(demo_installation: Installation, visit: Visit) -> None:
    page = on_phone(demo_installation, visit, "/statements")
    page.locator("main tbody a[href^='/statements/']").first.click()
    page.locator("[data-trace]").first.click()
    page.locator("tr.trace .days").wait_for()
    days = widths(page.locator(".days > span"))
    assert max(days) - min(days) <= 1


def test_figures_of_missing_days_say_what_they_are(demo_installation: Installation, visit: Visit) -> None:
    page = on_phone(demo_installation, visit, "/exceptions?kind=missing_days", "finance")
    names = page.locator("tbody [data-at=a2], tbody [data-at=b2]").evaluate_all(
        "cells => [...new Set(cells.map(cell => cell.dataset.k))]"
    )
    assert names == ["Missing", "Days in flight"]


@pytest.mark.parametrize(
    ("who", "address", "whole"),
    [
        ("gold", "/", ".mg-money .v"),
        ("gold", "statement", ".stmt tfoot .num"),
        ("finance", "/exceptions", ".exq .btn"),
    ],
)
def test_on_a_tablet_sums_and_buttons_are_whole(
    demo_installation: Installation, visit: Visit, who: str, address: str, whole: str
) -> None:
    visitor = visit(TABLET)
    visitor.log_in(demo_installation.url, f"{who}@demo.example", DEMO_PASSWORD)
    visitor.page.goto(demo_installation.url + (address if address != "statement" else "/statements"))
    if address == "statement":
        visitor.page.locator("main tbody a[href^='/statements/']").first.click()
        visitor.page.locator("table.stmt").wait_for()
    parts = visitor.page.locator(f"main {whole}")
    assert parts.evaluate_all(BROKEN) == []
    assert (
        parts.evaluate_all("parts => Math.max(...parts.map(part => part.getBoundingClientRect().right))")
        <= 776
    )
