"""Captions, the place of partners' names and translations wait for a second person, too."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content.assets.cobranding_models import ZoneBackground
from content.assets.errors import NotApproved, OwnWork
from content.assets.models import AssetState, AssetVersion, FileFormat
from content.assets.proposal_models import ChangeOf, ChangeState, ProposedChange
from content.editing import publishing
from content.editing.approval_errors import ChangedMeanwhile, NewerVersionThere
from content.editing.approving import approve_change, send_change_back
from content.editing.branding_zones import Zone, zone_for_approval, zone_of
from content.editing.captioning import attach_for_approval, captions_of, remove_for_approval
from content.editing.captions import CaptionFile
from content.editing.proposing import follow, take_back_change
from content.editing.translations import (
    translate_for_approval,
    translations_of,
    untranslate_for_approval,
)
from portal.kernel.identity import Identity, Role
from tests.factories.library import EVERY_FILE, PUBLISHED, a_found_asset, a_read_version
from tests.factories.people import an_identity
from tests.factories.usage import a_published_version

AT = PUBLISHED + timedelta(days=30)
LATER = AT + timedelta(days=3)
ZONE = Zone(1, 600, 8600, 4400, 900, ZoneBackground.WHITE)


@pytest.fixture
def author(session: Session) -> Identity:
    return an_identity(session, role=Role.BRAND)


@pytest.fixture
def second(session: Session) -> Identity:
    return an_identity(session, role=Role.BRAND)


def a_film(session: Session, state: AssetState = AssetState.PUBLISHED) -> AssetVersion:
    version = a_published_version(session, format=FileFormat.VIDEO)
    version.asset.state = state
    session.expire(version.asset, ["versions"])
    return version


def captions(words: str, language: str = "en") -> CaptionFile:
    return CaptionFile(f"WEBVTT\n\n00:01.000 --> 00:02.000\n{words}\n".encode(), language)


def said(session: Session, version: AssetVersion) -> dict[str, str]:
    return {one.language: one.text for one in captions_of(session, version)}


def waiting(session: Session) -> list[ProposedChange]:
    wanted = select(ProposedChange).where(ProposedChange.state == ChangeState.WAITING)
    return list(session.scalars(wanted.order_by(ProposedChange.id)))


def test_captions_of_a_published_film_wait_by_language_and_go_live_with_the_second_person(
    session: Session, author: Identity, second: Identity
) -> None:
    film = a_film(session)
    english = attach_for_approval(session, film, captions("Hello"), at=AT, by=author)
    german = attach_for_approval(session, film, captions("Hallo", "de"), at=AT, by=author)
    assert english is not None
    assert german is not None
    assert said(session, film) == {}
    with pytest.raises(OwnWork):
        approve_change(session, english, at=LATER, by=author, files=EVERY_FILE)
    approve_change(session, english, at=LATER, by=second, files=EVERY_FILE)
    assert said(session, film) == {"en": "Hello"}
    assert (film.asset.approved_by_id, film.asset.updated_at) == (second.user_id, LATER)
    assert captions_of(session, film)[0].added_by_id == author.user_id
    send_change_back(session, german, "Which study?", at=LATER, by=second)
    gone = remove_for_approval(session, film, "en", at=LATER, by=author)
    assert gone is not None
    assert said(session, film) == {"en": "Hello"}
    approve_change(session, gone, at=LATER, by=second, files=EVERY_FILE)
    assert said(session, film) == {}


def test_captions_that_are_there_already_take_back_what_waits_and_others_replace_it(
    session: Session, author: Identity, second: Identity
) -> None:
    film = a_film(session)
    first = attach_for_approval(session, film, captions("One"), at=AT, by=author)
    assert first is not None
    assert attach_for_approval(session, film, captions("One"), at=AT, by=author) is first
    approve_change(session, first, at=AT, by=second, files=EVERY_FILE)
    attach_for_approval(session, film, captions("Two"), at=AT, by=author)
    both = attach_for_approval(session, film, captions("Three"), at=AT, by=second)
    assert both is not None
    assert both.author_ids == sorted([author.user_id, second.user_id])
    assert waiting(session) == [both]
    assert attach_for_approval(session, film, captions("One"), at=AT, by=author) is None
    assert waiting(session) == []


def test_who_captions_a_version_that_waits_is_an_author_of_it(
    session: Session, author: Identity, second: Identity
) -> None:
    film = a_film(session)
    made = {"created_by_id": author.user_id, "format": FileFormat.VIDEO}
    new = a_read_version(session, film.asset, "new", number=2, **made)
    film.asset.current_version_id = film.id
    follow(session, new, at=AT, needs_approval=True)
    assert attach_for_approval(session, new, captions("Unseen"), at=AT, by=second) is None
    (change,) = waiting(session)
    with pytest.raises(OwnWork):
        approve_change(session, change, at=LATER, by=second, files=EVERY_FILE)


@pytest.mark.parametrize("state", [AssetState.APPROVED, AssetState.RETIRED])
def test_captions_after_the_approval_are_approved_before_they_are_published(
    state: AssetState, session: Session, author: Identity, second: Identity
) -> None:
    film = a_film(session, state=AssetState.DRAFT)
    publishing.submit(session, film.asset, at=AT, by=author)
    publishing.approve(session, film.asset, at=AT, by=second)
    if state is AssetState.RETIRED:
        publishing.publish_approved(session, film.asset, at=AT, by=author, files=EVERY_FILE)
        publishing.retire(session, film.asset, at=AT, by=author)
    assert attach_for_approval(session, film, captions("Unseen"), at=AT, by=author) is None
    with pytest.raises(NotApproved):
        publishing.publish_approved(session, film.asset, at=LATER, by=author, files=EVERY_FILE)


def test_the_place_of_partners_names_waits_and_is_of_the_version_that_it_was_drawn_on(
    session: Session, author: Identity, second: Identity
) -> None:
    asset = a_found_asset(session, "Study", "one", "two")
    session.expire(asset)
    version = asset.versions[0]
    change = zone_for_approval(session, version, ZONE, at=AT, by=author)
    assert change is not None
    assert zone_of(session, version) is None
    approve_change(session, change, at=LATER, by=second, files=EVERY_FILE)
    assert zone_of(session, version) == ZONE
    moved = zone_for_approval(session, version, Zone(2, 0, 0, 5000, 900), at=LATER, by=author)
    assert moved is not None
    take_back_change(session, moved, at=LATER, by=author)
    gone = zone_for_approval(session, version, None, at=LATER, by=author)
    assert gone is not None
    assert zone_of(session, version) == ZONE
    a_read_version(session, asset, "three", number=2)
    session.expire(asset)
    with pytest.raises(NewerVersionThere):
        approve_change(session, gone, at=LATER, by=second, files=EVERY_FILE)


def test_translations_wait_when_partners_have_one_of_them(
    session: Session, author: Identity, second: Identity
) -> None:
    english, german = (a_found_asset(session, name, "w", language=name) for name in ("en", "de"))
    change = translate_for_approval(session, english, german, at=AT, by=author)
    assert change is not None
    assert change.after == {"translations": {german.ref: "de"}}
    partner = an_identity(session)
    assert translations_of(session, partner, english, at=AT) == []
    approve_change(session, change, at=LATER, by=second, files=EVERY_FILE)
    assert [one.ref for one in translations_of(session, partner, english, at=LATER)] == [german.ref]
    apart = untranslate_for_approval(session, german, at=LATER, by=second)
    again = untranslate_for_approval(session, english, at=LATER, by=second)
    assert apart is not None
    assert again is not None
    approve_change(session, apart, at=LATER, by=author, files=EVERY_FILE)
    assert (english.translation_group, german.translation_group) == (None, None)
    with pytest.raises(ChangedMeanwhile):
        approve_change(session, again, at=LATER, by=author, files=EVERY_FILE)


def test_drafts_are_joined_at_once(session: Session, author: Identity) -> None:
    one, two = (
        a_found_asset(session, name, "w", language=name, state=AssetState.DRAFT) for name in ("en", "de")
    )
    assert translate_for_approval(session, one, two, at=AT, by=author) is None
    assert one.translation_group == two.translation_group is not None
    assert untranslate_for_approval(session, two, at=AT, by=author) is None


def test_each_thing_waits_by_itself(session: Session, author: Identity) -> None:
    film = a_film(session)
    attach_for_approval(session, film, captions("Hello"), at=AT, by=author)
    german = a_found_asset(session, "de", "w", language="de")
    translate_for_approval(session, film.asset, german, at=AT, by=author)
    assert [one.what for one in waiting(session)] == [ChangeOf.CAPTIONS, ChangeOf.TRANSLATION]
