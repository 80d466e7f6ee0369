"""Mails that tell of what was done: kept together with it, and tried until a server takes them (F20)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, Text, delete, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, sessionmaker

from portal.kernel.db import Base, Key, reading, transaction
from portal.kernel.mailing import handed_over
from portal.kernel.ports import Mail, Mailer

log = logging.getLogger("makegood.mail")
# what could not be sent for so long is no news any more
NEWS_FOR = timedelta(days=7)
# a claim that was not sent belongs to a worker that died, or is of a mail that the server did not take
CLAIMED_FOR = timedelta(hours=1)
AT_ONCE = 50
Clock = Callable[[], datetime]


class OutgoingMail(Base):
    """A mail that no server has taken yet; its row goes with it."""

    __tablename__ = "outgoing_mails"

    id: Mapped[Key]
    recipient: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    wanted_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]


def post(session: Session, mail: Mail, *, at: datetime) -> None:
    """Send it once this session is committed."""
    session.add(
        OutgoingMail(recipient=mail.to, subject=mail.subject, text=mail.text, html=mail.html, wanted_at=at)
    )


def send_posted(sessions: sessionmaker[Session], mailer: Mailer, *, clock: Clock) -> int:
    """Hand over what was posted; how many mails went out.

    What is no news any more is given up. Raises OSError when the server is away.
    """
    sent = 0
    while claimed := _claimed(sessions, clock()):
        for posted, _ in handed_over(mailer, claimed, _mail, partial(_free, sessions)):
            _forget(sessions, OutgoingMail.id == posted.id)
            sent += 1
    given_up = _forget(sessions, OutgoingMail.wanted_at < clock() - NEWS_FOR)
    if given_up:
        log.error("%s mails were given up: no server took them for %s days", given_up, NEWS_FOR.days)
    return sent


def late_mails(session: Session, *, at: datetime) -> int:
    """How many have waited for longer than a mail server is away by chance."""
    return session.scalar(select(func.count()).where(OutgoingMail.wanted_at < at - CLAIMED_FOR)) or 0


def _claimed(sessions: sessionmaker[Session], at: datetime) -> list[OutgoingMail]:
    waits = select(OutgoingMail.id).where(_is_free(at)).order_by(OutgoingMail.id).limit(AT_ONCE)
    with reading(sessions) as session:
        if session.scalar(waits) is None:
            return []
    with transaction(sessions) as session:
        # another worker that claims in the same moment waits here, and then finds them claimed
        theirs = update(OutgoingMail).where(OutgoingMail.id.in_(waits), _is_free(at)).values(claimed_at=at)
        mails = session.scalars(theirs.returning(OutgoingMail)).all()
        return sorted(mails, key=lambda one: one.id)


def _is_free(at: datetime) -> ColumnElement[bool]:
    return or_(OutgoingMail.claimed_at.is_(None), OutgoingMail.claimed_at < at - CLAIMED_FOR)


def _mail(posted: OutgoingMail) -> Mail:
    # the same key for the same mail, so that one which is sent twice is seen once
    return Mail(posted.recipient, posted.subject, posted.text, key=f"outgoing-{posted.id}", html=posted.html)


def _free(sessions: sessionmaker[Session], left: Sequence[OutgoingMail]) -> None:
    with transaction(sessions) as session:
        theirs = update(OutgoingMail).where(OutgoingMail.id.in_([posted.id for posted in left]))
        session.execute(theirs.values(claimed_at=None))


def _forget(sessions: sessionmaker[Session], which: ColumnElement[bool]) -> int:
    with reading(sessions) as session:
        if session.scalar(select(OutgoingMail.id).where(which).limit(1)) is None:
            return 0
    with transaction(sessions) as session:
        return len(session.scalars(delete(OutgoingMail).where(which).returning(OutgoingMail.id)).all())
