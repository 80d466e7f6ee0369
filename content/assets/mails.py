"""Mails about content: wanted once, sent by one worker, tried again when the server does not take them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, or_, select, update
from sqlalchemy.orm import Session, joinedload, sessionmaker

from content.assets.mail_models import ContentMail, TaskSlot
from partners.models import User
from portal.kernel.db import reading, transaction
from portal.kernel.mailing import handed_over
from portal.kernel.ports import Mail, Mailer
from portal.kernel.upserts import insert_into

# what could not be sent for so long is no news any more
NEWS_FOR = timedelta(days=3)
# a claim that was not sent belongs to a worker that died
CLAIMED_FOR = timedelta(hours=1)
AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class WantedMail:
    id: int
    task: str
    slot: str
    reader: User
    wanted_at: datetime

    @property
    def key(self) -> str:
        """The same for the same mail, so that one which is sent twice is seen once."""
        return f"{self.task}-{self.id}"


Letter = Callable[[Session, WantedMail], Mail | None]


def takes_slot(session: Session, task: str, slot: str, *, at: datetime) -> bool:
    """Whether this is the first to do the task for the slot; whoever comes second is told no."""
    statement = insert_into(session, TaskSlot).values(task=task, slot=slot, at=at)
    taken = statement.on_conflict_do_nothing(index_elements=[TaskSlot.task, TaskSlot.slot])
    return session.scalar(taken.returning(TaskSlot.task)) is not None


def want_mails(session: Session, task: str, slot: str, user_ids: Iterable[int], *, at: datetime) -> int:
    """Ask for a mail to each; one that was asked for already is not asked for twice. How many are new."""
    rows = [{"task": task, "slot": slot, "user_id": user_id, "wanted_at": at} for user_id in user_ids]
    if not rows:
        return 0
    statement = insert_into(session, ContentMail).on_conflict_do_nothing(
        index_elements=[ContentMail.task, ContentMail.slot, ContentMail.user_id]
    )
    return len(list(session.scalars(statement.returning(ContentMail.id), rows)))


def send_mails(
    sessions: sessionmaker[Session], mailer: Mailer, letter: Letter, *, clock: Callable[[], datetime]
) -> int:
    """Send what is wanted; a letter of None has nothing to say any more. How many mails went out.

    Raises OSError when the server is away.
    """

    def written(wanted: WantedMail) -> Mail | None:
        with reading(sessions) as session:
            return letter(session, wanted)

    def give_back(left: Sequence[WantedMail]) -> None:
        _note(sessions, left, claimed_at=None)

    sent = 0
    while claimed := _claimed(sessions, clock()):
        for wanted, went_out in handed_over(mailer, claimed, written, give_back):
            _note(sessions, [wanted], sent_at=clock())
            sent += went_out
    return sent


def _claimed(sessions: sessionmaker[Session], at: datetime) -> list[WantedMail]:
    with reading(sessions) as session:
        if session.scalar(_unsent(at).limit(1)) is None:
            return []
    with transaction(sessions) as session:
        # another worker that claims in the same moment waits here, and then finds them claimed
        ids = list(
            session.scalars(
                update(ContentMail)
                .where(ContentMail.id.in_(_unsent(at).order_by(ContentMail.id).limit(AT_ONCE)), _is_free(at))
                .values(claimed_at=at)
                .returning(ContentMail.id)
            )
        )
        rows = session.execute(
            select(ContentMail, User)
            .join(User, User.id == ContentMail.user_id)
            .where(ContentMail.id.in_(ids))
            .options(joinedload(User.organisation))
            .order_by(ContentMail.id)
        )
        return [WantedMail(row.id, row.task, row.slot, user, row.wanted_at) for row, user in rows]


def _unsent(at: datetime) -> Select[int]:
    return select(ContentMail.id).where(
        ContentMail.sent_at.is_(None), ContentMail.wanted_at >= at - NEWS_FOR, _is_free(at)
    )


def _is_free(at: datetime) -> ColumnElement[bool]:
    return or_(ContentMail.claimed_at.is_(None), ContentMail.claimed_at < at - CLAIMED_FOR)


def _note(sessions: sessionmaker[Session], mails: Sequence[WantedMail], **values: datetime | None) -> None:
    ids = [mail.id for mail in mails]
    with transaction(sessions) as session:
        session.execute(update(ContentMail).where(ContentMail.id.in_(ids)).values(**values))
