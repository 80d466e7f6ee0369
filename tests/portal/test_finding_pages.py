"""Suggestions, saved searches, the command palette and the synonym screen over HTTP."""

from __future__ import annotations

import re
from html import unescape

import pytest

from content.finding.indexing import keep_index
from content.finding.own_searches import save_search
from partners.models import User
from partners.people import identity_of
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories.accounts import an_account
from tests.factories.books import LineOf, a_plan, adopt, an_order
from tests.factories.library import a_found_asset
from tests.factories.people import a_partner, a_user
from tests.factories.queue import work_off_queue
from tests.fixtures.browsers import LogIn

PART = {"HX-Request": "true"}


@pytest.fixture
def people(services: Services) -> dict[str, User]:
    """The gold partner has everything with the word Quagmire; the silver one has nothing."""
    with transaction(services.sessions) as session:
        gold, silver = a_partner(session, "GOLD", tier="gold"), a_partner(session, "SILVER", tier="silver")
        a_found_asset(session, "Quagmire study", "Veterinary clinics.", audience="tier:gold", ref="q-study")
        an_account(session, gold, "Quagmire Pools", ref="q-account")
        adopt(session, a_plan())
        an_order(session, "QUAGMIRE-1", LineOf("QL1"), partner="GOLD")
        users = {
            "gold": a_user(session, gold, Role.PARTNER_ADMIN),
            "silver": a_user(session, silver, Role.PARTNER_ADMIN),
            "brand": a_user(session, role=Role.BRAND),
            "finance": a_user(session, role=Role.FINANCE),
        }
        users["gold"].name = "Quagmire, Gold"
        gold_identity = identity_of(session, users["gold"], today=services.clock().date())
        save_search(session, gold_identity, "Quagmire saved", "q=quagmire", at=services.clock())
    keep_index(services.sessions, services.search, clock=services.clock)
    return users


def ways(page: str) -> list[str]:
    return [unescape(found) for found in re.findall(r'role="option"[^>]* href="([^"]+)"', page)]


def test_the_palette_finds_of_each_kind_what_the_asker_may_open(
    people: dict[str, User], log_in: LogIn
) -> None:
    found = ways(log_in(people["gold"]).get("/palette?q=quagmire", headers=PART).text)
    assert found == [
        "/library/q-study",
        "/accounts/q-account",
        "/orders/QUAGMIRE-1",
        f"/people#person-{people['gold'].id}",
        "/library?q=quagmire",
    ]
    finance = ways(log_in(people["finance"]).get("/palette?q=quagmire", headers=PART).text)
    assert "/orders/QUAGMIRE-1" in finance
    assert not any(one.startswith("/people") for one in finance)


def test_r5_r6_palette_and_suggestions_tell_another_partner_nothing(
    people: dict[str, User], log_in: LogIn
) -> None:
    gold, silver = log_in(people["gold"]), log_in(people["silver"])
    gold.get("/library?q=quagmire")
    for typed in ("q", "quag", "quagmire", "QL1", "pools", "GOLD", "%", "_"):
        assert ways(silver.get(f"/palette?q={typed}", headers=PART).text)[-1].startswith("/")
        for path in (f"/palette?q={typed}", f"/library/suggestions?q={typed}"):
            page = silver.get(path, headers=PART).text.replace(f"q={typed}", "").replace(f"“{typed}”", "")
            page = page.replace(f'data-for="{typed}"', "").replace(f"way-{typed}-", "")
            assert "quagmire" not in page.lower(), path


def test_the_palette_is_a_page_of_its_own_without_script(people: dict[str, User], log_in: LogIn) -> None:
    page = log_in(people["gold"]).get("/palette?q=quagmire").text
    assert "<h1>Find anything</h1>" in page
    assert 'href="/accounts/q-account"' in page
    assert 'href="/statements"' in log_in(people["gold"]).get("/palette?q=money").text


def test_recent_and_saved_searches_stand_under_the_field_and_can_be_forgotten(
    services: Services, people: dict[str, User], log_in: LogIn
) -> None:
    gold = log_in(people["gold"])
    gold.get("/library?q=veterinary")
    work_off_queue(services)
    found = ways(gold.get("/library/suggestions").text)
    assert found == ["/library?q=quagmire", "/library?q=veterinary"]
    assert "/library/q-study" in ways(gold.get("/library/suggestions?q=quag").text)
    rest = gold.post("/library/searches/recent/forget", headers=PART).text
    assert ways(rest) == ["/library?q=quagmire"]


def test_a_search_is_saved_removed_and_put_back(people: dict[str, User], log_in: LogIn) -> None:
    gold = log_in(people["gold"])
    page = gold.get("/library?q=veterinary&kind=case_study&evil=1").text
    form = next(unescape(part) for part in page.split('"') if part.startswith("/library/searches/new?"))
    assert 'value="veterinary"' in gold.get(form).text
    sent = {"name": "Vets", "query": "q=veterinary&kind=case_study&evil=1"}
    assert gold.post("/library/searches", data=sent).location == "/library?q=veterinary&kind=case_study"
    listed = gold.get("/library/searches").text
    remove = re.search(r'action="(/library/searches/\d+/remove)".{0,400}Remove: Vets', listed, re.DOTALL)
    assert remove is not None
    removed = gold.post(remove[1]).location
    assert "“Vets” is removed." in gold.get(removed).text
    assert log_in(people["silver"]).get(removed).status_code == 404
    gold.post(remove[1].replace("remove", "put-back"))
    assert ">Vets</a>" in gold.get("/library/searches").text


def test_a_synonym_is_added_from_the_report_tried_and_removed_with_undo(
    people: dict[str, User], log_in: LogIn
) -> None:
    brand = log_in(people["brand"])
    assert "vet\n" in brand.get("/synonyms/new?word=vet").text
    refused = brand.post("/synonyms", data={"words": "vet"})
    assert (refused.status_code, ">vet\n</textarea>" in refused.text) == (422, True)
    tried = brand.get(brand.post("/synonyms", data={"words": "vet\nveterinary\n\n"}).location).text
    assert "<b>1 result</b>" in tried
    assert "also searched for:" in tried
    group = re.search(r'href="(/synonyms/\d+)"', tried)
    assert group is not None
    assert "vet\nveterinary" in brand.get(group[1]).text
    gone = brand.get(brand.post(f"{group[1]}/remove").location).text
    assert "“vet, veterinary” is removed." in gone
    words = re.search(r'name="words" value="([^"]+)"', gone)
    assert words is not None
    assert brand.post("/synonyms", data={"words": words[1]}).status_code == 303
    assert "vet, veterinary" in brand.get("/synonyms").text
