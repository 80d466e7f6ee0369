"""Who holds or used an older version, and that each of them is told once, and only who may still open it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from content.assets.audience_reach import may_open
from content.assets.audiences import parsed, set_audience, visible_assets
from content.assets.errors import NobodyToTell
from content.assets.models import Asset, AssetState
from content.assets.notice_models import VersionNotice
from content.editing.version_restoring import restore_version
from content.readers.version_news import Announcement, VersionNews, announce, send_version_news
from content.readers.version_readers import Slice, Use, version_readers
from content.usage.usage_downloads import record_download
from content.usage.usage_viewers import erase_viewer
from partners.models import User
from partners.people import identity_of
from portal.kernel.db import transaction
from portal.kernel.identity import Identity, Role
from portal.kernel.ports import Mail
from portal.version_letters import version_letter
from tests.factories.people import TODAY, a_partner, a_user, an_identity
from tests.factories.post import Post
from tests.factories.usage import OPENED, a_published_version, a_reading, a_version, an_open_view, moment

LATER = OPENED + timedelta(days=2)


def letter(news: VersionNews) -> Mail:
    return version_letter(news, "http://portal")


def people(session: Session, asset: Asset, use: Use) -> list[tuple[int | None, int, bool]]:
    session.expire(asset)
    rows = version_readers(session, asset, use, Slice(), at=LATER).rows
    return [(row.user_id, row.number, row.can_be_told) for row in rows]


def test_who_downloaded_an_older_file_holds_it_until_they_take_the_new_one(session: Session) -> None:
    gold, other, brand = an_identity(session), an_identity(session), an_identity(session, role=Role.BRAND)
    version = a_published_version(session)
    for reader in (gold, other, brand):
        record_download(session, reader, version, moment())
    assert people(session, version.asset, Use.HOLDING) == []
    newer = a_version(session, version.asset, number=2)
    record_download(session, other, newer, moment(LATER))
    assert people(session, version.asset, Use.HOLDING) == [(gold.user_id, 1, True)]


def test_a_version_that_came_back_is_the_file_that_its_holders_have(session: Session) -> None:
    gold = an_identity(session)
    version = a_published_version(session)
    record_download(session, gold, version, moment())
    a_version(session, version.asset, number=2)
    restore_version(session, version, "", at=LATER, by="operator")
    assert people(session, version.asset, Use.HOLDING) == []


def test_who_looked_at_the_last_version_used_it_and_who_looked_at_an_older_one_did_not(
    session: Session,
) -> None:
    seen, older, passed = an_identity(session), an_identity(session), an_identity(session)
    version = a_published_version(session)
    a_reading(session, older, version, {1: 3})
    last = a_version(session, version.asset, number=2)
    a_reading(session, seen, last, {1: 3})
    an_open_view(session, passed, last)
    a_version(session, version.asset, number=3)
    assert people(session, version.asset, Use.USED) == [(seen.user_id, 2, True)]


def test_an_erased_person_and_one_who_lost_access_are_shown_and_not_told(session: Session) -> None:
    silver = an_identity(session, a_partner(session, tier="silver"))
    erased = an_identity(session)
    version = a_published_version(session)
    for reader in (silver, erased):
        record_download(session, reader, version, moment())
    erase_viewer(session, erased.user_id, at=LATER)
    set_audience(session, version.asset, parsed("tier:gold"))
    a_version(session, version.asset, number=2)
    assert set(people(session, version.asset, Use.HOLDING)) == {(silver.user_id, 1, False), (None, 1, False)}
    with pytest.raises(NobodyToTell):
        announce(session, version.asset, Announcement(Use.HOLDING), at=LATER, by=silver)


def told_asset(sessions: sessionmaker[Session], readers: int = 2) -> tuple[int, Identity, list[User]]:
    """An asset with a newer version, who asks, and people who downloaded the older one."""
    with transaction(sessions) as session:
        brand = an_identity(session, role=Role.BRAND)
        version = a_published_version(session)
        users = [a_user(session) for _ in range(readers)]
        for user in users:
            record_download(session, identity_of(session, user, today=TODAY), version, moment())
        a_version(session, version.asset, number=2)
        return version.asset_id, brand, users


def ask(sessions: sessionmaker[Session], asset_id: int, brand: Identity, use: Use = Use.HOLDING) -> int:
    with transaction(sessions) as session:
        asset = session.get_one(Asset, asset_id)
        return announce(session, asset, Announcement(use, "Old ones are wrong"), at=LATER, by=brand)


def send(sessions: sessionmaker[Session], postbox: Post) -> int:
    return send_version_news(sessions, postbox, letter, clock=lambda: LATER)


def test_each_person_is_told_once_a_version_however_often_it_is_asked(
    sessions: sessionmaker[Session],
) -> None:
    asset_id, brand, users = told_asset(sessions)
    postbox = Post()
    assert ask(sessions, asset_id, brand) == 2
    with pytest.raises(NobodyToTell):
        ask(sessions, asset_id, brand)
    with pytest.raises(NobodyToTell):
        ask(sessions, asset_id, brand, Use.USED)
    assert (send(sessions, postbox), send(sessions, postbox)) == (2, 0)
    assert sorted(mail.to for mail in postbox.mails) == sorted(user.email for user in users)
    assert "compare?before=1&after=2" in postbox.mails[0].text
    assert "Old ones are wrong" in postbox.mails[0].text
    with sessions() as session:
        rows = version_readers(session, session.get_one(Asset, asset_id), Use.HOLDING, Slice(), at=LATER).rows
        assert {row.told_at for row in rows} == {LATER}


def test_a_mail_server_that_is_down_is_tried_again_and_nobody_is_told_twice(
    sessions: sessionmaker[Session],
) -> None:
    asset_id, brand, _ = told_asset(sessions)
    postbox = Post(is_down=True)
    ask(sessions, asset_id, brand)
    with pytest.raises(OSError, match="no server"):
        send(sessions, postbox)
    postbox.is_down = False
    assert (send(sessions, postbox), len(postbox.mails)) == (2, 2)


def test_a_mail_that_the_server_never_takes_keeps_nobody_elses_back(sessions: sessionmaker[Session]) -> None:
    asset_id, brand, (first, second) = told_asset(sessions)
    postbox = Post(refuses={first.email})
    ask(sessions, asset_id, brand)
    assert (send(sessions, postbox), send(sessions, postbox)) == (1, 0)
    assert [mail.to for mail in postbox.mails] == [second.email]


@pytest.mark.parametrize("way", ["retired", "replaced", "disabled"])
def test_r1_whoever_may_no_longer_open_it_when_the_mail_goes_out_gets_none(
    sessions: sessionmaker[Session], way: str
) -> None:
    asset_id, brand, users = told_asset(sessions, readers=1)
    ask(sessions, asset_id, brand)
    with transaction(sessions) as session:
        asset = session.get_one(Asset, asset_id)
        if way == "retired":
            asset.state = AssetState.RETIRED
        elif way == "replaced":
            a_version(session, asset, number=3)
        else:
            session.get_one(User, users[0].id).disabled_at = LATER
    postbox = Post()
    assert send(sessions, postbox) == 0
    with sessions() as session:
        assert session.scalars(select(VersionNotice)).all() == []


AUDIENCES = (
    "all",
    "tier:gold",
    "tier:gold;tier:silver",
    "tier:gold;region:emea",
    "type:broker",
    "language:de",
)


def test_the_people_an_asset_reaches_are_those_who_see_it(session: Session) -> None:
    """Both directions of an audience agree, over random partners and people."""
    dice = random.Random(4)
    users = [_someone(session, dice) for _ in range(12)]
    audiences: Sequence[str] = (*AUDIENCES, f"partner:{users[0].organisation.ref}", "")
    for audience in audiences:
        version = a_published_version(session)
        set_audience(session, version.asset, parsed(audience))
        session.flush()
        reached = set(session.scalars(select(User.id).where(may_open(version.asset, at=LATER))))
        sees = {
            user.id
            for user in users
            if version.asset_id
            in session.scalars(visible_assets(identity_of(session, user, today=LATER.date()), at=LATER))
        }
        assert reached == sees, audience


def _someone(session: Session, dice: random.Random) -> User:
    region, type_ = dice.choice(["emea", "amer"]), dice.choice(["broker", "reseller"])
    partner = a_partner(session, tier=dice.choice(["gold", "Silver", None]), region=region, type=type_)
    user = a_user(session, partner)
    user.locale = dice.choice(["en", "de", "de_AT", "deu"])
    return user
