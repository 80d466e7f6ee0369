"""Translations: one entry a piece in the reader's language, the others a link away."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content.assets.errors import AlreadyInLanguage, NotTranslated, TranslationOfItself
from content.assets.models import Asset
from content.editing.translations import translate, translations_of, untranslate
from content.finding.facets import Facet
from content.finding.finding import Findings, FindQuery, find
from content.finding.indexing import keep_index
from portal.kernel.db import reading, transaction
from portal.kernel.identity import Identity, Role
from portal.services import Services
from tests.factories.library import PUBLISHED, a_found_asset
from tests.factories.people import a_partner, an_identity


@pytest.fixture
def reader(services: Services) -> Identity:
    """Of a gold partner, reading English; with three languages of one piece, and another piece."""
    with transaction(services.sessions) as session:
        by = an_identity(session, role=Role.BRAND)
        english = a_found_asset(session, "Guide", "zebra crossing", ref="guide-en")
        for language, words, audience in (
            ("de", "zebra streifen", "all"),
            ("fr", "zebra passage", "tier:silver"),
        ):
            other = a_found_asset(
                session,
                f"Guide {language}",
                words,
                ref=f"guide-{language}",
                language=language,
                audience=audience,
            )
            translate(session, english, other, at=PUBLISHED, by=by)
        a_found_asset(session, "Another", "zebra", ref="another")
        return an_identity(session, a_partner(session, tier="gold"))


def found(services: Services, reader: Identity, text: str = "", **asked: object) -> Findings:
    keep_index(services.sessions, services.search, clock=services.clock)
    query = FindQuery(text, **asked)  # type: ignore[arg-type]
    with reading(services.sessions) as session:
        return find(session, services.search, reader, query, at=services.clock())


def refs(findings: Findings) -> set[str]:
    return {item.ref for item in findings.items}


@pytest.mark.parametrize("text", ["", "zebra"])
def test_one_entry_a_piece_in_the_language_of_the_reader(
    services: Services, reader: Identity, text: str
) -> None:
    german, french = replace(reader, language="de"), replace(reader, language="fr")
    assert refs(found(services, reader, text)) == {"guide-en", "another"}
    assert refs(found(services, german, text)) == {"guide-de", "another"}
    # the French one is not for gold partners: English stands for it
    in_french = found(services, french, text)
    assert refs(in_french) == {"guide-en", "another"}
    assert in_french.total == 2
    languages = {choice.value: choice.count for choice in in_french.facets[Facet.LANGUAGE]}
    assert languages == {"en": 2, "de": 1}
    assert sum(choice.count for choice in in_french.facets[Facet.KIND]) == 2


def test_a_language_that_is_chosen_shows_what_is_in_it(services: Services, reader: Identity) -> None:
    assert refs(found(services, reader, "zebra", language=("de",))) == {"guide-de"}
    assert refs(found(services, reader, language=("de",))) == {"guide-de"}


def test_words_that_only_a_translation_has_still_find_it(services: Services, reader: Identity) -> None:
    assert refs(found(services, reader, "streifen")) == {"guide-de"}


def test_the_other_languages_that_the_reader_may_see_are_named_their_own_first(
    services: Services, reader: Identity
) -> None:
    with reading(services.sessions) as session:
        assets = {asset.ref: asset for asset in session.scalars(select(Asset))}
        at = services.clock()
        told = translations_of(session, reader, assets["guide-de"], at=at)
        assert [one.ref for one in told] == ["guide-en"]
        silver = replace(reader, tier="silver", language="fr")
        told = translations_of(session, silver, assets["guide-en"], at=at)
        assert [one.language for one in told] == ["fr", "de"]
        assert translations_of(session, reader, assets["another"], at=at) == []


def test_joining_refuses_itself_and_two_of_a_language_and_can_be_undone(session: Session) -> None:
    by = an_identity(session, role=Role.BRAND)
    one, two, three = (
        a_found_asset(session, language, "words", language=language) for language in ("en", "de", "en")
    )
    with pytest.raises(TranslationOfItself):
        translate(session, one, one, at=PUBLISHED, by=by)
    translate(session, one, two, at=PUBLISHED, by=by)
    with pytest.raises(AlreadyInLanguage, match="en"):
        translate(session, two, three, at=PUBLISHED, by=by)
    untranslate(session, two, at=PUBLISHED, by=by)
    assert (one.translation_group, two.translation_group) == (None, None)
    with pytest.raises(NotTranslated):
        untranslate(session, one, at=PUBLISHED, by=by)
