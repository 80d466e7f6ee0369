"""One run of a search over 20,000 pages, ours by the API and the bare engine. Argument: database url."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.bare_search import BareEngine, bare_engine
from benchmarks.harness import Measured, timed
from benchmarks.library_world import PAGES_AN_ASSET, TIERS, Chance, a_partner, fill
from config import settings_from
from content.assets.models import Asset
from content.finding.indexing import rebuild
from migrations.upgrade import upgrade
from portal.kernel.db import transaction
from portal.services import Services, build_services
from search.engine import Asked
from search.queries import parse

ROOT = Path(__file__).resolve().parents[1]
ASSETS = 2_000
# of an asset that nobody has seen before, one after the other
TITLES = ("Zeppelin", "Umbrella", "Xylophone", "Quicksand", "Yesterday", "Kaleidoscope")
GLANCE_SECONDS = 0.01
QUESTIONS = 60
LIMIT = 20
# what narrows each question beside its words and its asker's audience
NARROWED = {"kind": ["case_study", "deck", "one_pager", "rate_card", "video", "document"], "language": ["en"]}


def run(url: str) -> Measured:
    with services_of(url) as services:
        chance = Chance(seed=4)
        texts = list(chance.texts(ASSETS))
        with transaction(services.sessions) as session:
            fill(session, texts, tiers=TIERS)
        measured = Measured(counts={"pages": ASSETS * PAGES_AN_ASSET})
        with measured.step("index"):
            rebuild(services.sessions, services.search)
        bare = bare_engine(url, services.settings.data_dir / "bare")
        pages = [(text.ref, text.title, page) for text in texts for page in text.pages]
        with measured.step("bare index"):
            bare.index(pages)
        _ask(services, bare, chance.questions(2 * QUESTIONS), measured)
        measured.seconds["found after"] = _found_after(services)
        return measured


@contextmanager
def services_of(url: str) -> Iterator[Services]:
    """A portal of its own with an empty database."""
    with tempfile.TemporaryDirectory(prefix="makegood-library-") as folder:
        services = build_services(settings_from(_environment(url, Path(folder))))
        upgrade(services.engine)
        yield services
        services.engine.dispose()


def _environment(url: str, folder: Path) -> dict[str, str]:
    given = {
        "DATABASE_URL": url,
        "DATA_DIR": str(folder),
        "SECRET_KEY": "of a benchmark " * 4,
        "BASE_URL": "http://localhost",
    }
    if url.startswith("sqlite"):
        return given
    return {**given, "SEARCH_URL": "postgresql://", "QUEUE_URL": "postgresql://"}


def _ask(services: Services, bare: BareEngine, questions: list[str], measured: Measured) -> None:
    """Questions that were never asked before, in turns with the bare engine; then again, and completions."""
    browser, key = a_partner(services)

    def asked(text: str) -> None:
        wanted = {"q": text, "limit": LIMIT, **NARROWED}
        answer = browser.get("/api/v1/search", query_string=wanted, headers=key)
        assert answer.status_code == 200, answer.text

    def completed(text: str) -> None:
        assert browser.get("/library/complete", query_string={"q": text[:-2]}).status_code == 200

    def asked_bare(text: str) -> None:
        bare.search(text, LIMIT)

    for work in (asked, completed, asked_bare):
        work(questions[-1])
    first, others = questions[:QUESTIONS], questions[QUESTIONS:]
    turns = [(timed(partial(asked, text)), timed(partial(asked_bare, text))) for text in first]
    measured.seconds["query"], measured.seconds["bare query"] = map(median, zip(*turns, strict=True))
    measured.seconds["query again"] = _each(asked, first)
    measured.seconds["completion"] = _each(completed, others)


def _found_after(services: Services) -> float:
    """Seconds from a changed title until a search has it, while the worker runs: the longest of several."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    environment = os.environ | _environment(services.settings.database_url, services.settings.data_dir)
    worker = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        _, *waits = [_change(services, title) for title in TITLES]
    finally:
        worker.terminate()
        worker.wait()
    return max(waits)


def _change(services: Services, title: str) -> float:
    with transaction(services.sessions) as session:
        asset = session.get_one(Asset, 1)
        asset.title, asset.updated_at = title, asset.updated_at + timedelta(minutes=1)
    asked = Asked(parse(title), frozenset({1}))
    return timed(lambda: _wait_for(lambda: bool(services.search.search(asked).groups)))


def _wait_for(is_so: Callable[[], bool]) -> None:
    while not is_so():
        time.sleep(GLANCE_SECONDS)


def _each(work: Callable[[str], object], texts: list[str]) -> float:
    """The median of one after the other."""
    return median(timed(partial(work, text)) for text in texts)


if __name__ == "__main__":
    run(sys.argv[1]).tell()
