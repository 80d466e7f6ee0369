"""Finance without a mouse: questions take the focus, keep it and give it back, also where refused."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.fixtures.browser import Visit
from tests.fixtures.installations import DEMO_PASSWORD, Installation

pytestmark = pytest.mark.browser


def test_a_question_is_answered_by_keyboard_and_stays_open_where_it_is_refused(
    demo_installation: Installation, visit: Visit
) -> None:
    visitor = visit()
    page = visitor.page
    visitor.log_in(demo_installation.url, "approver@demo.example", DEMO_PASSWORD)
    page.goto(f"{demo_installation.url}/approvals?kind=payee")
    page.get_by_role("link", name="Open: Pay").first.click()
    page.get_by_role("button", name="Approve").first.focus()
    page.keyboard.press("Enter")
    question = page.get_by_role("dialog", name="Approve this?")
    expect(question).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(question.get_by_role("button", name="Approve")).to_be_focused()
    page.keyboard.press("Tab")
    expect(question.get_by_label("Your password")).to_be_focused()
    page.keyboard.type("not my password")
    page.keyboard.press("Enter")
    expect(question.get_by_role("alert")).to_contain_text("This is not your password")
    expect(question.get_by_label("Your password")).to_have_value("not my password")
    page.keyboard.press("Escape")
    expect(question).to_be_hidden()
    expect(page.get_by_role("button", name="Approve").first).to_be_focused()


def test_a_form_that_comes_back_says_first_what_was_wrong_and_keeps_what_was_typed(
    demo_installation: Installation, visit: Visit
) -> None:
    visitor = visit()
    page = visitor.page
    visitor.log_in(demo_installation.url, "finance@demo.example", DEMO_PASSWORD)
    page.goto(f"{demo_installation.url}/adjustments/new")
    page.get_by_label("Partner").select_option("SALTMARSH")
    page.get_by_label("Amount").fill("12.345")
    page.get_by_label("Reason").fill("Goodwill")
    page.get_by_label("Amount").press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("USD has 2 decimals")
    expect(page.get_by_label("Reason")).to_have_value("Goodwill")


def test_a_row_of_a_plan_that_is_moved_or_added_keeps_the_focus(
    demo_installation: Installation, visit: Visit
) -> None:
    visitor = visit()
    page = visitor.page
    visitor.log_in(demo_installation.url, "finance@demo.example", DEMO_PASSWORD)
    page.goto(f"{demo_installation.url}/plans/gold-reseller/edit")
    page.get_by_role("button", name="Move base down").press("Enter")
    expect(page.get_by_role("button", name="Move base up")).to_be_focused()
    page.get_by_role("button", name="Another tier").press("Enter")
    expect(page.locator(".is-tier input:focus")).to_have_count(1)
    page.get_by_role("button", name="Remove base").press("Enter")
    expect(page.get_by_role("button", name="Remove volume")).to_be_focused()
