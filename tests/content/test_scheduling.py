"""Publishing at a set instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker

from content.assets.audiences import set_audience, visible_assets
from content.assets.errors import ExpiresBefore, NotInTheFuture, WrongStep
from content.assets.models import Asset, AssetState
from content.editing.scheduling import publish_due, schedule, unschedule
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from tests.factories.library import EVERY_FILE, a_found_asset
from tests.factories.people import an_identity

NOW = datetime(2026, 6, 15, 10, 0, tzinfo=UTC)
NINE = datetime(2026, 6, 16, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def scheduled(sessions: sessionmaker[Session], **facts: Any) -> int:
    with transaction(sessions) as session:
        asset = a_found_asset(session, "Asset", "words", state=AssetState.DRAFT, published_at=None, **facts)
        schedule(session, asset, NINE, at=NOW, by=an_identity(session, role=Role.BRAND))
        return asset.id


def sweep_at(sessions: sessionmaker[Session], at: datetime, *, needs_approval: bool = False) -> int:
    return publish_due(sessions, EVERY_FILE, needs_approval=needs_approval, clock=lambda: at)


def test_it_is_published_at_its_instant_and_not_a_second_before(sessions: sessionmaker[Session]) -> None:
    asset_id = scheduled(sessions)
    with transaction(sessions) as session:
        partner = an_identity(session)
    assert sweep_at(sessions, NINE - SECOND) == 0
    with sessions() as session:
        assert asset_id not in set(session.scalars(visible_assets(partner, at=NINE)))
    assert sweep_at(sessions, NINE) == 1
    assert sweep_at(sessions, NINE) == 0
    with sessions() as session:
        assert asset_id in set(session.scalars(visible_assets(partner, at=NINE)))
        assert session.get_one(Asset, asset_id).published_at == NINE


def test_what_was_taken_back_stays_a_draft(sessions: sessionmaker[Session]) -> None:
    asset_id = scheduled(sessions)
    with transaction(sessions) as session:
        by = an_identity(session, role=Role.BRAND)
        unschedule(session, session.get_one(Asset, asset_id), at=NOW, by=by)
    assert sweep_at(sessions, NINE) == 0


def test_one_that_cannot_be_published_says_why_and_is_not_tried_for_ever(
    sessions: sessionmaker[Session],
) -> None:
    asset_id = scheduled(sessions)
    with transaction(sessions) as session:
        set_audience(session, session.get_one(Asset, asset_id), frozenset())
    assert sweep_at(sessions, NINE) == 0
    with sessions() as session:
        asset = session.get_one(Asset, asset_id)
        assert (asset.state, asset.publish_at) == (AssetState.DRAFT, None)
        assert "nobody can yet" in (asset.publish_problem or "")


def test_where_two_are_wanted_a_set_time_does_not_replace_the_second(
    sessions: sessionmaker[Session],
) -> None:
    asset_id = scheduled(sessions)
    assert sweep_at(sessions, NINE, needs_approval=True) == 0
    with sessions() as session:
        assert "Somebody else" in (session.get_one(Asset, asset_id).publish_problem or "")


def test_a_time_that_makes_no_sense_is_refused(session: Session) -> None:
    by = an_identity(session, role=Role.BRAND)
    draft = a_found_asset(session, "Asset", "words", state=AssetState.DRAFT, expires_at=NINE)
    with pytest.raises(NotInTheFuture):
        schedule(session, draft, NOW, at=NOW, by=by)
    with pytest.raises(ExpiresBefore):
        schedule(session, draft, NINE, at=NOW, by=by)
    with pytest.raises(WrongStep):
        schedule(session, a_found_asset(session, "Asset", "words"), NINE, at=NOW, by=by)
