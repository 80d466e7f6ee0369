"""From draft to published and retired."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content import publishing
from content.audiences import set_audience
from content.errors import AlreadyExpired, NobodyCanSeeIt, NotReady, OwnWork, WrongStep
from content.models import Asset, AssetState, Processing
from portal.kernel.activity import Activity
from portal.kernel.identity import Role
from tests.factories.library import PUBLISHED, a_found_asset
from tests.factories.people import an_identity

AT = PUBLISHED + timedelta(days=30)
STEPS = {
    "submit": publishing.submit,
    "approve": publishing.approve,
    "publish": publishing.publish,
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
}


@pytest.mark.parametrize("state", AssetState)
@pytest.mark.parametrize("verb", STEPS)
def test_only_steps_that_make_sense_are_taken(session: Session, state: AssetState, verb: str) -> None:
    asset = a_found_asset(session, "Asset", "words", state=state)
    step: Callable[..., None] = STEPS[verb]
    if (state, verb) not in ALLOWED:
        with pytest.raises(WrongStep):
            step(session, asset, at=AT, by="operator")
        return
    step(session, asset, at=AT, by="operator")
    session.flush()
    assert asset.state is ALLOWED[state, verb]
    told = session.scalars(select(Activity).where(Activity.subject_ref == asset.ref)).one()
    assert told.details == {"before": str(state), "version": 1}


def test_what_nobody_can_see_or_is_not_ready_or_expired_is_not_published(session: Session) -> None:
    asset = a_found_asset(session, "Asset", "words", state=AssetState.DRAFT)
    set_audience(session, asset, frozenset())
    session.flush()
    with pytest.raises(NobodyCanSeeIt):
        publishing.publish(session, asset, at=AT, by="operator")
    other = a_found_asset(session, "Asset", "words", state=AssetState.DRAFT, expires_at=AT)
    with pytest.raises(AlreadyExpired):
        publishing.publish(session, other, at=AT, by="operator")
    failed = a_found_asset(session, "Asset", "words", state=AssetState.DRAFT, current_version_id=None)
    failed.current_version_id = None
    failed.versions[0].processing, failed.versions[0].reason = Processing.FAILED, "The PDF is encrypted."
    session.flush()
    session.expire(failed)
    with pytest.raises(NotReady, match="encrypted"):
        publishing.publish(session, failed, at=AT, by="operator")


def test_the_author_does_not_approve_their_own_work(session: Session) -> None:
    author, other = an_identity(session, role=Role.BRAND), an_identity(session, role=Role.BRAND)
    asset = a_found_asset(session, "Asset", state=AssetState.IN_REVIEW, created_by_id=author.user_id)
    with pytest.raises(OwnWork):
        publishing.approve(session, asset, at=AT, by=author)
    publishing.approve(session, asset, at=AT, by=other)
    assert asset.state is AssetState.APPROVED


def test_coming_back_from_retirement_is_no_news(session: Session) -> None:
    asset: Asset = a_found_asset(session, "Asset", "words")
    first = asset.published_at
    publishing.retire(session, asset, at=AT, by="operator")
    publishing.publish(session, asset, at=AT, by="operator")
    assert asset.published_at == first
