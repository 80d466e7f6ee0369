"""What an asset has proved raises it a little, is bounded, explained, and can be left out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from content.assets.models import Asset
from content.finding.finding import FindQuery, FoundAsset, find
from content.finding.indexing import keep_index
from content.finding.proofs import (
    EVERY,
    MOST,
    SIGNALS,
    Signal,
    Weighed,
    count_found_opening,
    proofs_are_old,
    proved,
    roll_up_proofs,
)
from content.usage.usage_models import UsageDay, ViewerClass
from partners.account_models import (
    Account,
    Interaction,
    InteractionKind,
    JourneyStage,
    ShownContent,
    Touchpoint,
)
from portal import worker
from portal.kernel.db import reading, transaction
from portal.kernel.identity import Identity
from portal.services import Services
from tests.factories.library import a_found_asset, days_before
from tests.factories.people import LONG_AGO, TODAY, a_partner, a_user, an_identity

Found = Callable[..., list[FoundAsset]]


def opened_by_partner(session: Session, asset: Asset, *, times: int = 1) -> None:
    assert asset.current_version_id
    session.add(
        UsageDay(
            day=days_before(TODAY, 3),
            asset_id=asset.id,
            version_id=asset.current_version_id,
            organisation_id=a_partner(session).id,
            viewer_class=ViewerClass.PARTNER,
            views=times,
            read=0,
            finished=0,
            not_counted=0,
            downloads=0,
            total_ms=0,
        )
    )


def shown_by_partner(session: Session, asset: Asset, stage: JourneyStage, services: Services) -> None:
    partner = a_partner(session)
    account = Account(organisation_id=partner.id, ref=f"acc-{partner.id}", name="Buyer", created_at=LONG_AGO)
    session.add(account)
    session.flush()
    interaction = Interaction(
        account_id=account.id,
        user_id=a_user(session, partner).id,
        kind=InteractionKind.MEETING,
        touchpoint=Touchpoint.MEETING,
        stage=stage,
        at=services.clock() - timedelta(days=2),
        people="",
        note="",
        created_at=services.clock(),
    )
    interaction.shown = [ShownContent(asset_ref=asset.ref, title=asset.title, version=1)]
    session.add(interaction)


@pytest.fixture
def gold(services: Services) -> Identity:
    with transaction(services.sessions) as session:
        for ref in ("plain", "fresh", "peers", "opened"):
            a_found_asset(session, "Radio", "radio in town", ref=ref)
        return an_identity(session, a_partner(session))


@pytest.fixture
def found(services: Services, gold: Identity) -> Found:
    def found_now(text: str = "radio", **asked: object) -> list[FoundAsset]:
        with transaction(services.sessions) as session:
            roll_up_proofs(session, at=services.clock())
        keep_index(services.sessions, services.search, clock=services.clock)
        with reading(services.sessions) as session:
            query = FindQuery(text, **asked)  # type: ignore[arg-type]
            return list(find(session, services.search, gold, query, at=services.clock()).items)

    return found_now


def asset_of(session: Session, ref: str) -> Asset:
    return session.query(Asset).filter_by(ref=ref).one()


def test_each_signal_raises_and_is_told_and_can_be_left_out(services: Services, found: Found) -> None:
    with transaction(services.sessions) as session:
        asset_of(session, "fresh").verified_on = TODAY
        for _partner in range(6):
            opened_by_partner(session, asset_of(session, "peers"), times=100)
        for _opening in range(5):
            count_found_opening(session, "opened", on=TODAY)
        count_found_opening(session, "no-such-asset", on=TODAY)
    items = {item.ref: item for item in found()}
    told = {ref: {reason.signal: reason for reason in item.reasons} for ref, item in items.items()}
    assert set(told["plain"]) == {"words"}
    assert told["plain"]["words"].share == 1
    assert set(told["fresh"]) == {"words", "freshness"}
    assert set(told["peers"]) == {"words", "peers"}
    assert told["peers"]["peers"].partners == 6
    assert set(told["opened"]) == {"words", "opened"}
    for reasons in told.values():
        assert sum(reason.share for reason in reasons.values()) == pytest.approx(1, abs=0.001)
    assert found()[-1].ref == "plain"
    for signal in Signal:
        left = found(signals=SIGNALS - {signal})
        assert all(reason.signal != signal.value for item in left for reason in item.reasons)
    # without any the newest of equals is first
    assert [item.ref for item in found(signals=frozenset())] == ["opened", "peers", "fresh", "plain"]


def test_no_history_outweighs_the_words(services: Services, found: Found) -> None:
    with transaction(services.sessions) as session:
        loved = asset_of(session, "peers")
        loved.verified_on = TODAY
        for _partner in range(40):
            opened_by_partner(session, loved, times=1000)
        for _opening in range(500):
            count_found_opening(session, loved.ref, on=TODAY)
        a_found_asset(session, "Radio recall", "radio recall in town", ref="apt")
    assert [item.ref for item in found("radio recall")][:2] == ["apt", "peers"]
    with reading(services.sessions) as session:
        assert max(proved(session, Weighed()).values()) == pytest.approx(sum(MOST.values()))


def test_a_chosen_stage_counts_the_partners_of_that_stage(services: Services, found: Found) -> None:
    with transaction(services.sessions) as session:
        asset_of(session, "fresh").verified_on = TODAY
        for _partner in range(5):
            shown_by_partner(session, asset_of(session, "peers"), JourneyStage.EVALUATE, services)
    found()
    with reading(services.sessions) as session:
        peers, fresh = asset_of(session, "peers").id, asset_of(session, "fresh").id
        assert proved(session, Weighed(frozenset({Signal.PEERS}), "evaluate")).keys() == {peers}
        assert proved(session, Weighed(frozenset({Signal.PEERS}))) == {}
        assert proved(session, Weighed(frozenset({Signal.PEERS}), "explore")) == {}
        # the others count in every stage
        assert proved(session, Weighed(stage="explore")).keys() == {fresh}
        assert proved(session, Weighed(stage="evaluate")).keys() == {peers, fresh}


def test_r6_fewer_than_five_partners_show_neither_in_the_reasons_nor_in_the_score(
    services: Services, found: Found
) -> None:
    before = {item.ref: item.score for item in found()}
    with transaction(services.sessions) as session:
        for _partner in range(4):
            opened_by_partner(session, asset_of(session, "peers"))
    assert {item.ref: item.score for item in found()} == before
    assert {reason.signal for item in found() for reason in item.reasons} == {"words"}


def test_the_worker_rolls_up_now_and_then(services: Services, gold: Identity) -> None:
    with transaction(services.sessions) as session:
        asset_of(session, "fresh").verified_on = TODAY
        assert proofs_are_old(session, at=services.clock())
    worker._roll_up_proofs(services)
    with reading(services.sessions) as session:
        assert list(proved(session, Weighed())) == [asset_of(session, "fresh").id]
        assert not proofs_are_old(session, at=services.clock() + EVERY - timedelta(seconds=1))
        assert proofs_are_old(session, at=services.clock() + EVERY)
