"""The story that must work: from a published case study to a commission statement."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from partners.people import NewPerson
from portal.kernel.identity import Role
from tests.fixtures.browser import PHONE, Visit, Visitor
from tests.fixtures.installations import Installation
from tests.journeys.story_files import PHRASE, Months, Trade, case_study, deck

pytestmark = pytest.mark.browser
PASSWORD = "a long enough password"
PEOPLE = {
    "brand": ("bea@brand.example", Role.BRAND, "BRAND"),
    "finance": ("finn@brand.example", Role.FINANCE, "BRAND"),
    "approver": ("avery@brand.example", Role.FINANCE_APPROVER, "BRAND"),
    "gold": ("gwen@tidewell.example", Role.PARTNER, "TIDE"),
    "silver": ("sota@minato.example", Role.PARTNER, "MINATO"),
}
READ_MS = 120_000


@dataclass(frozen=True, slots=True)
class Stage:
    """The portal, its people's browsers, and the files that they bring."""

    portal: Installation
    enter: Callable[..., Visitor]
    folder: Path
    trade: Trade
    months: Months

    def address(self, path: str) -> str:
        return f"{self.portal.url}{path}"


@pytest.fixture
def stage(installation: Installation, visit: Visit, tmp_path: Path) -> Stage:
    months = Months.before(datetime.now(UTC).date())
    trade = Trade(tmp_path, months)
    installation.flask("partners", "import", str(trade.partners()))
    installation.add_people(
        *(
            NewPerson(email, role, organisation_ref=organisation, password=PASSWORD)
            for email, role, organisation in PEOPLE.values()
        )
    )

    def enter(who: str, *size: tuple[int, int]) -> Visitor:
        visitor = visit(*size)
        visitor.log_in(installation.url, PEOPLE[who][0], PASSWORD)
        return visitor

    return Stage(installation, enter, tmp_path, trade, months)


def test_from_a_published_case_study_to_a_commission_statement(stage: Stage) -> None:
    study = _publish_for_gold(stage)
    _find_at_its_page_or_not_at_all(stage, study)
    _read_and_report(stage, study)
    _import_and_accrue(stage)
    statement = _close_and_correct(stage)
    _follow_a_line_to_its_proof(stage, statement)
    _log_a_call_with_what_was_shown(stage)


def _publish_for_gold(stage: Stage) -> str:
    """Step 1. The address of the case study."""
    brand = stage.enter("brand")
    study = _upload(stage, brand, case_study(stage.folder), "Orchard Row: heard in spring", "case_study")
    _upload(stage, brand, deck(stage.folder), "Summer packages", "deck")
    brand.page.goto(stage.address("/content"))
    expect(brand.page.get_by_role("link", name="Summer packages")).to_be_visible()
    return study


def _upload(stage: Stage, brand: Visitor, file: Path, title: str, kind: str) -> str:
    page = brand.page
    page.goto(stage.address("/library/new"))
    page.set_input_files("#file", file)
    page.fill("#title", title)
    page.select_option("#kind", kind)
    page.check("input[name=audience][value='tier:gold']")
    page.check("input[name=stage][value=evaluate]")
    for name, value in (("persona", "Marketing lead"), ("industry", "Grocery"), ("product", "Radio")):
        page.fill(f"input[name={name}]:not([type=checkbox])", value)
    page.fill("#review_on", "2030-01-31")
    assert brand.violations() == []
    page.get_by_role("button", name="Upload", exact=True).click()
    page.wait_for_url(re.compile(r"/library/(?!new)[^/]+$"))
    page.get_by_role("button", name="Publish").click(timeout=READ_MS)
    expect(page.get_by_text("Published", exact=True).first).to_be_visible()
    assert brand.violations() == []
    return page.url


