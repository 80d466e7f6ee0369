"""What each reader finds, and what the facets say of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from content.assets.id_sets import in_set
from content.assets.models import Asset, AssetKind, AssetState, Term, Vocabulary
from content.editing.bulk import Undo, undo
from content.editing.vocabularies import merge_words
from content.finding import finding
from content.finding.facets import Facet
from content.finding.finding import Findings, FindQuery, Sort, find
from content.finding.indexing import keep_index
from content.finding.search_answers import offset_of, search_answer
from portal.kernel.cursors import WrongCursor
from portal.kernel.db import reading, transaction
from portal.kernel.identity import Identity, Role
from portal.services import Services
from tests.factories.library import EVERY_FILE, a_found_asset, days_before, tag
from tests.factories.people import TODAY, a_partner, an_identity

Find = Callable[..., Findings]


@pytest.fixture
def gold(services: Services) -> Identity:
    with transaction(services.sessions) as session:
        return an_identity(session, a_partner(session, tier="gold"))


@pytest.fixture
def silver(services: Services) -> Identity:
    with transaction(services.sessions) as session:
        return an_identity(session, a_partner(session, tier="silver"))


@pytest.fixture
def brand(services: Services) -> Identity:
    with transaction(services.sessions) as session:
        return an_identity(session, role=Role.BRAND)


@pytest.fixture
def found_by(services: Services) -> Find:
    """Index what is committed, then find."""

    def found(identity: Identity, text: str = "", **asked: Any) -> Findings:
        keep_index(services.sessions, services.search, clock=services.clock)
        with reading(services.sessions) as session:
            return find(session, services.search, identity, FindQuery(text, **asked), at=services.clock())

    return found


def refs(findings: Findings) -> list[str]:
    return [item.ref for item in findings.items]


def counts(findings: Findings, facet: Facet) -> dict[str, int]:
    return {counted.value: counted.count for counted in findings.facets[facet]}


def test_a_phrase_of_page_3_is_found_by_gold_and_by_nobody_else(
    services: Services, found_by: Find, gold: Identity, silver: Identity
) -> None:
    with transaction(services.sessions) as session:
        a_found_asset(
            session,
            "Orchard Row Grocers",
            "One.",
            "Two.",
            "The zanzibar tariff of the morning.",
            audience="tier:gold",
            ref="orchard",
        )
        a_found_asset(session, "Open to all", "A tariff of the day.", ref="open")
    found = found_by(gold, '"zanzibar tariff"')
    assert refs(found) == ["orchard"]
    assert found.items[0].page == 3
    assert "zanzibar tariff" in found.items[0].snippet.text

    hidden = found_by(silver, "zanzibar tariff")
    assert refs(hidden) == ["open"]
    assert "zanzibar" not in str(asdict(hidden)).lower()
    assert found_by(silver, "zanzibar").total == 0
    assert found_by(silver, "zanzibra").suggestion is None
    assert found_by(silver, "zanzibra").corrected is None
    assert found_by(gold, "zanzibra").corrected == "zanzibar"
    assert sum(counts(hidden, Facet.KIND).values()) == 1


def test_a_word_of_the_vocabulary_shows_only_to_who_sees_an_asset_with_it(
    services: Services, found_by: Find, gold: Identity, silver: Identity
) -> None:
    with transaction(services.sessions) as session:
        secret = a_found_asset(
            session, "Secret", "Words.", audience="tier:gold", language="fr", kind=AssetKind.DECK
        )
        tag(session, secret, Vocabulary.INDUSTRY, "Spaceflight")
        a_found_asset(session, "Open", "Words.")
    for text in ("", "words", "spaceflight"):
        facets = str(found_by(silver, text).facets)
        assert "paceflight" not in facets
        assert "deck" not in facets
        assert "'fr'" not in facets
    assert found_by(silver, "words", industry=("spaceflight",)).total == 0
    assert counts(found_by(gold), Facet.INDUSTRY) == {"spaceflight": 1}


def test_drafts_expired_and_retired_assets_are_found_by_the_brand_alone(
    services: Services, found_by: Find, gold: Identity, brand: Identity
) -> None:
    with transaction(services.sessions) as session:
        a_found_asset(session, "Draft", "unripe words", state=AssetState.DRAFT, ref="draft")
        a_found_asset(session, "Old", "unripe words", expires_at=services.clock(), ref="old")
        a_found_asset(session, "Gone", "unripe words", state=AssetState.RETIRED, ref="gone")
    for text in ("", "unripe"):
        assert refs(found_by(gold, text)) == []
        assert set(refs(found_by(brand, text))) == {"draft", "old", "gone"}


def test_choices_narrow_and_counts_say_what_each_would_leave(
    services: Services, found_by: Find, gold: Identity
) -> None:
    with transaction(services.sessions) as session:
        for number, (kind, stage, industry) in enumerate(
            [
                (AssetKind.DECK, "Evaluate", "Retail"),
                (AssetKind.DECK, "Explore", "Retail"),
                (AssetKind.CASE_STUDY, "Evaluate", "Health"),
                (AssetKind.VIDEO, "Evaluate", "Retail"),
            ]
        ):
            asset = a_found_asset(session, f"Asset {number}", "radio", kind=kind)
            tag(session, asset, Vocabulary.STAGE, stage)
            tag(session, asset, Vocabulary.INDUSTRY, industry)
    for text in ("", "radio"):
        found = found_by(gold, text, kind=("deck", "case_study"), stage=("evaluate",))
        assert found.total == 2
        # a facet counts what its own choices would leave, given those in the others
        assert counts(found, Facet.KIND) == {"deck": 1, "case_study": 1, "video": 1}
        assert counts(found, Facet.STAGE) == {"explore": 1, "evaluate": 2}
        assert counts(found, Facet.INDUSTRY) == {"retail": 1, "health": 1}
    nothing = found_by(gold, kind=("rate_card",), industry=("no-such",), freshness=("no-such",))
    assert (nothing.total, nothing.items) == (0, ())


def test_freshness_narrows_by_when_somebody_stood_behind_it(
    services: Services, found_by: Find, gold: Identity
) -> None:
    with transaction(services.sessions) as session:
        a_found_asset(session, "Fresh", "w", verified_on=days_before(TODAY, 5), ref="fresh")
        a_found_asset(session, "Older", "w", verified_on=days_before(TODAY, 60), ref="older")
        a_found_asset(session, "Due", "w", review_on=TODAY, ref="due")
    assert counts(found_by(gold), Facet.FRESHNESS) == {"30": 1, "90": 2, "due": 1}
    assert refs(found_by(gold, freshness=("30",))) == ["fresh"]
    assert refs(found_by(gold, freshness=("30", "due"))) == ["due", "fresh"]
    assert found_by(gold, freshness=("due",)).items[0].is_review_due


@pytest.mark.parametrize("text", ["", "radio"])
def test_results_can_be_sorted_and_read_in_windows(
    services: Services, found_by: Find, gold: Identity, text: str
) -> None:
    with transaction(services.sessions) as session:
        for title in ("Beta", "alpha", "Gamma"):
            a_found_asset(session, title, "radio " * len(title), ref=title.lower())
    assert refs(found_by(gold, text, sort=Sort.TITLE)) == ["alpha", "beta", "gamma"]
    assert refs(found_by(gold, text, sort=Sort.NEWEST)) == ["gamma", "alpha", "beta"]
    assert refs(found_by(gold, text, sort=Sort.TITLE, limit=2, offset=1)) == ["beta", "gamma"]
    windows = [refs(found_by(gold, text, limit=1, offset=at)) for at in range(3)]
    assert sorted(ref for window in windows for ref in window) == ["alpha", "beta", "gamma"]
    assert found_by(gold, text, limit=1, offset=1).total == 3


def test_the_newest_of_many_are_found_along_the_index_as_those_of_few_are_sorted(
    services: Services, found_by: Find, silver: Identity, brand: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = services.clock()
    with transaction(services.sessions) as session:
        for days, audience in ((5, "all"), (1, "tier:gold"), (9, "all"), (1, "all"), (None, "tier:gold")):
            published = None if days is None else at - timedelta(days=days)
            created: dict[str, Any] = {"published_at": published, "created_at": at - timedelta(days=2)}
            a_found_asset(
                session, f"{days}", "radio", audience=audience, ref=f"{days}-{audience[:3]}", **created
            )
    asked = [(identity, limit, offset) for identity in (silver, brand) for limit, offset in ((9, 0), (2, 1))]
    sorted_ = [refs(found_by(identity, limit=limit, offset=offset)) for identity, limit, offset in asked]
    monkeypatch.setattr(finding, "_MANY", 0)
    walked = [refs(found_by(identity, limit=limit, offset=offset)) for identity, limit, offset in asked]
    assert walked == sorted_
    assert sorted_[2] == ["1-all", "1-tie", "None-tie", "5-all", "9-all"]


def test_the_answer_of_the_api_goes_from_page_to_page(
    services: Services, found_by: Find, gold: Identity
) -> None:
    with transaction(services.sessions) as session:
        for number in range(5):
            a_found_asset(session, f"Asset {number}", "nothing", "radio here")
    found_by(gold)
    seen: list[str] = []
    cursor: str | None = None
    with reading(services.sessions) as session:
        for _page in range(3):
            query = FindQuery("radio", limit=2, offset=offset_of(cursor))
            answer = search_answer(session, services.search, gold, query, at=services.clock())
            seen += [item.ref for item in answer.items]
            assert {(item.page, item.snippet, item.version) for item in answer.items} == {
                (2, "radio here", 1)
            }
            cursor = answer.next
    assert cursor is None
    assert len(set(seen)) == 5
    assert answer.facets["kind"][0].count == 5


@pytest.mark.parametrize("cursor", ["x", "ÿÿ", "YWZ0ZXI6LTE", "YWZ0ZXI6", "%%%", "b2Zmc2V0OjE"])
def test_a_cursor_that_was_not_given_out_is_refused(cursor: str) -> None:
    with pytest.raises(WrongCursor):
        offset_of(cursor)


def test_more_ids_than_a_statement_takes_parameters_are_no_problem(
    services: Services, found_by: Find, gold: Identity
) -> None:
    with transaction(services.sessions) as session:
        asset = a_found_asset(session, "One", "radio")
    with reading(services.sessions) as session:
        assert session.scalars(select(Asset.id).where(in_set(session, Asset.id, range(200_000)))).all() == [
            asset.id
        ]


def test_guidance_is_found_and_quoted(services: Services, found_by: Find, gold: Identity) -> None:
    with transaction(services.sessions) as session:
        a_found_asset(
            session,
            "One",
            "Nothing here.",
            summary="A summary.",
            when_to_use="After the zeppelin call.",
            talk_track="Ask about umbrellas first.",
            ref="guided",
        )
    found = found_by(gold, "zeppelin")
    assert refs(found) == ["guided"]
    assert "After the zeppelin call" in found.items[0].snippet.text
    assert refs(found_by(gold, '"umbrellas first"')) == ["guided"]


def test_a_query_is_stemmed_for_the_languages_that_the_reader_sees(
    services: Services, found_by: Find, gold: Identity, silver: Identity
) -> None:
    with transaction(services.sessions) as session:
        a_found_asset(session, "Preislisten", "Häuser.", language="de-AT", ref="de", audience="tier:gold")
        a_found_asset(session, "Rates", "The houses.", language="en", ref="en")
    assert refs(found_by(gold, "Preisliste haus")) == ["de"]
    assert set(refs(found_by(gold, "houses preislisten"))) == {"de", "en"}
    assert refs(found_by(silver, "house preisliste")) == ["en"]


def test_when_nothing_was_found_what_was_meant_is_searched_for_and_said(
    services: Services, found_by: Find, gold: Identity
) -> None:
    with transaction(services.sessions) as session:
        a_found_asset(session, "Breakfast", "The show.", ref="show")
    found = found_by(gold, "braekfast")
    assert (refs(found), found.corrected, found.suggestion) == (["show"], "breakfast", None)
    found = found_by(gold, "braekfast show")
    assert (refs(found), found.corrected, found.suggestion) == (["show"], None, "breakfast show")


def test_a_kept_search_by_a_word_that_was_merged_finds_what_the_word_became(
    services: Services, found_by: Find, brand: Identity, gold: Identity
) -> None:
    with transaction(services.sessions) as session:
        for title, product in (("First", "Wireless"), ("Second", "Radio"), ("Third", "Podcast")):
            tag(session, a_found_asset(session, title, ref=title), Vocabulary.PRODUCT, product)
    changes = []
    for old, new in (("wireless", "radio"), ("radio", "podcast")):
        with transaction(services.sessions) as session:
            words = {term.ref: term for term in session.scalars(select(Term))}
            changes.append(merge_words(session, words[old], words[new], at=services.clock(), by=brand).id)
    assert set(refs(found_by(gold, product=("wireless",)))) == {"First", "Second", "Third"}
    assert refs(found_by(gold, product=("television",))) == []
    with transaction(services.sessions) as session:
        undo(session, changes[1], Undo(services.clock(), brand, EVERY_FILE))
    assert set(refs(found_by(gold, product=("wireless",)))) == {"First", "Second"}
