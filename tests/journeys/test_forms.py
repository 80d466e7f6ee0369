"""What is typed into a long form outlives a log-in that has run out, and nobody else sees it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from partners.people import NewPerson
from portal.kernel.identity import Role
from tests.factories import files
from tests.fixtures.browser import PHONE, Visit, Visitor
from tests.fixtures.installations import Installation

pytestmark = pytest.mark.browser
MARA, OWEN, LEONIE = "mara@tidewell.example", "owen@tidewell.example", "leonie@larkwell.example"
DRAFTS = "Object.keys(sessionStorage).filter(key => key.startsWith('draft:'))"
# of the button, once its form is on its way
NOTE_HOW_IT_LOOKS = """
document.addEventListener('submit', ({ target }) => setTimeout(() => {
  const button = target.querySelector('button:not([type=button])');
  sessionStorage.setItem('looked', getComputedStyle(button).pointerEvents);
}))
"""
PASSWORD = "a long enough password"
PARTNERS = "partner_ref,name,tier\nTIDEWELL,Tidewell Media,gold\n"


@pytest.fixture(scope="module")
def portal(shared_installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """With two people of a partner, and a brand manager who has an asset."""
    folder = tmp_path_factory.mktemp("forms")
    (folder / "partners.csv").write_text(PARTNERS)
    shared_installation.flask("partners", "import", str(folder / "partners.csv"))
    shared_installation.add_people(
        NewPerson(MARA, Role.PARTNER, organisation_ref="TIDEWELL", password=PASSWORD),
        NewPerson(OWEN, Role.PARTNER, organisation_ref="TIDEWELL", password=PASSWORD),
        NewPerson(LEONIE, Role.BRAND, password=PASSWORD),
    )
    (folder / "one.pdf").write_bytes(files.a_pdf("One"))
    (folder / "m.csv").write_text("ref,title,kind,file,audience\nONE,One page,one_pager,one.pdf,all\n")
    shared_installation.flask("content", "import", str(folder / "m.csv"), "--publish")
    return shared_installation


def open_account(visitor: Visitor, url: str, name: str) -> None:
    visitor.page.goto(f"{url}/accounts/new")
    visitor.page.fill("[name=name]", name)
    visitor.page.get_by_role("button", name="Open account").click()
    expect(visitor.page.get_by_role("heading", name=name)).to_be_visible()


def test_a_note_is_kept_over_an_expired_log_in(portal: Installation, visit: Visit) -> None:
    visitor = visit(PHONE)
    page = visitor.page
    visitor.log_in(portal.url, MARA, PASSWORD)
    open_account(visitor, portal.url, "Cobbler & Pine Furniture")
    page.get_by_role("link", name="Log interaction").first.click()
    page.fill("[name=people]", "Dele Adeyinka")
    page.fill("[name=note]", "Wants Thursdays and Saturdays.")
    visitor.context.clear_cookies()
    page.get_by_role("button", name="Log it").click()
    page.wait_for_url(lambda address: "/login?next=" in address)
    page.fill("input[name=email]", MARA)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    expect(page.locator("[name=note]")).to_have_value("Wants Thursdays and Saturdays.")
    expect(page.locator("[data-draft-note]")).to_be_visible()
    assert visitor.violations() == []
    page.get_by_role("button", name="Log it").click()
    expect(page.get_by_text("Call with Dele Adeyinka")).to_be_visible()
    assert page.evaluate(DRAFTS) == []
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Taken back.")).to_be_visible()


def test_who_logs_in_after_somebody_else_does_not_see_their_draft(portal: Installation, visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    visitor.log_in(portal.url, MARA, PASSWORD)
    page.goto(f"{portal.url}/accounts/new")
    page.fill("[name=name]", "A secret prospect")
    page.locator("[name=name]").blur()
    assert page.evaluate(DRAFTS) != []
    visitor.context.clear_cookies()
    visitor.log_in(portal.url, OWEN, PASSWORD)
    page.goto(f"{portal.url}/accounts/new")
    expect(page.locator("[name=name]")).to_have_value("")
    page.goto(f"{portal.url}/")
    page.get_by_role("button", name="Log out").first.click()
    page.wait_for_url("**/login")
    assert page.evaluate(DRAFTS) == []


def test_the_way_back_to_a_form_that_was_refused_asks_for_nothing_to_be_sent_again(
    portal: Installation, visit: Visit
) -> None:
    visitor = visit()
    page = visitor.page
    visitor.log_in(portal.url, MARA, PASSWORD)
    page.goto(f"{portal.url}/accounts/new")
    for name in (" ", "   "):
        page.fill("[name=name]", name)
        page.get_by_role("button", name="Open account").click()
        expect(page.get_by_role("alert")).to_be_visible()
        expect(page.locator("[name=name]")).to_have_value(name)
    assert page.url == f"{portal.url}/accounts/new"
    page.fill("[name=name]", "Marlow Dental Group")
    page.get_by_role("button", name="Open account").click()
    expect(page.get_by_role("heading", name="Marlow Dental Group")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Open account")).to_be_visible()
    assert visitor.violations() == []


def test_a_form_that_is_on_its_way_is_sent_once_and_shows_it(portal: Installation, visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    visitor.log_in(portal.url, MARA, PASSWORD)
    page.goto(f"{portal.url}/accounts/new")
    page.fill("[name=name]", "Orchard Street Bakery")
    page.evaluate(NOTE_HOW_IT_LOOKS)
    held: list[Route] = []
    # playwright takes no method of a list
    page.route("**/accounts", lambda route: held.append(route))  # noqa: PLW0108
    with page.expect_request("**/accounts"):
        page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    held[0].continue_()
    expect(page.get_by_role("heading", name="Orchard Street Bakery")).to_be_visible()
    assert len(held) == 1
    assert page.evaluate("sessionStorage.getItem('looked')") == "none"


def test_light_and_dark_are_remembered(portal: Installation, visit: Visit) -> None:
    visitor = visit()
    visitor.log_in(portal.url, MARA, PASSWORD)
    theme = "document.documentElement.dataset.bsTheme"
    assert visitor.page.evaluate(theme) == "light"
    visitor.page.get_by_role("button", name="Light or dark").first.click()
    visitor.page.reload()
    assert visitor.page.evaluate(theme) == "dark"
    visitor.page.keyboard.press("Control+k")
    expect(visitor.page.get_by_role("combobox", name="Find anything")).to_be_focused()


def test_a_small_form_that_is_refused_stays_open_with_what_was_entered(
    portal: Installation, visit: Visit
) -> None:
    visitor = visit()
    page = visitor.page
    visitor.log_in(portal.url, LEONIE, PASSWORD)
    page.goto(f"{portal.url}/library/ONE")
    page.get_by_role("button", name="Retire").click()
    page.get_by_role("dialog").get_by_role("button", name="Retire").click()
    opener = page.get_by_role("button", name="Schedule").first
    opener.click()
    dialog, when = page.get_by_role("dialog"), page.locator("[name=publish_at]")
    when.fill("2020-01-01T10:00")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("That time has passed.")
    expect(when).to_be_focused()
    expect(when).to_have_value("2020-01-01T10:00")
    expect(when).to_have_accessible_description(
        "That time has passed. Choose a later one, or publish it now."
    )
    assert visitor.violations() == []
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    opener.press("Enter")
    when.fill("2099-01-01T10:00")
    page.keyboard.press("Enter")
    expect(page.get_by_text("It is published on")).to_be_visible()
    # a form that is always there does the same
    page.fill("[name=other]", "Nothing of the kind")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("There is no one asset called “Nothing of the kind”")
    expect(page.locator("[name=other]")).to_have_value("Nothing of the kind")