def _find_at_its_page_or_not_at_all(stage: Stage, study: str) -> None:
    """Step 2."""
    gold, silver = stage.enter("gold"), stage.enter("silver")
    gold.page.goto(stage.address("/library"))
    gold.page.fill("[data-find]", f'"{PHRASE}"')
    gold.page.press("[data-find]", "Enter")
    expect(gold.page.get_by_text("1 result")).to_be_visible(timeout=READ_MS)
    gold.page.get_by_role("link", name="Orchard Row: heard in spring").first.click()
    expect(gold.page.locator("[data-current-page]")).to_have_attribute("data-current-page", "3")
    gold.page.press("body", "ArrowLeft")
    expect(gold.page.locator("[data-current-page]")).to_have_attribute("data-current-page", "2")
    silver.page.goto(stage.address(f"/library?q={PHRASE}"))
    expect(silver.page.get_by_text("0 results")).to_be_visible()
    for path in ("", "/view", "/thumbnail", "/download"):
        assert gold.page.request.get(f"{study}{path}").status == 200, path
        assert silver.page.request.get(f"{study}{path}").status == 404, path
    for picture in gold.page.locator("[data-page] img").all():
        address = stage.address(str(picture.get_attribute("src")))
        assert gold.page.request.get(address).status == 200
        assert silver.page.request.get(address).status == 404


def _read_and_report(stage: Stage, study: str) -> None:
    """Step 3: two pages are read for a while, the file is downloaded, and the brand sees both."""
    ref = study.rpartition("/")[2]
    gold = stage.enter("gold")
    gold.page.goto(f"{study}/view")
    gold.page.wait_for_timeout(2_500)
    gold.page.press("body", "ArrowRight")
    gold.page.wait_for_timeout(2_500)
    with gold.page.expect_download() as download:
        gold.page.get_by_role("link", name="Download").first.click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
    gold.page.goto(stage.address("/library"))

    brand = stage.enter("brand")
    brand.page.goto(stage.address(f"/reports/usage/{ref}"))
    expect(brand.page.locator("#who")).to_contain_text("gwen")
    expect(brand.page.locator("#who")).to_contain_text(re.compile("downloaded", re.IGNORECASE))
    assert brand.violations() == []
    brand.page.goto(stage.address("/reports/unused"))
    expect(brand.page.get_by_role("link", name="Summer packages")).to_be_visible()
    expect(brand.page.get_by_role("link", name="Orchard Row: heard in spring")).to_have_count(0)


def _import_and_accrue(stage: Stage) -> None:
    """Step 4: all but the unknown line accrues."""
    finance = stage.enter("finance")
    # by the browser a plan waits for a second person, which has its own test
    stage.portal.flask("plans", "import", str(stage.trade.plan()))
    for kind, file in (
        ("orders", stage.trade.orders()),
        ("deliveries", stage.trade.deliveries()),
        ("invoices", stage.trade.invoices()),
    ):
        _import(stage, finance, kind, file)
    finance.page.goto(stage.address("/exceptions"))
    expect(finance.page.get_by_role("row", name="GHOST")).to_be_visible()
    stage.portal.flask("commissions", "accrue")
    _import(stage, finance, "deliveries", stage.trade.restatement(80, revision=2))
    stage.portal.flask("commissions", "accrue")
    finance.page.goto(stage.address("/exceptions"))
    finance.page.get_by_role("button", name="Dismiss").first.click()
    finance.page.fill("input[name=note]", "The station counted a spot of somebody else.")
    finance.page.locator(".mg-ask").get_by_role("button", name="Dismiss").click()
    expect(finance.page.get_by_role("row", name="GHOST")).to_have_count(0)


def _import(stage: Stage, finance: Visitor, kind: str, file: Path) -> None:
    page = finance.page
    page.goto(stage.address("/imports"))
    page.select_option("#kind", kind)
    page.set_input_files("#file", file)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.locator("[aria-live=polite] h2, [role=alert]").first).to_contain_text("read")
    assert page.get_by_text("Nothing was written").count() == 0


