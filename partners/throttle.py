"""Counted tries in the database, shared by every process (R24)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from partners.errors import TooManyTries
from partners.sign_in_models import AttemptCount
from portal.kernel.upserts import insert_into

WINDOW = timedelta(minutes=15)


def count_try(session: Session, limits: dict[str, int], *, at: datetime) -> None:
    """Count one try for each subject; raises TooManyTries when one is over its limit in this window.

    One upsert a subject: with two processes exactly the limit passes.
    """
    window = _window(at)
    session.execute(delete(AttemptCount).where(AttemptCount.window_at < window - WINDOW))
    over = [subject for subject, most in sorted(limits.items()) if _count(session, subject, window) > most]
    if over:
        raise TooManyTries(int(WINDOW.total_seconds() // 60))


def give_back(session: Session, subjects: list[str], *, at: datetime) -> None:
    """A try that succeeded does not count: six people behind one address log in all day."""
    session.execute(
        update(AttemptCount)
        .where(
            AttemptCount.subject.in_(subjects), AttemptCount.window_at == _window(at), AttemptCount.tries > 0
        )
        .values(tries=AttemptCount.tries - 1)
    )


def _window(at: datetime) -> datetime:
    seconds = int(WINDOW.total_seconds())
    return datetime.fromtimestamp(int(at.timestamp()) // seconds * seconds, UTC)


def _count(session: Session, subject: str, window: datetime) -> int:
    statement = insert_into(session, AttemptCount).values(subject=subject, window_at=window, tries=1)
    counted = statement.on_conflict_do_update(
        index_elements=[AttemptCount.subject, AttemptCount.window_at],
        set_={"tries": AttemptCount.tries + 1},
    ).returning(AttemptCount.tries)
    return session.execute(counted).scalar_one()
