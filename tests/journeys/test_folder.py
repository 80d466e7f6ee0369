"""A brand manager with a folder of mixed files publishes them; a partner finds any of them in two tries."""

from __future__ import annotations

import re
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from content.editing.describing import slug
from partners.people import NewPerson
from portal.kernel.identity import Role
from tests.factories import files
from tests.fixtures.browser import DESKTOP, PHONE, Visit
from tests.fixtures.installations import Installation

pytestmark = pytest.mark.browser
PASSWORD = "a long enough password"
INA, MARA = "ina@larkwell.example", "mara@tidewell.example"
COUNT = 200
TEN_MINUTES = 600
PARTNERS = "partner_ref,name,tier\nTIDEWELL,Tidewell Media,gold\n"
TOWNS = ("Portland", "Seattle", "Salem", "Eugene", "Bend", "Tacoma", "Olympia", "Yakima", "Boise", "Helena")
THINGS = (
    "grocers",
    "tyres",
    "bakeries",
    "cinemas",
    "banks",
    "gyms",
    "garages",
    "florists",
    "hotels",
    "clinics",
)


def a_folder(root: Path) -> dict[str, str]:
    """Files of all kinds in folders; what each is called, and words that stand in it."""
    made = {}
    for number in range(COUNT):
        name = f"{TOWNS[number % 10]} {THINGS[number // 10 % 10]}{' again' if number >= 100 else ''}"
        words = f"Reach of {name.lower()} by morning radio, wave {number}"
        ending, data = _a_file(number, words)
        path = root / "Drive" / ("Grocery", "Evaluate", "Second Kettle")[number % 3] / f"{name}.{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        made[name] = words
    twin = root / "Drive" / "Grocery" / f"{TOWNS[0]} {THINGS[0]}.pdf"
    twin.with_name(f"Zz {twin.name}").write_bytes(twin.read_bytes())
    (root / "Drive" / ".DS_Store").write_bytes(b"x")
    (root / "Drive" / "setup.exe").write_bytes(b"MZ")
    return made


def _a_file(number: int, words: str) -> tuple[str, bytes]:
    kinds = (
        lambda: ("pdf", files.a_pdf(words, "The second page")),
        lambda: ("pptx", files.a_deck((words, "Why radio"))),
        lambda: ("docx", files.a_document(words)),
        lambda: ("xlsx", files.a_workbook(Rates=words)),
        lambda: ("txt", words.encode()),
        lambda: ("png", files.a_picture(200 + number, 100)),
        lambda: ("wav", files.a_sound() + bytes(number)),
        lambda: ("zip", files.a_demo(f"<!doctype html><title>x</title><p>{words}</p>")),
    )
    return kinds[number % len(kinds)]()


def people(portal: Installation, folder: Path) -> None:
    file = folder / "partners.csv"
    file.write_text(PARTNERS)
    portal.flask("partners", "import", str(file))
    portal.add_people(
        NewPerson(INA, Role.BRAND, "Ina Brandt", password=PASSWORD),
        NewPerson(MARA, Role.PARTNER, "Mara Lindqvist", "TIDEWELL", password=PASSWORD),
    )


@pytest.mark.parametrize("installation", ["embedded"], indirect=True)
def test_a_folder_is_published_in_ten_minutes_and_a_partner_finds_any_of_it_in_two_tries(
    installation: Installation, visit: Visit, tmp_path: Path
) -> None:
    people(installation, tmp_path)
    made = a_folder(tmp_path)
    ina = visit(DESKTOP)
    ina.log_in(installation.url, INA, PASSWORD)
    began = time.monotonic()
    page = ina.page
    page.goto(f"{installation.url}/library/new")
    page.set_input_files("[data-choose-folder] input", tmp_path / "Drive")
    expect(page.locator("[data-folder-form]")).to_contain_text(f"{COUNT + 1} files can be uploaded.")
    expect(page.locator("tr[data-refused]")).to_contain_text("setup.exe")
    kettle = page.locator("[data-folder-word='Second Kettle'] select")
    expect(kettle).to_have_value("product")
    page.locator("[data-folder-word=Grocery] select").select_option("industry")
    page.locator("[data-folder-form] [name=audience][value='tier:gold']").check()
    expect(page.locator("#audience-seen")).to_contain_text("Tidewell Media")
    # what would be wrong with every file is said before the first goes up
    language = page.get_by_label("Language", exact=True).last
    language.fill("Deutsch")
    page.locator("[data-send-folder]").click()
    expect(page.get_by_role("alert")).to_contain_text("write de")
    expect(language).to_be_focused()
    expect(page.locator("tr[data-path] progress")).to_have_count(0)
    language.fill("en")
    expect(page.get_by_role("alert")).to_have_count(0)
    assert ina.violations() == []
    page.locator("[data-send-folder]").click()
    # one of the two that are the same is left out
    onward = page.get_by_role("link", name="Go on to the drafts")
    expect(onward).to_be_focused(timeout=TEN_MINUTES * 1000)
    expect(page.locator("[data-folder-said]")).to_contain_text("Here already: 1.")
    expect(page.locator("tr[data-path*='Zz ']")).to_contain_text("it is already here as Portland grocers")
    onward.click()
    page.wait_for_url("**/library/arrivals/*", timeout=TEN_MINUTES * 1000)
    publish = page.get_by_role("button", name=f"Publish all {COUNT} that are ready")
    expect(publish).to_be_visible(timeout=TEN_MINUTES * 1000)
    assert ina.violations() == []
    publish.click()
    expect(page.get_by_text("All of them are published.")).to_be_visible()
    assert time.monotonic() - began < TEN_MINUTES
    mara = visit(PHONE)
    mara.log_in(installation.url, MARA, PASSWORD)
    wait_until_found(mara.page, installation.url, list(made)[-1])
    assert [name for name, words in made.items() if not found_in_two(mara.page, name, words)] == []
    # and the folder's words are facets
    mara.page.goto(f"{installation.url}/library?industry=grocery")
    expect(mara.page.locator("main")).to_contain_text(f"{len(range(0, COUNT, 3))} assets")


def found_in_two(page: Page, name: str, words: str) -> bool:
    return found(page, name, name) or found(page, name, words)


def found(page: Page, name: str, query: str) -> bool:
    """Whether the partner's first page of results has it."""
    address = page.url.split("/library")[0].rstrip("/")
    answer = page.request.get(f"{address}/library?q={quote(query)}")
    return re.search(rf'/library/{slug(name)}["/?#]', answer.text()) is not None


def wait_until_found(page: Page, url: str, name: str) -> None:
    for _ in range(60):
        page.goto(f"{url}/library?q={quote(name)}")
        if page.get_by_role("link", name=name).count():
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"{name} is not found")
