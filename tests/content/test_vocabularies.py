"""Words of the library: their use, and renaming, merging and removing them, each undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content.assets.errors import FixedWord, OtherVocabulary, OwnWork, WordTaken, WordUsed
from content.assets.models import Asset, AssetState, Term, Vocabulary
from content.assets.proposal_models import ChangeOf
from content.editing import bulk, publishing
from content.editing.approving import approve_change
from content.editing.bulk import Undo
from content.editing.proposing import Wish, propose, waiting_change
from content.editing.vocabularies import (
    add_word,
    change_language,
    change_language_for_approval,
    merge_words,
    remove_word,
    rename_word,
    used_terms,
)
from portal.kernel.identity import Identity, Role
from tests.factories.library import EVERY_FILE, a_found_asset, tag
from tests.factories.people import an_identity
from tests.factories.statements import statements_to

AT = datetime(2026, 6, 15, 10, 0, tzinfo=UTC)
PERSONA = Vocabulary.PERSONA


@pytest.fixture
def brand(session: Session) -> Identity:
    return an_identity(session, role=Role.BRAND)


def a_tagged_asset(session: Session, *personas: str) -> Asset:
    asset = a_found_asset(session, f"For {personas}", "words")
    tag(session, asset, PERSONA, *personas)
    return asset


def term(session: Session, name: str, vocabulary: Vocabulary = PERSONA) -> Term:
    return session.scalars(select(Term).where(Term.name == name, Term.vocabulary == vocabulary)).one()


def personas(asset: Asset) -> list[str]:
    return sorted(one.name for one in asset.terms_of(PERSONA))


def use(session: Session) -> dict[str, int]:
    return {used.term.name: used.assets for used in used_terms(session)[PERSONA]}


def test_two_words_become_one_and_the_undo_makes_them_two_again(session: Session, brand: Identity) -> None:
    first, both = a_tagged_asset(session, "Owner"), a_tagged_asset(session, "Owner", "Proprietor")
    second = a_tagged_asset(session, "Proprietor")
    assert use(session) == {"Owner": 2, "Proprietor": 2}
    change = merge_words(session, term(session, "Proprietor"), term(session, "Owner"), at=AT, by=brand)
    assert use(session) == {"Owner": 3}
    assert [personas(asset) for asset in (first, both, second)] == [["Owner"]] * 3
    assert second.updated_at == AT
    assert bulk.undo(session, change.id, Undo(AT, brand, EVERY_FILE)).restored == 2
    assert [personas(asset) for asset in (first, both, second)] == [
        ["Owner"],
        ["Owner", "Proprietor"],
        ["Proprietor"],
    ]


def test_a_new_name_is_the_same_word_and_its_assets_are_indexed_again(
    session: Session, brand: Identity
) -> None:
    asset = a_tagged_asset(session, "Owner")
    a_tagged_asset(session, "Media buyer")
    with pytest.raises(WordTaken, match="Merge the two"):
        rename_word(session, term(session, "Owner"), "media  BUYER", at=AT, by=brand)
    change = rename_word(session, term(session, "Owner"), "Shop owner", at=AT, by=brand)
    session.refresh(asset)
    assert (personas(asset), term(session, "Shop owner").ref) == (["Shop owner"], "owner")
    assert asset.updated_at == AT
    later = AT + timedelta(hours=1)
    bulk.undo(session, change.id, Undo(later, brand, EVERY_FILE))
    session.refresh(asset)
    assert (personas(asset), asset.updated_at) == (["Owner"], later)


def test_only_an_unused_word_is_removed_and_comes_back(session: Session, brand: Identity) -> None:
    a_tagged_asset(session, "Owner")
    with pytest.raises(WordUsed):
        remove_word(session, term(session, "Owner"), at=AT, by=brand)
    added = add_word(session, PERSONA, "Nobody", at=AT, by=brand)
    removed = remove_word(session, term(session, "Nobody"), at=AT, by=brand)
    assert use(session) == {"Owner": 1}
    bulk.undo(session, removed.id, Undo(AT, brand, EVERY_FILE))
    assert use(session) == {"Owner": 1, "Nobody": 0}
    bulk.undo(session, added.id, Undo(AT, brand, EVERY_FILE))
    assert use(session) == {"Owner": 1}


def test_journey_stages_stay_as_they_are_and_in_their_order(session: Session, brand: Identity) -> None:
    asset = a_found_asset(session, "Asset", "words")
    tag(session, asset, Vocabulary.STAGE, "experience", "explore", "engage")
    stages = [used.term.ref for used in used_terms(session)[Vocabulary.STAGE]]
    assert stages == ["explore", "engage", "experience"]
    explore, engage = (term(session, name, Vocabulary.STAGE) for name in ("explore", "engage"))
    attempts: tuple[Callable[[], object], ...] = (
        lambda: rename_word(session, explore, "Discover", at=AT, by=brand),
        lambda: merge_words(session, explore, engage, at=AT, by=brand),
        lambda: remove_word(session, explore, at=AT, by=brand),
        lambda: add_word(session, Vocabulary.STAGE, "Retain", at=AT, by=brand),
    )
    for attempt in attempts:
        with pytest.raises(FixedWord):
            attempt()


def test_words_of_two_vocabularies_are_not_merged(session: Session, brand: Identity) -> None:
    asset = a_tagged_asset(session, "Owner")
    tag(session, asset, Vocabulary.INDUSTRY, "Retail")
    with pytest.raises(OtherVocabulary):
        merge_words(
            session, term(session, "Owner"), term(session, "Retail", Vocabulary.INDUSTRY), at=AT, by=brand
        )


def test_another_language_of_what_is_published_waits_for_a_second_person_by_asset(
    session: Session, brand: Identity
) -> None:
    second = an_identity(session, role=Role.BRAND)
    one, two, busy = (a_found_asset(session, name, "Worte", language="ger") for name in ("1", "2", "3"))
    draft = a_found_asset(session, "4", "Worte", language="ger", state=AssetState.DRAFT)
    title = Wish(ChangeOf.WORDS, {"title": "3"}, {"title": "Drei"})
    proposed = propose(session, busy, title, at=AT, by=second)
    found = change_language_for_approval(session, "ger", "de", at=AT, by=brand)
    assert [asset.language for asset in (one, two, busy, draft)] == ["ger", "ger", "ger", "de"]
    assert (found.change.asset_count, found.waiting, [kept.title for kept in found.kept]) == (1, 2, ["3"])
    waits = waiting_change(session, one, ChangeOf.WORDS)
    assert waits is not None
    with pytest.raises(OwnWork):
        approve_change(session, waits, at=AT, by=brand, files=EVERY_FILE)
    approve_change(session, waits, at=AT, by=second, files=EVERY_FILE)
    assert one.language == "de"
    undone = bulk.undo(session, found.change.id, Undo(AT, brand, EVERY_FILE, needs_approval=True))
    # the draft, and what waited; what was approved since stays, and so does the work of another
    assert (undone.restored, [kept.title for kept in undone.kept]) == (2, ["1"])
    assert [asset.language for asset in (one, two, busy, draft)] == ["de", "ger", "ger", "ger"]
    assert waiting_change(session, two, ChangeOf.WORDS) is None
    assert waiting_change(session, busy, ChangeOf.WORDS) is proposed


def test_another_language_is_proposed_in_as_many_statements_for_few_as_for_many(
    session: Session, brand: Identity
) -> None:
    for number in range(30):
        language = "ger" if number < 3 else "deu"
        a_found_asset(session, f"Leitfaden {number}", "Worte", language=language)
    few, many = (_statements(session, brand, language) for language in ("ger", "deu"))
    assert len(many) <= len(few)
    assert len(many) < 20


def _statements(session: Session, brand: Identity, language: str) -> list[str]:
    """What is sent to the database while all of a language are proposed."""
    with statements_to(session.get_bind()) as sent:
        found = change_language_for_approval(session, language, "de", at=AT, by=brand)
    assert found.waiting == {"ger": 3, "deu": 27}[language]
    return sent


def test_another_language_after_the_approval_is_approved_before_it_is_published(
    session: Session, brand: Identity
) -> None:
    asset = a_found_asset(session, "Leitfaden", "Worte", language="ger", state=AssetState.DRAFT)
    publishing.submit(session, asset, at=AT, by=brand)
    publishing.approve(session, asset, at=AT, by=an_identity(session, role=Role.BRAND))
    change_language(session, "ger", "de", at=AT, by=brand)
    assert asset.state is AssetState.IN_REVIEW


def test_undoing_what_was_approved_since_is_approved_before_it_is_published(
    session: Session, brand: Identity
) -> None:
    asset = a_found_asset(session, "Leitfaden", "Worte", language="ger", state=AssetState.DRAFT)
    change = change_language(session, "ger", "de", at=AT, by=brand)
    publishing.submit(session, asset, at=AT, by=brand)
    publishing.approve(session, asset, at=AT, by=an_identity(session, role=Role.BRAND))
    bulk.undo(session, change.id, Undo(AT, brand, EVERY_FILE, needs_approval=True))
    assert (asset.language, asset.state) == ("ger", AssetState.IN_REVIEW)


def test_a_language_that_was_written_in_two_ways_is_one(session: Session, brand: Identity) -> None:
    asset = a_found_asset(session, "Leitfaden", "Worte", language="ger")
    change = change_language(session, "ger", "de", at=AT, by=brand)
    assert asset.language == "de"
    bulk.undo(session, change.id, Undo(AT, brand, EVERY_FILE))
    assert asset.language == "ger"
