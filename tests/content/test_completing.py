"""What is being typed is completed by what the reader may see, and by nothing else (R6)."""

from __future__ import annotations

import pytest

from content.assets.models import AssetState
from content.finding.completing import Completions, completions
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
        a_found_asset(session, "Morning Drive: case study", "Zucchini zebra.", ref="open")
        a_found_asset(session, "Morning money", "Zanzibar words.", ref="gold", audience="tier:gold")
        a_found_asset(session, "Mornings ahead", "Zanzibar.", ref="draft", state=AssetState.DRAFT)
        return an_identity(session, a_partner(session, tier="silver"))


def completed(services: Services, identity: Identity, text: str) -> Completions:
    with reading(services.sessions) as session:
        return completions(session, services.search, identity, text, at=services.clock())


def test_titles_and_words_come_from_visible_assets_alone(services: Services, silver: Identity) -> None:
    keep_index(services.sessions, services.search, clock=services.clock)
    found = completed(services, silver, "The Morn")
    assert [title.ref for title in found.titles] == ["open"]
    assert found.texts == ("The morning",)
    assert completed(services, silver, "z").texts == ()
    assert completed(services, silver, "za") == Completions()
    assert completed(services, silver, "morning ze").texts == ("morning zebra",)
    assert completed(services, silver, "mone") == Completions()


def test_titles_are_completed_while_the_index_is_rebuilt(services: Services, silver: Identity) -> None:
    with pytest.raises(IndexBeingRebuilt):
        services.search.check()
    found = completed(services, silver, "mor")
    assert [title.ref for title in found.titles] == ["open"]
    assert [title.ref for title in completed(services, silver, "dri").titles] == ["open"]
    assert completed(services, silver, "100%") == Completions(is_plain=True)
