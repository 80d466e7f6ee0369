"""One run of the library's page with 50 assets and with 5,000. Argument: database url."""

from __future__ import annotations

import sys
from statistics import median

from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from benchmarks.databases import count_tables
from benchmarks.harness import Measured, timed
from benchmarks.library_world import TIERS, Chance, Text, a_partner, fill
from benchmarks.search_run import services_of
from portal.kernel.db import transaction

FEW, MANY = 50, 5_000
TIMES = 30


def run(url: str) -> Measured:
    measured = Measured()
    words = Chance(seed=5)
    with services_of(url) as services:
        browser, _key = a_partner(services)
        for first, count in ((0, FEW), (FEW, MANY)):
            texts = (Text(f"a{at}", f"Asset {at}", (words.sentence(),)) for at in range(first, count))
            with transaction(services.sessions) as session:
                fill(session, texts, tiers=TIERS, first=first + 1)
            count_tables(services.engine)
            measured.seconds[f"page of {count}"], measured.counts[f"queries of {count}"] = _page(
                browser, services.engine
            )
    return measured


def _page(browser: FlaskClient, engine: Engine) -> tuple[float, int]:
    queries = 0

    def count(*_: object) -> None:
        nonlocal queries
        queries += 1

    browser.get("/library")
    event.listen(engine, "before_cursor_execute", count)
    assert browser.get("/library").status_code == 200
    event.remove(engine, "before_cursor_execute", count)
    return median(timed(lambda: browser.get("/library")) for _ in range(TIMES)), queries


if __name__ == "__main__":
    run(sys.argv[1]).tell()
