"""From draft to published and retired."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content.assets.audiences import parsed, set_audience
from content.assets.errors import (
    AlreadyExpired,
    ChangedSinceApproval,
    NobodyCanSeeIt,
    NotApproved,
    NotReady,
    OwnWork,
    WrongStep,
)
from content.assets.models import Asset, AssetState, Processing
from content.editing import publishing
from content.editing.describing import Description, describe
from portal.kernel.activity import Activity
from portal.kernel.identity import Role
from tests.factories.library import EVERY_FILE, PUBLISHED, a_found_asset, a_read_version
from tests.factories.people import an_identity

AT = PUBLISHED + timedelta(days=30)
STEPS: dict[str, Callable[..., None]] = {
    "submit": publishing.submit,
    "approve": publishing.approve,
    "publish": partial(publishing.publish, files=EVERY_FILE),
    "withdraw": publishing.withdraw,
    "retire": publishing.retire,
}
ALLOWED = {
    (AssetState.DRAFT, "submit"): AssetState.IN_REVIEW,
    (AssetState.DRAFT, "publish"): AssetState.PUBLISHED,
    (AssetState.IN_REVIEW, "approve"): AssetState.APPROVED,
    (AssetState.IN_REVIEW, "withdraw"): AssetState.DRAFT,
    (AssetState.APPROVED, "publish"): AssetState.PUBLISHED,
    (AssetState.APPROVED, "withdraw"): AssetState.DRAFT,
    (AssetState.PUBLISHED, "withdraw"): AssetState.DRAFT,
    (AssetState.PUBLISHED, "retire"): AssetState.RETIRED,
    (AssetState.RETIRED, "publish"): AssetState.PUBLISHED,
    (AssetState.RETIRED, "submit"): AssetState.IN_REVIEW,
}


@pytest.mark.parametrize("state", AssetState)
@pytest.mark.parametrize("verb", STEPS)
def test_only_steps_that_make_sense_are_taken(session: Session, state: AssetState, verb: str) -> None:
    asset = a_found_asset(session, "Asset", "words", state=state)
    who = an_identity(session, role=Role.BRAND)
    step = STEPS[verb]
    if (state, verb) not in ALLOWED:
        with pytest.raises(WrongStep):
            step(session, asset, at=AT, by=who)
        return
    step(session, asset, at=AT, by=who)
    session.flush()
    assert asset.state is ALLOWED[state, verb]
    told = session.scalars(select(Activity).where(Activity.subject_ref == asset.ref)).one()
    assert told.details == {"before": str(state), "version": 1}


def test_what_nobody_can_see_or_is_not_ready_or_expired_is_not_published(session: Session) -> None:
    asset = a_found_asset(session, "Asset", "words", state=AssetState.DRAFT)
    set_audience(session, asset, frozenset())
    session.flush()
    with pytest.raises(NobodyCanSeeIt):
        publishing.publish(session, asset, at=AT, by="operator", files=EVERY_FILE)
    other = a_found_asset(session, "Asset", "words", state=AssetState.DRAFT, expires_at=AT)
    with pytest.raises(AlreadyExpired):
        publishing.publish(session, other, at=AT, by="operator", files=EVERY_FILE)
    failed = a_found_asset(session, "Asset", "words", state=AssetState.DRAFT, current_version_id=None)
    failed.current_version_id = None
    failed.versions[0].processing, failed.versions[0].reason = Processing.FAILED, "The PDF is encrypted."
    session.flush()
    session.expire(failed)
    with pytest.raises(NotReady, match="encrypted"):
        publishing.publish(session, failed, at=AT, by="operator", files=EVERY_FILE)


@pytest.mark.parametrize("part", ["made it", "wrote it", "handed it in", "sent its file"])
def test_no_author_approves_their_own_work(session: Session, part: str) -> None:
    author, other = an_identity(session, role=Role.BRAND), an_identity(session, role=Role.BRAND)
    asset = a_found_asset(session, "Asset", "words", state=AssetState.DRAFT)
    if part == "made it":
        asset.created_by_id = author.user_id
    if part == "wrote it":
        described = Description("Other words", asset.kind, parsed("all"))
        describe(session, asset, described, at=AT, by=author)
    if part == "sent its file":
        asset.versions[0].created_by_id = author.user_id
    publishing.submit(session, asset, at=AT, by=author if part == "handed it in" else "operator")
    with pytest.raises(OwnWork):
        publishing.approve(session, asset, at=AT, by=author)
    publishing.approve(session, asset, at=AT, by=other)
    assert (asset.state, asset.approved_by_id) == (AssetState.APPROVED, other.user_id)
    assert (asset.approved_at, asset.approved_version) == (AT, 1)


def test_what_was_approved_and_then_changed_waits_for_approval_again(session: Session) -> None:
    asset = an_approved_asset(session)
    editor = an_identity(session, role=Role.BRAND)
    describe(session, asset, Description("Other words", asset.kind, parsed("all")), at=AT, by=editor)
    assert (asset.state, asset.approved_by_id) == (AssetState.IN_REVIEW, None)
    with pytest.raises(OwnWork):
        publishing.approve(session, asset, at=AT, by=editor)


def test_a_version_that_came_after_the_approval_is_not_published_by_it(session: Session) -> None:
    asset = an_approved_asset(session)
    a_read_version(session, asset, "new words", number=2)
    session.expire(asset)
    with pytest.raises(ChangedSinceApproval, match="Version 1"):
        publishing.publish(session, asset, at=AT, by="operator", files=EVERY_FILE)


def test_a_house_that_wants_two_publishes_nothing_that_one_person_made(session: Session) -> None:
    draft = a_found_asset(session, "Asset", "words", state=AssetState.DRAFT)
    with pytest.raises(NotApproved):
        publishing.publish_approved(session, draft, at=AT, by="operator", files=EVERY_FILE)
    asset = an_approved_asset(session)
    publishing.publish_approved(session, asset, at=AT, by="operator", files=EVERY_FILE)
    publishing.retire(session, asset, at=AT, by="operator")
    publishing.publish_approved(session, asset, at=AT, by="operator", files=EVERY_FILE)
    assert asset.state is AssetState.PUBLISHED


def an_approved_asset(session: Session) -> Asset:
    asset = a_found_asset(session, "Asset", "words", state=AssetState.IN_REVIEW)
    publishing.approve(session, asset, at=AT, by=an_identity(session, role=Role.BRAND))
    return asset


def test_coming_back_from_retirement_is_no_news(session: Session) -> None:
    asset: Asset = a_found_asset(session, "Asset", "words")
    first = asset.published_at
    publishing.retire(session, asset, at=AT, by="operator")
    publishing.publish(session, asset, at=AT, by="operator", files=EVERY_FILE)
    assert asset.published_at == first
