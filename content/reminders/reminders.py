"""Mails to owners: 30, 7 and 0 days before a review or an expiry, and of what was hidden; once each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session, joinedload, sessionmaker

from content.assets.models import Asset, AssetState
from content.reminders.reminder_models import ContentReminder, ReminderKind
from partners.models import User
from portal.kernel.db import reading, transaction
from portal.kernel.mailing import handed_over
from portal.kernel.ports import Mail, Mailer
from portal.kernel.upserts import insert_into

DAYS_BEFORE = (30, 7, 0)
# a worker that was away for longer than this does not write about what has passed
LATE = timedelta(days=3)
CLAIMED_FOR = timedelta(hours=1)

Key = tuple[int, ReminderKind, date, int]


@dataclass(frozen=True, slots=True)
class Reminder:
    """One asset that its owner is told of; `due_on` is the day of its review, or the last day of its use."""

    id: int
    asset: Asset
    kind: ReminderKind
    due_on: date
    days_before: int


@dataclass(frozen=True, slots=True)
class Reminders:
    """All that one owner is told of now, in one mail."""

    owner: User
    items: tuple[Reminder, ...]

    @property
    def key(self) -> str:
        """The same for the same mail, so that one which is sent twice is seen once."""
        return f"reminder-{self.items[0].id}"


@dataclass(frozen=True, slots=True)
class Today:
    at: datetime
    zone: ZoneInfo

    @property
    def day(self) -> date:
        return self.at.astimezone(self.zone).date()

    def last_day(self, expires_at: datetime) -> date:
        return (expires_at.astimezone(self.zone) - timedelta(microseconds=1)).date()


def send_reminders(
    sessions: sessionmaker[Session], mailer: Mailer, letter: Callable[[Reminders], Mail], today: Today
) -> int:
    """Tell each owner what is due and was not told; how many mails went out.

    Raises OSError when the server is away.
    """
    sent = 0
    for told, _ in handed_over(mailer, _claimed(sessions, today), letter, partial(_give_up, sessions)):
        _note(sessions, told, today.at)
        sent += 1
    return sent


def _claimed(sessions: sessionmaker[Session], today: Today) -> list[Reminders]:
    with reading(sessions) as session:
        if not _due(session, today):
            return []
    with transaction(sessions) as session:
        dead = and_(ContentReminder.sent_at.is_(None), ContentReminder.claimed_at < today.at - CLAIMED_FOR)
        session.execute(delete(ContentReminder).where(dead))
        due = _due(session, today)
        if not due:
            return []
        statement = insert_into(session, ContentReminder).on_conflict_do_nothing(
            index_elements=["asset_id", "kind", "due_on", "days_before"]
        )
        names = ("asset_id", "kind", "due_on", "days_before")
        rows = [
            {**dict(zip(names, key, strict=True)), "user_id": owner, "claimed_at": today.at}
            for key, owner in due.items()
        ]
        # what another worker claims in the same moment is not returned here
        ids = list(session.scalars(statement.returning(ContentReminder.id), rows))
    with reading(sessions) as session:
        return _by_owner(session, ids)


def _due(session: Session, today: Today) -> dict[Key, int]:
    """What has to be told now and was not, and whom."""
    wanted = dict(_deadlines(session, today))
    if not wanted:
        return {}
    rows = session.execute(
        select(
            ContentReminder.asset_id,
            ContentReminder.kind,
            ContentReminder.due_on,
            ContentReminder.days_before,
        ).where(
            ContentReminder.asset_id.in_({key[0] for key in wanted}),
            or_(ContentReminder.sent_at.is_not(None), ContentReminder.claimed_at >= today.at - CLAIMED_FOR),
        )
    )
    told = {tuple(row) for row in rows}
    return {key: owner for key, owner in wanted.items() if key not in told}


def _deadlines(session: Session, today: Today) -> Iterator[tuple[Key, int]]:
    soon, late = today.day + timedelta(days=max(DAYS_BEFORE)), today.day - LATE
    rows = session.execute(
        select(Asset.id, Asset.review_on, Asset.expires_at, Asset.hidden_at, User.id)
        .join(User, User.id == Asset.owner_id)
        .where(
            Asset.state == AssetState.PUBLISHED,
            User.disabled_at.is_(None),
            or_(
                Asset.review_on.between(late, soon),
                Asset.expires_at.between(today.at - LATE, today.at + timedelta(days=max(DAYS_BEFORE) + 2)),
                Asset.hidden_at >= today.at - LATE,
            ),
        )
    )
    for asset_id, review_on, expires_at, hidden_at, owner in rows:
        if review_on is not None and (days := _reached(review_on, today.day)) is not None:
            yield (asset_id, ReminderKind.REVIEW, review_on, days), owner
        last = today.last_day(expires_at) if expires_at else None
        if last is not None and (days := _reached(last, today.day)) is not None:
            yield (asset_id, ReminderKind.EXPIRY, last, days), owner
        if hidden_at is not None and review_on is not None and hidden_at >= today.at - LATE:
            yield (asset_id, ReminderKind.HIDDEN, review_on, 0), owner


def _reached(due_on: date, today: date) -> int | None:
    """Of the three the one whose day has come, not longer ago than LATE."""
    left = (due_on - today).days
    return next((days for days in sorted(DAYS_BEFORE) if days - LATE.days <= left <= days), None)


def _by_owner(session: Session, ids: Sequence[int]) -> list[Reminders]:
    rows = session.execute(
        select(ContentReminder, Asset, User)
        .join(Asset, Asset.id == ContentReminder.asset_id)
        .join(User, User.id == ContentReminder.user_id)
        .where(ContentReminder.id.in_(ids))
        .options(joinedload(User.organisation))
        .order_by(User.id, ContentReminder.due_on, ContentReminder.id)
    ).all()
    found = []
    for owner, told in groupby(rows, key=lambda row: row[2]):
        items = tuple(
            Reminder(row.id, asset, row.kind, row.due_on, row.days_before) for row, asset, _owner in told
        )
        found.append(Reminders(owner, items))
    return found


def _note(sessions: sessionmaker[Session], told: Reminders, at: datetime) -> None:
    ids = [item.id for item in told.items]
    with transaction(sessions) as session:
        session.execute(update(ContentReminder).where(ContentReminder.id.in_(ids)).values(sent_at=at))


def _give_up(sessions: sessionmaker[Session], unsent: Sequence[Reminders]) -> None:
    ids = [item.id for told in unsent for item in told.items]
    with transaction(sessions) as session:
        session.execute(delete(ContentReminder).where(ContentReminder.id.in_(ids)))
