"""HTML demos in a real browser: they play, reach nothing outside their frame, and what is done is counted."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Frame, Page, Request, expect

from partners.people import NewPerson
from portal.kernel.identity import Role
from tests.factories.files import a_zip
from tests.fixtures.browser import PHONE, Visit, Visitor
from tests.fixtures.installations import DEMO_PASSWORD, Installation, running
from tools.browser import chromium

pytestmark = pytest.mark.browser
PASSWORD = "a long password for the demo journeys"
KEEPING = "--disable-features=TrackingProtection3pcd"
PROBE = """<!doctype html><title>Probe</title><meta charset=utf-8><p id=said>starting</p>
<script type=module>
import { word } from './lib/word.js';
const found = { word, data: (await (await fetch('data.json')).json()).kept, origin: self.origin };
const tried = (name, act) => {
  try { found[name] = String(act()); } catch (wrong) { found[name] = wrong.name; }
};
tried('cookie', () => document.cookie);
tried('storage', () => { localStorage.setItem('a', 'kept'); return localStorage.getItem('a'); });
tried('parent', () => parent.document.title);
tried('top', () => { top.location.href = 'about:blank'; return 'left'; });
const asked = fetch(APP + '/account', { credentials: 'include' });
found.app = await asked.then(() => 'read', (wrong) => wrong.name);
document.getElementById('said').textContent = JSON.stringify(found);
</script>"""


@pytest.fixture(params=["sandbox", "second address"])
def portal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    """A portal with one published demo that tries to get out."""
    settings = {"DATA_DIR": str(tmp_path / "data"), "SECRET_KEY": "a secret that only the journeys use " * 2}
    if request.param == "second address":
        settings["DEMOS_URL"] = "http://localhost:{port}"
    with running(settings) as made:
        made.add_people(
            NewPerson("brand@example.com", Role.BRAND, name="Brand", password=PASSWORD),
        )
        page = PROBE.replace("APP", f"'{made.url}'")
        probe = {
            "index.html": page.encode(),
            "lib/word.js": b"export const word = 'module';",
            "data.json": b'{"kept": "fetched"}',
        }
        (tmp_path / "probe.zip").write_bytes(a_zip(probe))
        rows = "ref,title,kind,file,audience\nprobe,Probe,demo,probe.zip,all\n"
        (tmp_path / "manifest.csv").write_text(rows, encoding="utf-8")
        made.flask("content", "import", str(tmp_path / "manifest.csv"), "--publish")
        yield made


def frame_of(page: Page) -> Frame:
    frame = page.frame_locator("[data-demo]").owner.element_handle().content_frame()
    assert frame is not None
    return frame


@pytest.fixture
def brand(browser: Browser, tmp_path: Path) -> Iterator[Visitor]:
    """A person's usual browser: a private window lets no frame of another site keep anything."""
    context = browser.browser_type.launch_persistent_context(
        tmp_path / "profile", executable_path=chromium(), args=["--no-sandbox", KEEPING]
    )
    yield Visitor(context, context.pages[0])
    context.close()


def test_r11_a_demo_runs_and_reaches_nothing_outside_its_frame(portal: Installation, brand: Visitor) -> None:
    asked: list[Request] = []
    brand.context.on("request", lambda sent: asked.append(sent) if "/lib/word.js" in sent.url else None)
    brand.log_in(portal.url, "brand@example.com", PASSWORD)
    brand.page.goto(f"{portal.url}/library/probe/view")
    frame = frame_of(brand.page)
    expect(frame.locator("#said")).to_contain_text("module")
    found = frame.evaluate("() => JSON.parse(document.getElementById('said').textContent)")
    has_origin = "DEMOS_URL" in portal.environment
    assert found == {
        "word": "module",
        "data": "fetched",
        "origin": f"http://localhost:{portal.port}" if has_origin else "null",
        "cookie": "" if has_origin else "SecurityError",
        "storage": "kept" if has_origin else "SecurityError",
        "parent": "SecurityError",
        "top": "SecurityError",
        "app": "TypeError",
    }
    assert brand.page.url == f"{portal.url}/library/probe/view"
    assert [sent.all_headers().get("cookie") for sent in asked] == [None]
    brand.page.goto(frame.url)
    expect(brand.page.locator("body")).to_contain_text("cannot be opened here")


def test_steps_and_time_in_a_demo_reach_the_report(demo_installation: Installation, visit: Visit) -> None:
    gold, brand = visit(), visit()
    gold.log_in(demo_installation.url, "gold@demo.example", DEMO_PASSWORD)
    gold.page.goto(f"{demo_installation.url}/library/reach-planner/view")
    frame = gold.page.frame_locator("[data-demo]")
    expect(frame.locator("#reach")).to_contain_text("%")
    frame.get_by_role("radio").nth(1).check()
    frame.locator("#weeks").press("ArrowRight")
    with gold.page.expect_response(lambda answer: answer.url.endswith("/usage/steps")) as told:
        frame.get_by_role("button", name="This is the plan").click()
    assert told.value.json() == {"answer": "counted"}
    assert gold.violations() == []
    brand.log_in(demo_installation.url, "brand@demo.example", DEMO_PASSWORD)
    answer = brand.page.request.get(f"{demo_installation.url}/reports/usage/reach-planner/steps.csv?range=7d")
    steps = {row["step"]: row for row in csv.DictReader(io.StringIO(answer.text()))}
    assert set(steps) >= {"station", "plan", "agreed"}
    assert steps["agreed"]["label"] == "Agreed on a plan"


def test_a_demo_fills_a_phone_and_starts_again(demo_installation: Installation, visit: Visit) -> None:
    gold = visit(PHONE)
    gold.log_in(demo_installation.url, "gold@demo.example", DEMO_PASSWORD)
    gold.page.goto(f"{demo_installation.url}/library/reach-planner/view")
    frame = gold.page.frame_locator("[data-demo]")
    expect(frame.locator("#weeks-out")).to_have_text("6")
    frame.locator("#weeks").press("ArrowRight")
    expect(frame.locator("#weeks-out")).to_have_text("7")
    gold.page.get_by_role("button", name="Start again").click()
    expect(frame.locator("#weeks-out")).to_have_text("6")
    assert gold.page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
