"""A file that is checked first stays chosen, with what was typed beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.fixtures.browser import Visit
from tests.fixtures.installations import DEMO_PASSWORD, Installation

pytestmark = pytest.mark.browser
ROWS = (
    "adjustment_ref,partner_ref,currency,amount,on,reason\nZ-1,SALTMARSH,USD,1.00,2026-01-05,Looked at only\n"
)


def test_a_checked_file_can_be_imported_without_choosing_it_again(
    demo_installation: Installation, visit: Visit, tmp_path: Path
) -> None:
    visitor = visit()
    page = visitor.page
    visitor.log_in(demo_installation.url, "finance@demo.example", DEMO_PASSWORD)
    page.goto(f"{demo_installation.url}/imports?kind=adjustments")
    file = tmp_path / "adjustments.csv"
    file.write_text(ROWS)
    page.set_input_files("input[name=file]", file)
    page.get_by_label("Reason").fill("As agreed in March")
    page.get_by_role("button", name="Only check").click()
    expect(page.get_by_text("Checked. Nothing was written.")).to_be_visible()
    expect(page.get_by_label("Reason")).to_have_value("As agreed in March")
    assert page.evaluate("document.querySelector('input[name=file]').files[0].name") == "adjustments.csv"
