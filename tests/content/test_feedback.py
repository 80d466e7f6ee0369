"""What readers say of content and keep: one answer a person and version, summed up for the brand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from content.assets.models import AssetVersion
from content.editing.publishing import retire
from content.readers.feedback import (
    FeedbackSums,
    Said,
    feedback_by_asset,
    feedback_by_version,
    give_feedback,
    out_of_date_reports,
    own_feedback,
    reported_count,
    settle_reports,
    take_back_feedback,
)
from content.readers.reader_models import Answer
from content.readers.saving import save_asset, saved_assets, saved_count, saved_refs, unsave_asset
from portal.kernel.identity import Identity
from tests.factories.people import an_identity
from tests.factories.usage import OPENED, a_published_version, a_version

OLD = Said(Answer.OUT_OF_DATE, "The prices of  last year.")


@pytest.fixture
def version(session: Session) -> AssetVersion:
    return a_published_version(session)


@pytest.fixture
def reader(session: Session) -> Identity:
    return an_identity(session)


def test_another_answer_on_the_same_version_replaces_the_first(
    session: Session, version: AssetVersion, reader: Identity
) -> None:
    give_feedback(session, reader, version, Said(Answer.USEFUL, "a note that nobody asked for"), at=OPENED)
    assert own_feedback(session, reader, version) == Said(Answer.USEFUL)
    give_feedback(session, reader, version, OLD, at=OPENED)
    assert own_feedback(session, reader, version) == Said(Answer.OUT_OF_DATE, "The prices of last year.")
    assert feedback_by_version(session, version.asset_id) == {1: FeedbackSums(out_of_date=1)}
    take_back_feedback(session, reader, version)
    assert own_feedback(session, reader, version) is None
    assert feedback_by_version(session, version.asset_id) == {}


def test_answers_are_summed_by_version_and_each_reader_sees_their_own(
    session: Session, version: AssetVersion, reader: Identity
) -> None:
    other = an_identity(session)
    give_feedback(session, reader, version, Said(Answer.USEFUL), at=OPENED)
    give_feedback(session, other, version, Said(Answer.NOT_USEFUL), at=OPENED)
    second = a_version(session, version.asset, number=2)
    assert own_feedback(session, reader, second) is None
    give_feedback(session, reader, second, Said(Answer.USEFUL), at=OPENED)
    assert feedback_by_version(session, version.asset_id) == {
        2: FeedbackSums(useful=1),
        1: FeedbackSums(useful=1, not_useful=1),
    }
    assert feedback_by_asset(session, [version.asset_id]) == {
        version.asset_id: FeedbackSums(useful=2, not_useful=1)
    }


def test_what_readers_report_as_out_of_date_waits_for_review_until_it_is_settled(
    session: Session, version: AssetVersion, reader: Identity
) -> None:
    quiet = a_published_version(session)
    give_feedback(session, reader, quiet, Said(Answer.USEFUL), at=OPENED)
    give_feedback(session, reader, version, OLD, at=OPENED)
    give_feedback(session, an_identity(session), version, Said(Answer.OUT_OF_DATE), at=OPENED)
    assert reported_count(session) == 1
    assert [report.note for report in out_of_date_reports(session, version.asset_id, most=5)] == [
        "",
        "The prices of last year.",
    ]
    assert settle_reports(session, version.asset, at=OPENED, by="operator") == 2
    assert reported_count(session) == 0
    assert settle_reports(session, version.asset, at=OPENED, by="operator") == 0
    # who says it again, says it anew
    give_feedback(session, reader, version, OLD, at=OPENED + timedelta(days=1))
    assert reported_count(session) == 1


def test_a_new_version_or_retiring_leaves_reports_behind(
    session: Session, version: AssetVersion, reader: Identity
) -> None:
    give_feedback(session, reader, version, OLD, at=OPENED)
    second = a_version(session, version.asset, number=2)
    assert reported_count(session) == 0
    give_feedback(session, reader, second, OLD, at=OPENED)
    assert reported_count(session) == 1
    retire(session, version.asset, at=OPENED, by="operator")
    assert reported_count(session) == 0


def test_r1_saved_items_are_the_person_s_own_and_end_with_the_audience(session: Session) -> None:
    gold, silver = an_identity(session), an_identity(session)
    first, second = a_published_version(session).asset, a_published_version(session, tier="gold").asset
    for hours, asset in enumerate((first, second)):
        save_asset(session, gold, asset, at=OPENED + timedelta(hours=hours))
        save_asset(session, gold, asset, at=OPENED + timedelta(days=1))
    cards = saved_assets(session, gold, at=OPENED, limit=10)
    assert [card.ref for card in cards] == [second.ref, first.ref]
    assert saved_refs(session, silver) == frozenset()
    assert saved_assets(session, silver, at=OPENED, limit=10) == []
    retire(session, first, at=OPENED, by="operator")
    second.expires_at = OPENED
    session.flush()
    assert saved_assets(session, gold, at=OPENED, limit=10) == []
    assert saved_count(session, gold, at=OPENED) == 0
    unsave_asset(session, gold, second)
    assert saved_refs(session, gold) == {first.ref}
