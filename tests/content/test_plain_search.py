"""While the index is lost, search goes on from the database, and leaks nothing (F14, R6)."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from content.assets.models import AssetKind, AssetState
from content.finding.finding import Findings, FindQuery, Sort, find
from content.finding.indexing import keep_index
from portal.kernel.db import reading, transaction
from portal.kernel.identity import Identity
from portal.services import Services
from search.errors import IndexBeingRebuilt
from tests.factories.library import a_found_asset
from tests.factories.people import a_partner, an_identity


@pytest.fixture
def silver(services: Services) -> Identity:
    with transaction(services.sessions) as session:
        a_found_asset(session, "Morning Drive", "One.", "Zebras on 100% of stations.", ref="zebra")
        a_found_asset(session, "Stations", "Nothing.", summary="Of zebra.", ref="title", kind=AssetKind.DECK)
        a_found_asset(session, "Gold stations", "Zanzibar zebra.", ref="gold", audience="tier:gold")
        a_found_asset(session, "Draft stations", "Zanzibar.", ref="draft", state=AssetState.DRAFT)
        return an_identity(session, a_partner(session, tier="silver"))


def found(services: Services, identity: Identity, query: FindQuery) -> Findings:
    with reading(services.sessions) as session:
        return find(session, services.search, identity, query, at=services.clock())


def refs(services: Services, identity: Identity, text: str, **asked: object) -> list[str]:
    findings = found(services, identity, FindQuery(text, **asked))  # type: ignore[arg-type]
    assert findings.is_plain
    assert findings.total == len(findings.items)
    return [item.ref for item in findings.items]


def test_words_phrases_and_exclusions_are_found_in_what_is_visible(
    services: Services, silver: Identity
) -> None:
    with pytest.raises(IndexBeingRebuilt):
        services.search.check()
    assert refs(services, silver, "station") == ["title", "zebra"]
    assert refs(services, silver, '"100% of stations"') == ["zebra"]
    assert refs(services, silver, "station -morning") == ["title"]
    assert refs(services, silver, "-morning") == ["title"]
    assert refs(services, silver, "zebra", kind=("deck",)) == ["title"]
    assert refs(services, silver, "zebra", sort=Sort.TITLE) == ["zebra", "title"]
    hit = found(services, silver, FindQuery("zebra -deck '")).items[1]
    assert (hit.page, [piece for piece, marked in hit.snippet.pieces() if marked]) == (2, ["Zebras"])


def test_nothing_leaks_while_the_index_is_lost(services: Services, silver: Identity) -> None:
    for text in ("zanzibar", '"zanzibar zebra"', "gold", "stations"):
        told = str(asdict(found(services, silver, FindQuery(text)))).lower()
        assert "zanzibar" not in told
        assert "gold" not in told
        assert "draft" not in told


def test_the_index_answers_again_once_it_is_rebuilt(services: Services, silver: Identity) -> None:
    assert found(services, silver, FindQuery("zebra")).is_plain
    keep_index(services.sessions, services.search, clock=services.clock)
    findings = found(services, silver, FindQuery("zebra"))
    assert not findings.is_plain
    assert {item.ref for item in findings.items} == {"zebra", "title"}
