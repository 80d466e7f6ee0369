"""One run of a search over 20,000 pages, ours by the API and the bare engine. Argument: database url."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from statistics import median

from benchmarks.bare_search import bare_engine
from benchmarks.harness import Measured, timed
from benchmarks.library_world import PAGES_AN_ASSET, TIERS, Chance, a_partner, fill
from config import settings_from
from content.finding.indexing import rebuild
from migrations.upgrade import upgrade
from portal.kernel.db import transaction
from portal.services import Services, build_services

ASSETS = 2_000
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
        questions = chance.questions(2 * QUESTIONS)
        _ours(services, questions, measured)
        bare = bare_engine(url, services.settings.data_dir / "bare")
        pages = [(text.ref, text.title, page) for text in texts for page in text.pages]
        with measured.step("bare index"):
            bare.index(pages)
        bare.search(questions[0], LIMIT)
        measured.seconds["bare query"] = _each(lambda text: bare.search(text, LIMIT), questions[:QUESTIONS])
        return measured


@contextmanager
def services_of(url: str) -> Iterator[Services]:
    """A portal of its own with an empty database."""
    with tempfile.TemporaryDirectory(prefix="makegood-library-") as folder:
        given = {
            "DATABASE_URL": url,
            "DATA_DIR": folder,
            "SECRET_KEY": "of a benchmark " * 4,
            "BASE_URL": "http://localhost",
        }
        if not url.startswith("sqlite"):
            given |= {"SEARCH_URL": "postgresql://", "QUEUE_URL": "postgresql://"}
        services = build_services(settings_from(given))
        upgrade(services.engine)
        yield services
        services.engine.dispose()


def _ours(services: Services, questions: list[str], measured: Measured) -> None:
    """Questions that were never asked before, then the same once more, and their beginnings completed."""
    browser, key = a_partner(services)

    def asked(text: str) -> None:
        wanted = {"q": text, "limit": LIMIT, **NARROWED}
        answer = browser.get("/api/v1/search", query_string=wanted, headers=key)
        assert answer.status_code == 200, answer.text

    def completed(text: str) -> None:
        assert browser.get("/library/complete", query_string={"q": text[:-2]}).status_code == 200

    asked(questions[-1])
    completed(questions[-1])
    first, others = questions[:QUESTIONS], questions[QUESTIONS:]
    measured.seconds["query"] = _each(asked, first)
    measured.seconds["query again"] = _each(asked, first)
    measured.seconds["completion"] = _each(completed, others)


def _each(work: Callable[[str], object], texts: list[str]) -> float:
    """The median of one after the other."""
    return median(timed(partial(work, text)) for text in texts)


if __name__ == "__main__":
    run(sys.argv[1]).tell()
