"""What changed since an instant, for one person's audience only, and the weekly mail about it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.assets.audiences import parsed, set_audience
from content.assets.mail_models import ContentMail
from content.assets.models import Asset, AssetState
from content.editing.publishing import retire
from content.readers.changes import Changes, changes_since
from content.readers.collecting import (
    CollectionDescription,
    add_collection,
    add_item,
    publish_collection,
    remove_item,
)
from content.readers.collection_models import CollectionKind
from content.readers.feedback import Said, give_feedback
from content.readers.must_reads import Ask, ask_to_read
from content.readers.reader_models import Answer
from content.readers.saving import save_asset
from content.reminders.digest import digest_of, is_time, plan_digest
from content.usage.visits import AT_FIRST, last_seen, mark_seen, refuse_digest, unmark_seen
from partners.models import User
from portal.kernel.identity import Identity, Role
from tests.factories.people import a_partner, a_user, an_identity
from tests.factories.usage import OPENED, a_published_version, a_version, an_open_view

SINCE, LATER = OPENED - timedelta(days=7), OPENED + timedelta(days=1)
MONDAY = date(2026, 6, 15)


@pytest.fixture
def gold(session: Session) -> Identity:
    return an_identity(session)


@pytest.fixture
def silver(session: Session) -> Identity:
    return an_identity(session, a_partner(session, tier="silver"))


@pytest.fixture
def brand(session: Session) -> Identity:
    return an_identity(session, role=Role.BRAND)


def a_new_asset(session: Session, *, tier: str | None = "gold") -> Asset:
    asset = a_published_version(session, tier=tier).asset
    asset.published_at = OPENED
    session.flush()
    return asset


def changed(session: Session, identity: Identity, since: datetime = SINCE) -> Changes:
    return changes_since(session, identity, since, at=LATER)


def test_all_that_is_new_is_counted_where_only_the_first_is_listed(
    session: Session, gold: Identity, silver: Identity
) -> None:
    for _ in range(3):
        a_new_asset(session)
        a_version(session, a_published_version(session, tier="gold").asset, number=2, created_at=OPENED)
    found = changes_since(session, gold, SINCE, at=LATER, most=2)
    assert (len(found.new), found.all_new, len(found.updated), found.all_updated) == (2, 3, 2, 3)
    assert found.total == 6
    assert changes_since(session, silver, SINCE, at=LATER, most=2).total == 0


def test_new_and_changed_content_is_told_to_its_audience_alone(
    session: Session, gold: Identity, silver: Identity
) -> None:
    old = a_published_version(session, tier="gold").asset
    new = a_new_asset(session)
    a_version(session, old, number=2, created_at=OPENED, what_changed="Prices of July.")
    found = changed(session, gold)
    assert [card.ref for card in found.new] == [new.ref]
    assert [(one.card.ref, one.card.version, one.what_changed) for one in found.updated] == [
        (old.ref, 2, "Prices of July.")
    ]
    assert changed(session, silver).total == 0
    assert changed(session, gold, OPENED).total == 0


def test_what_is_retired_is_told_to_who_had_saved_or_used_it(
    session: Session, gold: Identity, silver: Identity
) -> None:
    saved, used, neither = (a_published_version(session, tier="gold") for _ in range(3))
    save_asset(session, gold, saved.asset, at=SINCE)
    # it was for silver partners once
    save_asset(session, silver, saved.asset, at=SINCE)
    an_open_view(session, gold, used)
    for version in (saved, used, neither):
        retire(session, version.asset, at=OPENED, by="operator")
    session.flush()
    told = {one.title: one.was_saved for one in changed(session, gold).retired}
    assert told == {saved.asset.title: True, used.asset.title: False}
    assert changed(session, silver).retired == ()
    assert changed(session, an_identity(session)).retired == ()


def test_a_playbook_tells_of_what_was_added_and_taken_out_as_far_as_it_is_for_the_reader(
    session: Session, brand: Identity, gold: Identity, silver: Identity
) -> None:
    common, golden = a_published_version(session).asset, a_published_version(session, tier="gold").asset
    description = CollectionDescription("First meeting", CollectionKind.PLAYBOOK, "", parsed("all"))
    playbook = add_collection(session, brand, description, at=SINCE - timedelta(days=2))
    item = add_item(session, playbook, common, at=SINCE - timedelta(days=2))
    publish_collection(session, brand, playbook, at=SINCE - timedelta(days=2))
    assert changed(session, gold).collections == ()
    add_item(session, playbook, golden, at=OPENED)
    assert [(one.added, one.removed, one.is_new) for one in changed(session, gold).collections] == [
        (1, 0, False)
    ]
    assert changed(session, silver).collections == ()
    remove_item(session, playbook, item.id, at=OPENED)
    assert [(one.added, one.removed) for one in changed(session, silver).collections] == [(0, 1)]
    assert changed(session, brand).collections == ()


def test_r6_a_draft_that_is_taken_out_of_a_playbook_is_no_news(
    session: Session, brand: Identity, gold: Identity
) -> None:
    common, draft = (a_published_version(session).asset for _ in range(2))
    draft.state, draft.published_at = AssetState.DRAFT, None
    description = CollectionDescription("First meeting", CollectionKind.PLAYBOOK, "", parsed("all"))
    playbook = add_collection(session, brand, description, at=SINCE - timedelta(days=2))
    add_item(session, playbook, common, at=SINCE - timedelta(days=2))
    item = add_item(session, playbook, draft, at=SINCE - timedelta(days=2))
    publish_collection(session, brand, playbook, at=SINCE - timedelta(days=2))
    remove_item(session, playbook, item.id, at=OPENED)
    assert changed(session, gold).collections == ()


def test_marking_as_seen_holds_for_the_person_and_can_be_undone(session: Session, gold: Identity) -> None:
    other = an_identity(session)
    assert last_seen(session, gold, at=OPENED) == OPENED - AT_FIRST
    mark_seen(session, gold, at=SINCE)
    mark_seen(session, gold, at=OPENED)
    assert last_seen(session, gold, at=LATER) == OPENED
    assert last_seen(session, other, at=LATER) == LATER - AT_FIRST
    session.expire_all()
    unmark_seen(session, gold)
    assert last_seen(session, gold, at=LATER) == SINCE
    unmark_seen(session, gold)
    assert last_seen(session, gold, at=OPENED) == OPENED - AT_FIRST


@pytest.mark.parametrize(
    ("local", "is_due"),
    [
        (datetime(2026, 6, 15, 6, 59, tzinfo=UTC), False),
        (datetime(2026, 6, 15, 7, 0, tzinfo=UTC), True),
        (datetime(2026, 6, 15, 23, 59, tzinfo=UTC), True),
        (datetime(2026, 6, 16, 7, 0, tzinfo=UTC), False),
    ],
)
def test_the_digest_is_for_monday_from_seven_on(local: datetime, *, is_due: bool) -> None:
    assert is_time(local) is is_due


def test_a_week_is_planned_once_for_who_can_log_in_and_did_not_refuse(session: Session) -> None:
    wanted, refused, disabled = (a_user(session) for _ in range(3))
    a_user(session, role=Role.FINANCE)
    disabled.disabled_at = OPENED
    refuse_digest(session, refused.id, at=OPENED)
    refuse_digest(session, refused.id, at=OPENED)
    assert plan_digest(session, MONDAY, at=OPENED) == 1
    assert plan_digest(session, MONDAY, at=OPENED) == 0
    assert plan_digest(session, MONDAY + timedelta(days=7), at=OPENED) == 1
    assert set(session.scalars(select(ContentMail.user_id))) == {wanted.id}
    assert session.scalar(select(func.count()).select_from(ContentMail)) == 2


def test_r1_a_digest_holds_what_is_for_its_reader_and_is_none_when_nothing_is_new(
    session: Session, brand: Identity, gold: Identity, silver: Identity
) -> None:
    def digest(identity: Identity, at: datetime = LATER) -> object:
        return digest_of(session, session.get_one(User, identity.user_id), today=at.date(), at=at)

    assert (digest(gold), digest(silver), digest(brand)) == (None, None, None)
    new = a_new_asset(session)
    ask_to_read(session, brand, new, Ask(LATER.date()), at=OPENED)
    found = digest_of(session, session.get_one(User, gold.user_id), today=LATER.date(), at=LATER)
    assert found is not None
    assert [card.ref for card in found.changes.new] == [new.ref]
    assert [one.ref for one in found.to_read] == [new.ref]
    assert digest(silver) is None
    assert new.current_version is not None
    give_feedback(session, gold, new.current_version, Said(Answer.OUT_OF_DATE), at=OPENED)
    week = digest_of(session, session.get_one(User, brand.user_id), today=LATER.date(), at=LATER)
    assert week is not None
    assert (week.brand.reported, week.brand.never_opened, week.changes.total) == (1, 1, 0)
    set_audience(session, new, parsed("tier:silver"))
    session.flush()
    assert digest(gold) is None
