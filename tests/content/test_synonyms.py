"""Words that say the same: kept by the brand, found by everybody, leaking nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content.assets.errors import SynonymTaken, TooFewSynonyms, TooManySynonyms, WrongSynonym
from content.finding.finding import FindQuery, find
from content.finding.indexing import keep_index
from content.finding.synonyms import (
    add_synonyms,
    change_synonyms,
    remove_synonyms,
    synonym_group,
    synonym_groups,
    words_of_group,
)
from portal.kernel.activity import Activity
from portal.kernel.db import reading, transaction
from portal.kernel.errors import NotFound
from portal.kernel.identity import Identity, Role
from portal.services import Services
from tests.factories.library import a_found_asset
from tests.factories.people import LONG_AGO, a_partner, an_identity


@pytest.fixture
def brand(session: Session) -> Identity:
    return an_identity(session, role=Role.BRAND)


def words(session: Session) -> list[list[str]]:
    return [words_of_group(group) for group in synonym_groups(session)]


def test_a_group_is_added_changed_and_removed_and_each_step_is_on_record(
    session: Session, brand: Identity
) -> None:
    group = add_synonyms(session, ["Rate card", " price  list ", "Rate card", ""], at=LONG_AGO, by=brand)
    assert words(session) == [["Rate card", "price list"]]
    later = LONG_AGO + timedelta(hours=1)
    assert change_synonyms(session, group, ["rate card", "tariff"], at=later, by=brand)
    assert not change_synonyms(session, group, ["rate card", "tariff"], at=later, by=brand)
    assert (words(session), group.updated_at) == ([["rate card", "tariff"]], later)
    remove_synonyms(session, synonym_group(session, group.id), at=later, by=brand)
    assert words(session) == []
    told = session.scalars(
        select(Activity).where(Activity.subject_kind == "synonyms").order_by(Activity.id)
    ).all()
    assert [line.verb for line in told] == ["synonyms.added", "synonyms.changed", "synonyms.removed"]
    assert told[1].details == {"before": ["Rate card", "price list"], "words": ["rate card", "tariff"]}
    with pytest.raises(NotFound):
        synonym_group(session, group.id)


def test_what_cannot_be_a_group_is_refused_with_a_reason(session: Session, brand: Identity) -> None:
    add_synonyms(session, ["Rate card", "price list"], at=LONG_AGO, by=brand)
    for texts, refusal in (
        (["alone"], TooFewSynonyms),
        (["station", "Stations"], TooFewSynonyms),
        (["one", "!!!"], WrongSynonym),
        (["one", "two three four five six"], WrongSynonym),
        ([f"word{number}" for number in range(30)], TooManySynonyms),
    ):
        with pytest.raises(refusal):
            add_synonyms(session, texts, at=LONG_AGO, by=brand)
    with pytest.raises(SynonymTaken, match="Rate card, price list"):
        add_synonyms(session, ["rate cards", "fees"], at=LONG_AGO, by=brand)
    assert words(session) == [["Rate card", "price list"]]


def test_who_looks_for_a_word_finds_what_says_the_same_and_is_visible(services: Services) -> None:
    with transaction(services.sessions) as session:
        a_found_asset(session, "Fees for all", "the price lists of spring", ref="open")
        a_found_asset(session, "Fees for gold", "zanzibar price list", ref="gold", audience="tier:gold")
        brand = an_identity(session, role=Role.BRAND)
        silver = an_identity(session, a_partner(session, tier="silver"))
        add_synonyms(session, ["rate cards", "price list", "zanzibar"], at=LONG_AGO, by=brand)
    keep_index(services.sessions, services.search, clock=services.clock)
    with reading(services.sessions) as session:

        def found(identity: Identity, text: str) -> set[str]:
            query = FindQuery(text)
            return {
                item.ref
                for item in find(session, services.search, identity, query, at=services.clock()).items
            }

        assert found(brand, "our rate card") == {"open", "gold"}
        assert found(silver, "our rate card") == {"open"}
        assert found(silver, '"rate card"') == set()
        hidden = find(session, services.search, silver, FindQuery("rate card"), at=services.clock())
        assert "zanzibar" not in str(hidden).lower()
