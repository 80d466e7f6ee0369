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
