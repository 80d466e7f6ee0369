"""Telling people of a new version by mail: the brand asks, a worker sends, each person once a version."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session, joinedload, sessionmaker

from content.assets.errors import NobodyToTell
from content.assets.guard import readable_asset
from content.assets.models import Asset, AssetVersion
from content.assets.notice_models import VersionNotice
from content.readers.version_readers import Use, untold_people
from partners.models import User
from partners.people import identity_of
from portal.kernel import activity
from portal.kernel.db import reading, transaction
from portal.kernel.errors import NotFound
from portal.kernel.identity import Identity
from portal.kernel.mailing import handed_over
from portal.kernel.ports import Mail, Mailer
from portal.kernel.upserts import insert_into

# a claim that was neither sent nor given up belongs to a worker that died
CLAIMED_FOR = timedelta(hours=1)
AT_ONCE = 50
MOST_NOTE = 2_000


@dataclass(frozen=True, slots=True)
class VersionNews:
    """What one person is told: the version that is new to them, and the one that they used."""

    id: int
    reader: User
    version: AssetVersion
    used_number: int
    note: str

    @property
    def key(self) -> str:
        """The same for the same mail, so that one which is sent twice is seen once."""
        return f"version-{self.version.id}-{self.reader.id}"


@dataclass(frozen=True, slots=True)
class Announcement:
    """Whom to tell, and the brand's own words beside what changed."""

    use: Use
    note: str = ""


def announce(session: Session, asset: Asset, asked: Announcement, *, at: datetime, by: Identity) -> int:
    """Ask that everyone of a use hears of the current version; how many. Raises NobodyToTell."""
    people = untold_people(session, asset, asked.use, at=at)
    if not people or asset.current_version is None:
        raise NobodyToTell
    rows = [
        {
            "version_id": asset.current_version.id,
            "user_id": user_id,
            "used_number": number,
            "note": asked.note.strip()[:MOST_NOTE],
            "asked_at": at,
            "asked_by_id": by.user_id,
        }
        for user_id, number in people
    ]
    session.execute(insert_into(session, VersionNotice).on_conflict_do_nothing(), rows)
    facts = {"version": asset.current_version.number, "people": len(rows)}
    activity.record(session, "version.announced", ("asset", asset.ref), at=at, by=by, **facts)
    return len(rows)


def send_version_news(
    sessions: sessionmaker[Session],
    mailer: Mailer,
    letter: Callable[[VersionNews], Mail],
    *,
    clock: Callable[[], datetime],
) -> int:
    """Tell everybody who waits to be told; how many mails went out.

    Raises OSError when the server is away.
    """

    def written(notice_id: int) -> Mail | None:
        with reading(sessions) as session:
            news = _news(session, notice_id, clock())
        return letter(news) if news is not None else None

    sent = 0
    while claimed := _claimed(sessions, clock()):
        for notice_id, went_out in handed_over(mailer, claimed, written, partial(_give_back, sessions)):
            _note(sessions, notice_id, clock() if went_out else None)
            sent += went_out
    return sent


def _claimed(sessions: sessionmaker[Session], at: datetime) -> list[int]:
    waits = select(VersionNotice.id).where(_waits(at)).order_by(VersionNotice.id).limit(AT_ONCE)
    with reading(sessions) as session:
        if session.execute(waits).first() is None:
            return []
    with transaction(sessions) as session:
        taken = (
            update(VersionNotice)
            .where(VersionNotice.id.in_(waits), _waits(at))
            .values(claimed_at=at)
            .returning(VersionNotice.id)
        )
        return sorted(session.scalars(taken))


def _waits(at: datetime) -> ColumnElement[bool]:
    free = or_(VersionNotice.claimed_at.is_(None), VersionNotice.claimed_at < at - CLAIMED_FOR)
    return VersionNotice.sent_at.is_(None) & free


def _news(session: Session, notice_id: int, at: datetime) -> VersionNews | None:
    """None when the person may no longer open the asset, or a newer version has come since."""
    notice = session.get_one(
        VersionNotice,
        notice_id,
        options=[
            joinedload(VersionNotice.user).joinedload(User.organisation),
            joinedload(VersionNotice.version).joinedload(AssetVersion.asset),
        ],
    )
    reader, version = notice.user, notice.version
    if reader.disabled_at is not None or version.asset.current_version_id != version.id:
        return None
    try:
        readable_asset(session, identity_of(session, reader, today=at.date()), version.asset.ref, at=at)
    except NotFound:
        return None
    return VersionNews(notice.id, reader, version, notice.used_number, notice.note)


def _note(sessions: sessionmaker[Session], notice_id: int, at: datetime | None) -> None:
    """Note when it was sent; what nobody is told of any more is dropped."""
    this = VersionNotice.id == notice_id
    with transaction(sessions) as session:
        if at is None:
            session.execute(delete(VersionNotice).where(this))
        else:
            session.execute(update(VersionNotice).where(this).values(sent_at=at))


def _give_back(sessions: sessionmaker[Session], notice_ids: list[int]) -> None:
    with transaction(sessions) as session:
        given = update(VersionNotice).where(VersionNotice.id.in_(notice_ids)).values(claimed_at=None)
        session.execute(given)
