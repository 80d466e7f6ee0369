"""The library's page: what it shows, whom, and in which words."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from content.assets.models import Asset, AssetKind, AssetState, Vocabulary
from content.finding.indexing import keep_index
from content.finding.proofs import roll_up_proofs
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories.library import a_found_asset, tag
from tests.factories.people import a_partner, a_user
from tests.factories.queue import work_off_queue
from tests.fixtures.browsers import LogIn


@pytest.fixture
def enter(services: Services, log_in: LogIn) -> Callable[[str], FlaskClient]:
    """A browser of a new person of a partner's tier, or of the brand."""

    def entered(who: str) -> FlaskClient:
        with transaction(services.sessions) as session:
            user = (
                a_user(session, role=Role.BRAND)
                if who == "brand"
                else a_user(session, a_partner(session, tier=who))
            )
        return log_in(user)

    return entered


def a_library(services: Services) -> None:
    with transaction(services.sessions) as session:
        study = a_found_asset(
            session,
            "Orchard Row Grocers",
            "Cover.",
            "Plan.",
            "Listeners in <b>morning drive</b> & more.",
            audience="tier:gold",
            ref="orchard",
        )
        tag(session, study, Vocabulary.INDUSTRY, "Groceries")
        a_found_asset(
            session, "Why radio sells", "Radio.", "In the morning.", ref="deck", kind=AssetKind.DECK
        )
    keep_index(services.sessions, services.search, clock=services.clock)


def test_the_best_hit_opens_at_its_page_with_the_words_marked(
    services: Services, enter: Callable[[str], FlaskClient]
) -> None:
    a_library(services)
    page = enter("gold").get("/library?q=morning+drive").text
    assert 'href="/library/orchard/view#page=3"' in page
    assert "Listeners in &lt;b&gt;<mark>morning drive</mark>&lt;/b&gt; &amp; more." in page
    assert "2 results" in page


def test_a_page_without_words_is_not_quoted(services: Services, enter: Callable[[str], FlaskClient]) -> None:
    a_library(services)
    with transaction(services.sessions) as session:
        poster = a_found_asset(session, "A poster", "", ref="poster")
        # what the head of its one picture says
        poster.versions[0].pages[0].title = "Drive time"
    keep_index(services.sessions, services.search, clock=services.clock)
    page = enter("gold").get("/library?q=drive&sort=title").text
    assert "A poster" in page
    assert not re.search(r"Page \d+: *</p>", page)


def test_another_partner_sees_no_trace_of_a_restricted_asset(
    services: Services, enter: Callable[[str], FlaskClient]
) -> None:
    a_library(services)
    silver = enter("silver")
    for query in ("q=drive", "q=orchard+morning", "", "industry=groceries", "q=grocries", "kind=case_study"):
        page = silver.get(f"/library?{query}").text
        assert "Listeners" not in page
        assert "Orchard" not in page
        assert "Groceries" not in page
    assert "Orchard" in enter("gold").get("/library?industry=groceries").text


def test_the_words_of_an_address_are_only_text(
    services: Services, enter: Callable[[str], FlaskClient]
) -> None:
    a_library(services)
    page = enter("gold").get("/library", query_string={"q": '"><script>alert(1)</script>'}).text
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    "query",
    [
        "shown=x",
        "shown=-5",
        "shown=99999999999999999999",
        "sort=no",
        "kind=no",
        "freshness=",
        "q=%00",
        "layout=x",
    ],
)
def test_no_address_breaks_the_page(
    services: Services, enter: Callable[[str], FlaskClient], query: str
) -> None:
    a_library(services)
    assert enter("gold").get(f"/library?{query}").status_code == 200


def test_an_empty_library_says_what_to_do_next(
    services: Services, enter: Callable[[str], FlaskClient]
) -> None:
    assert "Nothing is published for you yet" in enter("gold").get("/library").text
    brand = enter("brand").get("/library").text
    assert "The library is empty" in brand
    assert "Upload content" in brand


def test_a_misspelt_search_shows_what_was_meant_and_says_so(
    services: Services, enter: Callable[[str], FlaskClient]
) -> None:
    a_library(services)
    page = enter("gold").get("/library?q=listners").text
    assert "nothing has “listners”, so this is for" in page
    assert "/library?q=listeners" in page
    assert "Orchard Row" in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ('"no such words"', "Nothing found for “no such words”"),
        ("nosuch -deck", "Nothing found for “nosuch -deck”"),
        ('"no such" "words"', 'Nothing found for “"no such" "words"”'),
    ],
)
def test_a_search_in_vain_is_quoted_once(
    services: Services, enter: Callable[[str], FlaskClient], typed: str, said: str
) -> None:
    page = enter("gold").get("/library", query_string={"q": typed}).text
    assert said in unescape(page)


