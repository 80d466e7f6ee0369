"""Uploads that carry scripts are served as what they are worth, and run nowhere (R11, R12, R13)."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Dialog, Error
from sqlalchemy import select
from werkzeug.serving import make_server

from content.assets.models import Asset, AssetState
from portal.services import Services
from tests.factories import files
from tests.factories.active_files import ACTIVE, PAGE
from tests.factories.queue import work_off_queue

SOUND = "a jingle"
# once the browser knows what it is about to play
LENGTH = """async () => {
  const player = document.querySelector('audio, video');
  while (player.readyState < 1) await new Promise(later => setTimeout(later, 20));
  return player.duration;
}"""
DOORS = ("download", "versions/1/download", "versions/1/media", "versions/1/pages/1/text")
SERVED = {
    "application/pdf",
    "image/png",
    "image/gif",
    "text/plain; charset=utf-8",
    "application/octet-stream",
}
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def upload(client: FlaskClient, services: Services, *titles: str) -> None:
    for title in titles:
        name, data, _ = (ACTIVE | {SOUND: ("jingle.wav", files.a_sound(seconds=2), True)})[title]
        form = {"title": title, "kind": "document", "audience": "all", "language": "en"}
        assert client.post("/library", data=form | {"file": (io.BytesIO(data), name)}).status_code == 303
    work_off_queue(services)


def refs(services: Services) -> dict[str, str]:
    with services.sessions() as session:
        return {asset.ref: asset.title for asset in session.scalars(select(Asset))}


def test_r11_r13_each_is_served_under_a_type_of_ours_and_published_only_if_it_can_be(
    services: Services, brand: FlaskClient
) -> None:
    upload(brand, services, *ACTIVE)
    for ref, title in refs(services).items():
        for door in DOORS:
            with brand.get(f"/library/{ref}/{door}", headers={"Accept-Encoding": "gzip"}) as answer:
                if answer.status_code == 404:
                    continue
                # as it is, so that parts of it can be asked for
                assert "Content-Encoding" not in answer.headers
                assert answer.headers["Content-Type"] in SERVED, title
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
                # a PDF is only ever saved, never opened on this origin
                is_saved = answer.headers.get("Content-Disposition", "").startswith("attachment")
                assert is_saved or answer.headers["Content-Type"] != "application/pdf"
        brand.post(f"/library/{ref}/publish")
    with services.sessions() as session:
        states = {asset.title: asset.state for asset in session.scalars(select(Asset))}
    readable = {title: can_be_read for title, (_, _, can_be_read) in ACTIVE.items()}
    assert {title: state is AssetState.PUBLISHED for title, state in states.items()} == readable


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    # the name that the portal is told that it has
    yield f"http://localhost:{server.port}"
    server.shutdown()
    server.server_close()


@pytest.mark.browser
def test_r11_r12_no_script_of_theirs_runs_in_a_browser_and_a_sound_plays(
    services: Services, brand: FlaskClient, address: str, browser: Browser
) -> None:
    upload(brand, services, "a page as text", "a drawing as Markdown", "a picture with a page behind it")
    cookie = brand.get_cookie("session")
    assert cookie is not None
    context = browser.new_context()
    context.add_cookies([{"name": "session", "value": cookie.value, "url": address}])
    page = context.new_page()
    ran: list[str] = []

    def note(dialog: Dialog) -> None:
        ran.append(page.url)
        dialog.dismiss()

    page.on("dialog", note)
    # so that one that did run would be seen
    page.goto(f"data:text/html,{quote(PAGE)}")
    assert ran
    ran.clear()
    for ref in refs(services):
        for door in DOORS:
            # what is saved opens no page
            with suppress(Error):
                page.goto(f"{address}/library/{ref}/{door}")
        page.goto(f"{address}/library/{ref}")
        with suppress(Error):
            page.add_script_tag(url=f"/library/{ref}/versions/1/media")
    upload(brand, services, SOUND)
    page.goto(f"{address}/library/a-jingle/versions/1/media")
    assert page.evaluate(LENGTH) == 2
    context.close()
    assert ran == []
