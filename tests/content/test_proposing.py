"""A second person for what is published already: until they say so, partners keep what is there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content.assets.audiences import parsed, visible_assets
from content.assets.bulk_models import BulkKind
from content.assets.errors import NotApproved, OwnWork
from content.assets.guard import readable_version
from content.assets.mail_models import ContentMail
from content.assets.models import Asset, AssetKind, AssetState, AssetVersion, Processing
from content.assets.proposal_models import ChangeState, ProposedChange
from content.editing import bulk, publishing
from content.editing.approval_errors import ApprovedOneByOne, ChangedMeanwhile, NothingInReview, ReasonMissing
from content.editing.approving import approve_asset, approve_change, send_back, send_change_back
from content.editing.bulk import Undo
from content.editing.bulk_edits import Edit, edit_for_approval_step, retire_step
from content.editing.describing import Description
from content.editing.proposing import describe_for_approval, follow
from content.editing.version_restoring import restore_for_approval
from content.readers.changes import changes_since
from portal.kernel.errors import NotFound
from portal.kernel.identity import Identity, Role
from tests.factories.library import EVERY_FILE, PUBLISHED, a_found_asset, a_read_version
from tests.factories.people import an_identity

AT = PUBLISHED + timedelta(days=30)
LATER = AT + timedelta(days=3)
WORDS = Description("Old words", AssetKind.CASE_STUDY, parsed("all"), summary="Old")


@pytest.fixture
def author(session: Session) -> Identity:
    return an_identity(session, role=Role.BRAND)


@pytest.fixture
def second(session: Session) -> Identity:
    return an_identity(session, role=Role.BRAND)


@pytest.fixture
def partner(session: Session) -> Identity:
    return an_identity(session)


@pytest.fixture
def asset(session: Session) -> Asset:
    return a_found_asset(session, "Old words", "words", summary="Old")


def the_next_version(session: Session, asset: Asset, author: Identity) -> int:
    """Read by the worker of a house that wants a second person."""
    current = asset.current_version_id
    made = {"created_by_id": author.user_id, "created_at": AT}
    version = a_read_version(session, asset, "new words", number=2, **made)
    asset.current_version_id = current
    follow(session, version, at=AT, needs_approval=True)
    session.flush()
    return version.id


def the_change(session: Session, state: ChangeState = ChangeState.WAITING) -> ProposedChange:
    return session.scalars(select(ProposedChange).where(ProposedChange.state == state)).one()


def test_r7_the_next_version_waits_and_partners_reach_it_by_no_number(
    session: Session, asset: Asset, author: Identity, second: Identity, partner: Identity
) -> None:
    new = the_next_version(session, asset, author)
    assert readable_version(session, partner, asset.ref, at=AT).number == 1
    with pytest.raises(NotFound):
        readable_version(session, partner, asset.ref, 2, at=AT)
    assert readable_version(session, author, asset.ref, 2, at=AT).id == new
    with pytest.raises(OwnWork):
        approve_change(session, the_change(session), at=LATER, by=author, files=EVERY_FILE)
    approve_change(session, the_change(session), at=LATER, by=second, files=EVERY_FILE)
    assert readable_version(session, partner, asset.ref, at=LATER).id == new
    seen_between = changes_since(session, partner, AT + timedelta(days=1), at=LATER)
    assert [one.card.version for one in seen_between.updated] == [2]


def test_a_draft_and_a_house_of_one_take_the_next_version_at_once(
    session: Session, asset: Asset, author: Identity
) -> None:
    asset.state = AssetState.DRAFT
    new = the_next_version(session, asset, author)
    assert asset.current_version_id == new
    assert session.scalars(select(ProposedChange)).all() == []


def test_what_partners_have_stays_when_it_is_read_once_more(
    session: Session, asset: Asset, partner: Identity
) -> None:
    current = session.get_one(AssetVersion, asset.current_version_id)
    follow(session, current, at=AT, needs_approval=True)
    session.flush()
    assert readable_version(session, partner, asset.ref, at=AT).id == current.id
    assert session.scalars(select(ProposedChange)).all() == []


def test_words_and_audience_of_what_is_published_wait_and_the_owner_does_not(
    session: Session, asset: Asset, author: Identity, second: Identity
) -> None:
    wanted = replace(WORDS, title="New words", audience=parsed("tier:platinum"), owner_id=second.user_id)
    described = describe_for_approval(session, asset, wanted, at=AT, by=author)
    assert (described.changed, described.waits) == (True, True)
    assert (asset.title, asset.owner_id) == ("Old words", second.user_id)
    gold = an_identity(session)
    assert asset.id in session.scalars(visible_assets(gold, at=AT)).all()
    approve_change(session, the_change(session), at=LATER, by=second, files=EVERY_FILE)
    session.flush()
    assert asset.title == "New words"
    assert asset.id not in session.scalars(visible_assets(gold, at=LATER)).all()
    publishing.retire(session, asset, at=LATER, by=author)
    publishing.publish_approved(session, asset, at=LATER, by=author, files=EVERY_FILE)


def test_who_wrote_in_a_change_that_was_replaced_cannot_approve_the_one_that_came_of_it(
    session: Session, asset: Asset, author: Identity, second: Identity
) -> None:
    describe_for_approval(session, asset, replace(WORDS, title="By one"), at=AT, by=author)
    describe_for_approval(session, asset, replace(WORDS, title="By two"), at=AT, by=second)
    for person in (author, second):
        with pytest.raises(OwnWork):
            approve_change(session, the_change(session), at=LATER, by=person, files=EVERY_FILE)
    assert the_change(session, ChangeState.REPLACED).after == {"title": "By one"}
    describe_for_approval(session, asset, WORDS, at=AT, by=author)
    assert the_change(session, ChangeState.TAKEN_BACK).after == {"title": "By two"}


def test_a_change_of_what_is_there_no_more_does_not_overwrite_it(
    session: Session, asset: Asset, author: Identity, second: Identity
) -> None:
    describe_for_approval(session, asset, replace(WORDS, title="New words"), at=AT, by=author)
    asset.title = "Other words"
    with pytest.raises(ChangedMeanwhile):
        approve_change(session, the_change(session), at=LATER, by=second, files=EVERY_FILE)
    assert asset.title == "Other words"


def test_a_version_that_comes_back_waits_like_a_new_one(
    session: Session, asset: Asset, author: Identity, second: Identity, partner: Identity
) -> None:
    the_next_version(session, asset, author)
    approve_change(session, the_change(session), at=AT, by=second, files=EVERY_FILE)
    first = readable_version(session, second, asset.ref, 1, at=AT)
    again = restore_for_approval(session, first, "", at=LATER, by=author)
    assert (again.number, again.is_held) == (3, True)
    assert readable_version(session, partner, asset.ref, at=LATER).number == 2
    approve_asset(session, asset, at=LATER, by=second, files=EVERY_FILE)
    assert readable_version(session, partner, asset.ref, at=LATER).number == 3


def test_work_goes_back_with_a_reason_that_its_author_is_told(
    session: Session, asset: Asset, author: Identity, second: Identity
) -> None:
    the_next_version(session, asset, author)
    change = the_change(session)
    with pytest.raises(ReasonMissing):
        send_change_back(session, change, " \n", at=LATER, by=second)
    send_change_back(session, change, "The rates\nare of 2025", at=LATER, by=second)
    assert change.reason == "The rates are of 2025"
    mail = session.scalars(select(ContentMail)).one()
    assert (mail.user_id, mail.slot) == (author.user_id, f"change.{change.id}")
    with pytest.raises(NothingInReview):
        approve_change(session, change, at=LATER, by=second, files=EVERY_FILE)
    draft = a_found_asset(session, "Draft", "w", state=AssetState.IN_REVIEW, created_by_id=author.user_id)
    send_back(session, draft, "No figures", at=LATER, by=second)
    assert (draft.state, draft.sent_back_reason) == (AssetState.DRAFT, "No figures")
    publishing.submit(session, draft, at=LATER, by=author)
    assert draft.sent_back_reason is None


def test_no_undo_and_no_change_in_bulk_brings_partners_what_nobody_approved(
    session: Session, asset: Asset, author: Identity
) -> None:
    step = edit_for_approval_step(session, Edit(audience=parsed("tier:gold")), AT, author)
    outcome = bulk.outcome_of(session, [asset.id], step)
    assert [one.reason for one in outcome.refused] == [ApprovedOneByOne().sentence]
    retired = bulk.outcome_of(session, [asset.id], retire_step(AT, author))
    change = bulk.record(session, BulkKind.RETIRE, retired, at=AT, by=author)
    describe_for_approval(session, asset, replace(WORDS, title="Unseen words"), at=AT, by=author)
    undone = bulk.undo(session, change.id, Undo(LATER, author, EVERY_FILE, needs_approval=True))
    assert (undone.restored, asset.state) == (0, AssetState.RETIRED)
    with pytest.raises(NotApproved):
        publishing.publish_approved(session, asset, at=LATER, by=author, files=EVERY_FILE)


def test_an_undo_gives_no_approval_to_what_was_written_since(
    session: Session, asset: Asset, author: Identity, second: Identity
) -> None:
    publishing.withdraw(session, asset, at=AT, by=author)
    publishing.submit(session, asset, at=AT, by=author)
    publishing.approve(session, asset, at=AT, by=second)
    session.flush()
    edit = edit_for_approval_step(session, Edit({"owner_id": second.user_id}), LATER, author)
    outcome = bulk.outcome_of(session, [asset.id], edit)
    change = bulk.record(session, BulkKind.EDIT, outcome, at=LATER, by=author)
    much_later = LATER + timedelta(days=1)
    wanted = replace(WORDS, title="Unseen", owner_id=second.user_id)
    describe_for_approval(session, asset, wanted, at=much_later, by=author)
    bulk.undo(session, change.id, Undo(much_later, author, EVERY_FILE, needs_approval=True))
    with pytest.raises(NotApproved):
        publishing.publish_approved(session, asset, at=much_later, by=author, files=EVERY_FILE)


def test_versions_before_the_one_that_was_approved_stay_with_the_brand(
    session: Session, author: Identity, second: Identity, partner: Identity
) -> None:
    asset = a_found_asset(session, "Draft", "one", state=AssetState.DRAFT, published_at=None)
    assert asset.versions[0].processing is Processing.READY
    session.expire(asset)
    a_read_version(session, asset, "two", number=2)
    session.expire(asset)
    publishing.submit(session, asset, at=AT, by=author)
    publishing.approve(session, asset, at=AT, by=second)
    publishing.publish_approved(session, asset, at=AT, by=author, files=EVERY_FILE)
    session.flush()
    assert readable_version(session, partner, asset.ref, at=AT).number == 2
    with pytest.raises(NotFound):
        readable_version(session, partner, asset.ref, 1, at=AT)


def test_approving_one_change_of_a_draft_does_not_approve_the_draft(
    session: Session, asset: Asset, author: Identity, second: Identity
) -> None:
    describe_for_approval(session, asset, replace(WORDS, title="Seen words"), at=AT, by=author)
    publishing.withdraw(session, asset, at=AT, by=author)
    describe_for_approval(session, asset, replace(WORDS, summary="Unseen words"), at=AT, by=author)
    approve_change(session, the_change(session), at=LATER, by=second, files=EVERY_FILE)
    assert asset.title == "Seen words"
    with pytest.raises(NotApproved):
        publishing.publish_approved(session, asset, at=LATER, by=author, files=EVERY_FILE)
