"""Uploading in a real browser: large files that break off and go on, and the same file twice."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from content.uploads.incoming_models import PART_BYTES
from partners.people import NewPerson
from portal.kernel.identity import Role
from tests.factories import files
from tests.fixtures.browser import PHONE, Visit, Visitor
from tests.fixtures.installations import Installation

pytestmark = pytest.mark.browser
PASSWORD = "a long enough password"
INA, IDA, ILSE, IRMA = (f"{name}@larkwell.example" for name in ("ina", "ida", "ilse", "irma"))


def a_brand_manager(portal: Installation, visitor: Visitor, email: str) -> Page:
    portal.add_people(NewPerson(email, Role.BRAND, password=PASSWORD))
    visitor.log_in(portal.url, email, PASSWORD)
    visitor.page.goto(f"{portal.url}/library/new")
    return visitor.page


def a_film(folder: Path, scene: bytes) -> Path:
    """Two whole parts and a little, that a browser takes for a film."""
    film = folder / "Spring spots.mp4"
    film.write_bytes(b"\0\0\0\x18ftypmp42" + scene + bytes(2 * PART_BYTES))
    return film


def describe(page: Page) -> None:
    page.select_option("[name=kind]", "video")
    page.locator("[name=audience][value=all]").check()


def test_a_film_that_breaks_off_goes_on_after_a_reload_where_it_stopped(
    shared_installation: Installation, visit: Visit, tmp_path: Path
) -> None:
    """F1, F8: the line breaks at the second part, the page is loaded anew, the file is chosen again."""
    visitor = visit(PHONE)
    page = a_brand_manager(shared_installation, visitor, INA)
    sent: list[str] = []

    def break_second(route: Route) -> None:
        if route.request.method != "PUT":
            return route.continue_()
        sent.append(route.request.url)
        return route.abort() if len(sent) > 1 else route.continue_()

    page.route(re.compile("partNumber=|/parts/"), break_second)
    page.set_input_files("#file", a_film(tmp_path, b"harbour"))
    expect(page.locator("[name=title]")).to_have_value("Spring spots")
    expect(page.locator(".up-row [data-figures]")).to_contain_text("Trying again in")
    assert visitor.violations() == []
    page.locator("[data-pause]").click()
    expect(page.locator("[data-said]")).to_have_text("Paused. It goes on where it stopped.")
    page.unroute_all()
    page.reload()
    expect(page.locator("[data-unfinished]")).to_contain_text("Spring spots.mp4")
    sent.clear()
    page.on("request", lambda request: sent.append(request.url) if request.method == "PUT" else None)
    page.set_input_files("#file", tmp_path / "Spring spots.mp4")
    describe(page)
    page.locator(".btn-primary").click()
    expect(page.get_by_role("heading", name="Spring spots")).to_be_visible()
    numbers = [re.findall(r"(?:partNumber=|/parts/)(\d+)(?:$|&)", address)[0] for address in sent]
    assert numbers == ["2", "3"]
    assert shared_installation.flask("content", "verify").split(",")[1] == " 0 faults"


@pytest.mark.parametrize("shared_installation", ["distributed"], indirect=True)
def test_parts_go_straight_to_a_store_again_that_was_away(
    shared_installation: Installation, visit: Visit, tmp_path: Path
) -> None:
    page = a_brand_manager(shared_installation, visit(), IDA)
    sent: list[str] = []

    def away_for_a_while(route: Route) -> None:
        if route.request.method != "PUT":
            return route.continue_()
        sent.append(route.request.url)
        return route.abort() if len(sent) in {2, 3} else route.continue_()

    page.route(re.compile("partNumber=|/parts/"), away_for_a_while)
    page.set_input_files("#file", a_film(tmp_path, b"meadow"))
    expect(page.locator(".up-row [data-figures]")).to_contain_text("Trying again in")
    expect(page.locator("[data-said]")).to_have_text("The connection broke; what arrived is kept.")
    expect(page.locator("[data-said]")).to_have_text("Here.")
    assert [address for address in sent if address.startswith(shared_installation.url)] == []
    assert len(sent) == 5


def test_a_file_that_is_here_already_is_offered_before_it_is_sent(
    shared_installation: Installation, visit: Visit, tmp_path: Path
) -> None:
    page = a_brand_manager(shared_installation, visitor := visit(), ILSE)
    study = tmp_path / "Orchard Row.pdf"
    study.write_bytes(files.a_pdf("Orchard Row"))
    page.set_input_files("#file", study)
    expect(page.locator(".up-row")).to_have_attribute("data-state", "stored")
    describe(page)
    page.locator(".btn-primary").click()
    expect(page.get_by_role("heading", name="Orchard Row")).to_be_visible()
    page.goto(f"{shared_installation.url}/library/new")
    page.set_input_files("#file", study)
    expect(page.locator("[role=alert][data-same]")).to_contain_text("already here as Orchard Row")
    assert visitor.violations() == []
    page.get_by_role("button", name="Add it there as a new version").click()
    expect(page.get_by_role("heading", name="New version")).to_be_visible()
    expect(page.locator(".up-row[data-state]")).to_have_attribute("data-state", "stored")
    page.locator(".btn-primary").click()
    expect(page.get_by_text("Version 2 is uploaded.")).to_be_visible()


def test_how_large_a_file_is_reads_as_elsewhere(
    shared_installation: Installation, visit: Visit, tmp_path: Path
) -> None:
    page = a_brand_manager(shared_installation, visit(), IRMA)
    note = tmp_path / "Note.txt"
    note.write_text("Radio moves late buyers.")
    page.set_input_files("#file", note)
    expect(page.locator(".up-row")).to_have_attribute("data-state", "stored")
    expect(page.locator(".up-row [data-figures]")).to_have_text("24 B")
