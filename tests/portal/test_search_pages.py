"""The report of searches in vain: from a partner's search to the brand's next asset."""

from __future__ import annotations

import csv
import io
from html import unescape

import pytest
from sqlalchemy import select

from content.finding.indexing import keep_index
from content.finding.search_log import log_search
from content.finding.search_log_models import LoggedSearch
from partners.models import User
from portal.kernel.db import reading, transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories.library import a_found_asset
from tests.factories.people import a_partner, a_user
from tests.factories.queue import work_off_queue
from tests.fixtures.browsers import LogIn


@pytest.fixture
def people(services: Services) -> dict[str, User]:
    with transaction(services.sessions) as session:
        a_found_asset(session, "Cheat sheet", "Zebra in the morning.", ref="sheet")
        a_found_asset(session, "Zebra, for gold", "Only gold.", audience="tier:gold", ref="gold-only")
        users = {
            "gold": a_user(session, a_partner(session, tier="gold")),
            "silver": a_user(session, a_partner(session, tier="silver")),
            "brand": a_user(session, role=Role.BRAND),
        }
    keep_index(services.sessions, services.search, clock=services.clock)
    return users


def logged(services: Services) -> dict[str, tuple[int, int, int, int]]:
    work_off_queue(services)
    with reading(services.sessions) as session:
        rows = session.scalars(select(LoggedSearch))
        return {row.text: (row.times, row.fruitless, row.most_found, row.openings) for row in rows}


def test_a_partners_search_is_logged_once_with_what_it_found(
    services: Services, people: dict[str, User], log_in: LogIn
) -> None:
    silver = log_in(people["silver"])
    silver.get("/library?q=Zebra")
    silver.get("/library?q=Zebra&kind=deck")
    silver.get("/library?q=Zebra&shown=48")
    silver.get("/library?q=giraffe me@example.com")
    silver.get("/library")
    log_in(people["brand"]).get("/library?q=what the brand tries")
    assert logged(services) == {"zebra": (1, 0, 1, 0), "giraffe [e-mail]": (1, 1, 0, 0)}


@pytest.mark.parametrize("opened", ["/library/sheet", "/library/sheet/view", "/library/sheet/download"])
def test_what_is_opened_from_the_results_counts_for_the_search(
    services: Services, people: dict[str, User], log_in: LogIn, opened: str
) -> None:
    gold = log_in(people["gold"])
    gold.get("/library?q=zebra")
    gold.get(opened, headers={"Referer": "http://localhost/library?q=Zebra&kind=case_study"})
    gold.get("/library/no-such", headers={"Referer": "http://localhost/library?q=zebra"})
    gold.get("/library/sheet", headers={"Referer": "http://elsewhere.example/library?q=zebra"})
    gold.get("/library/sheet", headers={"Referer": "http://localhost/accounts?q=zebra"})
    openings = 0 if opened.endswith("download") else 1  # the asset of this test has no file
    assert logged(services) == {"zebra": (1, 0, 2, openings)}


def test_the_report_leads_from_words_to_a_new_asset(
    services: Services, people: dict[str, User], log_in: LogIn
) -> None:
    today = services.clock().date()
    with transaction(services.sessions) as session:
        log_search(session, "=veterinary <b>clinics</b>", found=0, on=today)
        log_search(session, "cheat sheet", found=2, on=today)
    brand = log_in(people["brand"])
    page = brand.get("/reports/searches").text
    assert "=veterinary &lt;b&gt;clinics&lt;/b&gt;" in page
    assert "cheat sheet" not in page
    start = next(part for part in page.split('"') if part.startswith("/library/new?title="))
    assert 'value="=veterinary &lt;b&gt;clinics&lt;/b&gt;"' in brand.get(unescape(start)).text
    assert "cheat sheet" in brand.get("/reports/searches?show=unopened&days=7&sort=words").text
    assert "No search with “zebra”" in brand.get("/reports/searches?q=zebra").text
    rows = list(csv.DictReader(io.StringIO(brand.get("/reports/searches.csv?q=vet").text)))
    assert [(row["words"], row["in_vain"], row["words_filter"]) for row in rows] == [
        ("'=veterinary <b>clinics</b>", "1", "vet")
    ]
