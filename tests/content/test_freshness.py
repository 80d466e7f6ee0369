"""Reviews and expiries: owners are reminded once each, and what nobody confirms is hidden after its grace."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from content.assets.audiences import parsed, visible_assets
from content.assets.freshness import Confirmation, confirm, hide_unconfirmed
from content.assets.models import Asset
from content.editing.describing import Description, describe
from content.reminders.reminders import Reminders, Today, send_reminders
from partners.models import User
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.kernel.ports import Mail
from portal.letters import reminder_letter
from tests.factories.library import a_found_asset
from tests.factories.people import a_user, an_identity
from tests.factories.post import Post

DAY = date(2026, 6, 15)
GRACE = timedelta(days=14)
BERLIN = ZoneInfo("Europe/Berlin")


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def owned(sessions: sessionmaker[Session], **facts: Any) -> int:
    with transaction(sessions) as session:
        owner = session.scalar(select(User).where(User.role == Role.BRAND)) or a_user(
            session, role=Role.BRAND
        )
        return a_found_asset(session, "Orchard Row", "words", owner_id=owner.id, **facts).id


def remind(sessions: sessionmaker[Session], post: Post, moment: datetime, zone: ZoneInfo = BERLIN) -> int:
    def letter(told: Reminders) -> Mail:
        return reminder_letter(told, "https://portal.example", GRACE.days)

    return send_reminders(sessions, post, letter, Today(moment, zone))


def hide(sessions: sessionmaker[Session], day: date) -> list[str]:
    return hide_unconfirmed(sessions, due_before=day - GRACE, at=at(day))


def test_partners_lose_sight_of_it_the_day_after_the_grace_and_see_it_again_once_confirmed(
    sessions: sessionmaker[Session],
) -> None:
    asset_id = owned(sessions, review_on=DAY)
    with transaction(sessions) as session:
        partner, brand = an_identity(session), an_identity(session, role=Role.BRAND)

    def seen_by_partner(day: date) -> bool:
        with sessions() as session:
            return asset_id in set(session.scalars(visible_assets(partner, at=at(day))))

    assert hide(sessions, DAY + GRACE) == []
    assert seen_by_partner(DAY + GRACE)
    after = DAY + GRACE + timedelta(days=1)
    assert len(hide(sessions, after)) == 1
    assert hide(sessions, after) == []
    assert not seen_by_partner(after)
    with transaction(sessions) as session:
        assert asset_id in set(session.scalars(visible_assets(brand, at=at(after))))
        asset = session.get_one(Asset, asset_id)
        confirm(session, asset, Confirmation.of(after, 180), at=at(after), by=brand)
    assert seen_by_partner(after)
    with sessions() as session:
        confirmed = session.get_one(Asset, asset_id)
        assert (confirmed.verified_on, confirmed.review_on) == (after, after + timedelta(days=180))


def test_a_later_review_date_or_a_longer_grace_shows_it_again(sessions: sessionmaker[Session]) -> None:
    asset_id = owned(sessions, review_on=DAY)
    late = DAY + timedelta(days=40)
    hide(sessions, late)
    with transaction(sessions) as session:
        asset, by = session.get_one(Asset, asset_id), an_identity(session, role=Role.BRAND)
        facts = Description("Orchard Row", asset.kind, parsed("all"), review_on=late)
        describe(session, asset, facts, at=at(late), by=by)
        assert asset.hidden_at is None
        asset.review_on = DAY
    assert len(hide(sessions, late)) == 1
    hide_unconfirmed(sessions, due_before=DAY - timedelta(days=1), at=at(late))
    with sessions() as session:
        assert session.get_one(Asset, asset_id).hidden_at is None


def test_an_owner_is_reminded_30_7_and_0_days_before_once_each(sessions: sessionmaker[Session]) -> None:
    owned(sessions, review_on=DAY)
    post = Post()
    mailed_on = [
        ahead
        for ahead in range(45, -25, -1)
        for hour in (6, 18)
        if remind(sessions, post, at(DAY - timedelta(days=ahead), hour))
    ]
    assert mailed_on == [30, 7, 0]
    assert "review is due on 15 June 2026" in post.mails[0].text
    assert "https://portal.example/library/found-" in post.mails[0].text


def test_the_last_day_is_a_day_of_the_house(sessions: sessionmaker[Session]) -> None:
    # midnight in Berlin: its last day is the 15th there, and the 15th still where it is told in UTC
    owned(sessions, expires_at=datetime(2026, 6, 16, 0, 0, tzinfo=BERLIN))
    post = Post()
    assert remind(sessions, post, datetime(2026, 6, 14, 21, 59, tzinfo=UTC)) == 0
    assert remind(sessions, post, datetime(2026, 6, 14, 22, 0, tzinfo=UTC)) == 1
    assert "until 15 June 2026" in post.mails[0].text


def test_an_owner_is_reminded_30_7_and_0_days_before_it_expires_and_anew_after_it_was_moved(
    sessions: sessionmaker[Session],
) -> None:
    # over the night in which the clocks go back
    asset_id = owned(sessions, expires_at=datetime(2026, 10, 26, 0, 0, tzinfo=BERLIN))
    post, last = Post(), date(2026, 10, 25)
    days = [ahead for ahead in range(40, -6, -1) if remind(sessions, post, at(last - timedelta(days=ahead)))]
    assert days == [30, 7, 0]
    assert "until 25 October 2026" in post.mails[0].text
    with transaction(sessions) as session:
        session.get_one(Asset, asset_id).expires_at = datetime(2026, 12, 1, 0, 0, tzinfo=BERLIN)
    last = date(2026, 11, 30)
    days = [ahead for ahead in range(29, -6, -1) if remind(sessions, post, at(last - timedelta(days=ahead)))]
    assert days == [29, 7, 0]


def test_one_mail_tells_an_owner_of_all_that_is_due_and_of_what_was_hidden(
    sessions: sessionmaker[Session],
) -> None:
    hidden_on = DAY + GRACE + timedelta(days=1)
    owned(sessions, review_on=DAY)
    owned(sessions, review_on=hidden_on)
    hide(sessions, hidden_on)
    post = Post()
    assert remind(sessions, post, at(hidden_on, 10)) == 1
    assert "hidden from partners. Its review was due on 15 June 2026" in post.mails[0].text
    assert "review is due on 30 June 2026" in post.mails[0].text
    assert remind(sessions, post, at(hidden_on, 11)) == 0


def test_a_mail_server_that_is_down_is_tried_again(sessions: sessionmaker[Session]) -> None:
    owned(sessions, review_on=DAY)
    post = Post()
    post.is_down = True
    with pytest.raises(OSError, match="no server"):
        remind(sessions, post, at(DAY))
    post.is_down = False
    assert remind(sessions, post, at(DAY)) == 1


def test_a_reminder_that_the_server_never_takes_keeps_no_other_back(sessions: sessionmaker[Session]) -> None:
    with transaction(sessions) as session:
        first, second = a_user(session, role=Role.BRAND), a_user(session, role=Role.BRAND)
        for owner in (first, second):
            a_found_asset(session, "Orchard Row", "words", owner_id=owner.id, review_on=DAY)
    post = Post(refuses={first.email})
    assert (remind(sessions, post, at(DAY)), remind(sessions, post, at(DAY))) == (1, 0)
    assert [mail.to for mail in post.mails] == [second.email]
    post.refuses.clear()
    assert remind(sessions, post, at(DAY, 11)) == 1


def test_what_is_retired_or_owned_by_nobody_reminds_nobody(sessions: sessionmaker[Session]) -> None:
    owned(sessions, review_on=DAY, state="retired")
    with transaction(sessions) as session:
        a_found_asset(session, "Nobody's", "words", review_on=DAY)
    assert remind(sessions, Post(), at(DAY)) == 0
