"""Since when a person looks at what changed: marked seen, with its undo."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from content.usage.visit_models import DigestRefusal, LibraryVisit
from portal.kernel.identity import Identity
from portal.kernel.upserts import insert_into

# who never marked anything as seen is told of this long
AT_FIRST = timedelta(days=30)
# nobody reads what changed in more than this
AT_MOST = timedelta(days=90)


def last_seen(session: Session, identity: Identity, *, at: datetime) -> datetime:
    """The instant after which things are new to the person."""
    seen = session.scalar(select(LibraryVisit.seen_at).where(LibraryVisit.user_id == identity.user_id))
    return max(seen, at - AT_MOST) if seen is not None else at - AT_FIRST


def mark_seen(session: Session, identity: Identity, *, at: datetime) -> None:
    """All that changed until now is seen."""
    before = session.scalar(select(LibraryVisit.seen_at).where(LibraryVisit.user_id == identity.user_id))
    statement = insert_into(session, LibraryVisit).values(
        user_id=identity.user_id, seen_at=at, before_at=before
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[LibraryVisit.user_id], set_={"seen_at": at, "before_at": before}
        )
    )


def unmark_seen(session: Session, identity: Identity) -> None:
    """The undo of marking: back to the instant before."""
    visit = session.get(LibraryVisit, identity.user_id)
    if visit is None:
        return
    if visit.before_at is None:
        session.delete(visit)
    else:
        visit.seen_at, visit.before_at = visit.before_at, None
    session.flush()


def wants_digest(session: Session, user_id: int) -> bool:
    return session.get(DigestRefusal, user_id) is None


def refuse_digest(session: Session, user_id: int, *, at: datetime) -> None:
    session.execute(
        insert_into(session, DigestRefusal)
        .values(user_id=user_id, at=at)
        .on_conflict_do_nothing(index_elements=[DigestRefusal.user_id])
    )


def accept_digest(session: Session, user_id: int) -> None:
    session.execute(delete(DigestRefusal).where(DigestRefusal.user_id == user_id))
