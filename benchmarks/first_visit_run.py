"""One run of ours: the first visit of a page on a slow phone, against the least that it could be.

Argument: database url. The least is the page's own words and styles as one document, packed, from the same
server: nothing can be painted with less.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from statistics import median
from threading import Thread

from flask import Flask
from flask.testing import FlaskClient
from flask_compress import Compress
from playwright.sync_api import Browser, ViewportSize, sync_playwright
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import make_server

from benchmarks.harness import Measured
from benchmarks.library_world import TIERS, Chance, a_partner, fill
from benchmarks.search_run import services_of
from portal.kernel.db import transaction
from tools.browser import chromium

ASSETS, TIMES = 50, 5
PAGES = {"log-in": "/login", "library": "/library"}
PHONE = ViewportSize(width=360, height=740)
# what browsers' developer tools call fast 3G, and a phone with a quarter of this machine's processor
LINE = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 94_000}
SLOWER = 4
LEAST = "/least"
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
LOADED = re.compile(r"<(?:script|link)\b[^>]*>(?:</script>)?")


def run(url: str) -> Measured:
    measured = Measured()
    with services_of(url) as services:
        with transaction(services.sessions) as session:
            fill(session, Chance(seed=6).texts(ASSETS), tiers=TIERS)
        client, _ = a_partner(services)
        cookie = client.get_cookie("session")
        assert cookie is not None
        stranger = client.application.test_client()
        pages = {path: _least(client if path != "/login" else stranger, path) for path in PAGES.values()}
        with _serving(client.application, pages) as address, _browser() as browser:
            for name, path in PAGES.items():
                value = cookie.value if path != "/login" else ""
                turns = [
                    (_visit(browser, address, path, value), _visit(browser, address, LEAST + path, ""))
                    for _ in range(TIMES)
                ]
                ours, least = (median(times) for times in zip(*turns, strict=True))
                measured.seconds |= {name: ours, f"least {name}": least}
    return measured


def _least(client: FlaskClient, path: str) -> str:
    """The page with its styles inside and nothing else to load."""
    page = client.get(path).text
    sheet = re.search(r'href="([^"]+styles\.css)"', page)
    assert sheet is not None
    styles = client.get(sheet[1]).text
    return LOADED.sub("", page).replace("</head>", f"<style>{styles}</style></head>")


@contextmanager
def _serving(app: Flask, pages: dict[str, str]) -> Iterator[str]:
    bare = Flask("bare", static_folder=None)
    Compress(bare)
    for path, page in pages.items():
        bare.add_url_rule(path, path, partial(str, page))
    # it writes a line for each file of each visit
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("localhost", 0, DispatcherMiddleware(app, {LEAST: bare}), threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.port}"
    server.shutdown()
    thread.join()


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # as root Chromium refuses its own sandbox; the pages are ours
        started = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield started
        started.close()


def _visit(browser: Browser, address: str, path: str, session: str) -> float:
    """Seconds until a browser that was never here paints the first words."""
    context = browser.new_context(viewport=PHONE)
    if session:
        context.add_cookies([{"name": "session", "value": session, "url": address}])
    page = context.new_page()
    tools = context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.send("Network.emulateNetworkConditions", LINE)
    tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(f"{address}{path}")
    painted: float = page.wait_for_function(PAINTED).json_value()
    context.close()
    return painted / 1000


if __name__ == "__main__":
    run(sys.argv[1]).tell()