def _close_and_correct(stage: Stage) -> str:
    """Step 5: two people close a month; what is learned later stands on the next statement."""
    first, second = stage.months.refs
    _close(stage, first)
    stated = {row["partner_ref"]: row for row in _export(stage, first, "statements.csv")}
    assert {ref: row["earned"] for ref, row in stated.items()} == {"TIDE": "425.00", "MINATO": "10000"}
    statement = stated["TIDE"]["statement"]
    stage.portal.flask("deliveries", "import", str(stage.trade.restatement(70, revision=3)))
    stage.portal.flask("commissions", "accrue")
    _close(stage, second)
    corrections = [
        (row["line_ref"], row["amount"], row["corrects"])
        for row in _export(stage, second, "statement_lines.csv")
        if row["kind"] == "prior_period"
    ]
    assert corrections == [("IO-1-1", "-42.50", statement)]
    stage.portal.flask("commissions", "check")
    return statement


def _close(stage: Stage, month: str) -> None:
    finance, approver = stage.enter("finance"), stage.enter("approver")
    finance.page.goto(stage.address(f"/months/{month}"))
    assert finance.violations() == []
    finance.page.get_by_role("button", name="Send to review").first.click()
    finance.page.locator(".mg-ask").get_by_role("button", name="Send to review").click()
    expect(finance.page.get_by_text("A second person closes it").first).to_be_visible()
    approver.page.goto(stage.address(f"/months/{month}"))
    approver.page.get_by_role("link", name="Look at the statements and close").click()
    approver.page.get_by_role("button", name=re.compile("^Close ")).click()
    approver.page.locator(".mg-ask").get_by_role("button", name="Close").click()
    expect(approver.page.get_by_text("The month is closed").first).to_be_visible()


def _export(stage: Stage, month: str, name: str) -> list[dict[str, str]]:
    """The rows of one of the files, once the control file has proved all of them."""
    folder = stage.folder / month
    stage.portal.flask("commissions", "export", month, "--out", str(folder))
    control = json.loads((folder / "control.json").read_text(encoding="utf-8"))
    for file, told in control["files"].items():
        assert hashlib.sha256((folder / file).read_bytes()).hexdigest() == told["sha256"]
    assert any(path.read_bytes().startswith(b"%PDF") for path in folder.glob("*.pdf"))
    with (folder / name).open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def _follow_a_line_to_its_proof(stage: Stage, statement: str) -> None:
    """Step 6."""
    gold, silver = stage.enter("gold"), stage.enter("silver")
    gold.page.goto(stage.address("/statements"))
    gold.page.get_by_role("link", name=re.compile(r"20\d\d")).last.click()
    expect(gold.page.get_by_text(statement).first).to_be_visible()
    gold.page.get_by_role("button", name="Trace of IO-1-1").click()
    for word in ("IO-1", "WXYZ-FM", "INV-1", "standard-reseller", "340.00"):
        expect(gold.page.get_by_text(word).first).to_be_visible()
    assert gold.violations() == []
    answer = silver.page.goto(stage.address(f"/statements/{statement}"))
    assert answer is not None
    assert answer.status == 404


def _log_a_call_with_what_was_shown(stage: Stage) -> None:
    """Step 7, on a phone."""
    gold = stage.enter("gold", PHONE)
    page = gold.page
    page.goto(stage.address("/accounts/new"))
    page.fill("#name", "Orchard Row Grocers")
    page.get_by_role("button", name="Open account").click()
    page.get_by_role("link", name="Log interaction").first.click()
    page.check("input[name=kind][value=call]")
    page.fill("#people", "Dele Adeyinka")
    page.fill("#note", "Asked for the case study before the board meets.")
    page.get_by_label("Orchard Row: heard in spring").check()
    assert gold.violations() == []
    page.get_by_role("button", name="Log it").click()
    time_line = page.locator(".tl")
    for words in ("Call with Dele Adeyinka", "Orchard Row: heard in spring", "IO-1", "WXYZ-FM"):
        expect(time_line).to_contain_text(words)
    assert gold.violations() == []