def test_filters_that_leave_nothing_can_be_cleared(
    services: Services, enter: Callable[[str], FlaskClient]
) -> None:
    a_library(services)
    page = enter("gold").get("/library?q=radio&kind=video").text
    assert "Nothing with all of these filters" in page
    assert 'href="/library?q=radio"' in page


def test_a_draft_shows_its_state_to_the_brand(
    services: Services, enter: Callable[[str], FlaskClient]
) -> None:
    with transaction(services.sessions) as session:
        a_found_asset(session, "Unripe", "words", state=AssetState.DRAFT)
    assert "Draft" in enter("brand").get("/library").text
    assert "Unripe" not in enter("gold").get("/library").text


def test_f14_a_lost_index_is_said_and_search_goes_on_from_the_database(
    services: Services, enter: Callable[[str], FlaskClient]
) -> None:
    with transaction(services.sessions) as session:
        a_found_asset(session, "Orchard Row Grocers", "words")
    gold = enter("gold")
    answer = gold.get("/library?q=words")
    assert answer.status_code == 200
    assert "Search is being rebuilt" in answer.text
    assert "Orchard" in answer.text
    # the page sends word by itself
    work_off_queue(services)
    answer = gold.get("/library?q=words")
    assert "Search is being rebuilt" not in answer.text
    assert "Orchard" in answer.text
    if services.engine.dialect.name == "sqlite":
        # deleted under the running portal
        shutil.rmtree(services.settings.data_dir / "index")
        assert "Search is being rebuilt" in gold.get("/library?q=words").text
        work_off_queue(services)
        assert "Search is being rebuilt" not in gold.get("/library?q=words").text


def test_more_is_shown_on_demand(services: Services, enter: Callable[[str], FlaskClient]) -> None:
    with transaction(services.sessions) as session:
        for number in range(30):
            a_found_asset(session, f"Asset {number}", "radio")
    keep_index(services.sessions, services.search, clock=services.clock)
    gold = enter("gold")
    for query in ("", "q=radio&"):
        page = gold.get(f"/library?{query}").text
        assert "24 of 30 shown" in page
        assert f"/library?{query.replace('&', '&amp;')}shown=48" in page
        assert "of 30 shown" not in gold.get(f"/library?{query}shown=48").text


@pytest.mark.parametrize(
    "query", ["", "q=radio", "q=radio&kind=case_study&stage=x&sort=title", "layout=list&shown=48"]
)
def test_the_page_needs_few_statements_whatever_the_number_of_assets(
    services: Services, enter: Callable[[str], FlaskClient], statements: list[str], query: str
) -> None:
    with transaction(services.sessions) as session:
        for number in range(40):
            asset = a_found_asset(session, f"Asset {number}", "radio", "radio and more")
            tag(session, asset, Vocabulary.INDUSTRY, "Retail", f"Branch {number % 7}")
    keep_index(services.sessions, services.search, clock=services.clock)
    gold = enter("gold")
    statements.clear()
    assert gold.get(f"/library?{query}").status_code == 200
    assert (
        len([text for text in statements if text.lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE"))])
        <= 15
    )


def test_why_a_hit_stands_where_it_does_is_told_and_each_reason_can_be_left_out(
    services: Services, enter: Callable[[str], FlaskClient]
) -> None:
    a_library(services)
    with transaction(services.sessions) as session:
        deck = session.scalars(select(Asset).where(Asset.ref == "deck")).one()
        deck.verified_on = services.clock().date()
        roll_up_proofs(session, at=services.clock())
    gold = enter("gold")
    page = unescape(gold.get("/library?q=radio").text)
    assert "Why this?" in page
    assert "Verified not long ago" in page
    assert "/library?q=radio&without=freshness" in page
    left = unescape(gold.get("/library?q=radio&without=freshness&without=nonsense").text)
    assert "Verified not long ago" not in left
    assert "Your words in it" in left
    # the choice stays through the form, and can be taken back
    assert '<input type="hidden" name="without" value="freshness">' in left
    assert 'href="/library?q=radio" aria-label="Count freshness again"' in left
