"""The activity log: who did what to which thing, when. Append-only (R37)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Index, select
from sqlalchemy.orm import Mapped, Session

from portal.kernel.db import Base, Key, Ref, add_rows
from portal.kernel.identity import Identity

OPERATOR = "operator"


class Activity(Base):
    """One thing that was done. `actor` is a user's id as text, `operator` (command line) or `worker`."""

    __tablename__ = "activities"
    __table_args__ = (Index(None, "subject_kind", "subject_ref"), {"info": {"append_only": True}})

    id: Mapped[Key]
    at: Mapped[datetime]
    actor: Mapped[Ref]
    organisation_id: Mapped[int | None]
    verb: Mapped[Ref]
    subject_kind: Mapped[Ref]
    subject_ref: Mapped[str]
    details: Mapped[dict[str, Any]]


def record(
    session: Session,
    verb: str,
    subject: tuple[str, str],
    *,
    at: datetime,
    by: Identity | str,
    **details: Any,
) -> None:
    """Add a line to the log. `subject` is (kind, ref); `by` an identity, "operator" or "worker"."""
    actor = by if isinstance(by, str) else str(by.user_id)
    session.add(
        Activity(
            at=at,
            actor=actor,
            organisation_id=None if isinstance(by, str) else by.organisation_id,
            verb=verb,
            subject_kind=subject[0],
            subject_ref=subject[1],
            details=details,
        )
    )


def write_waiting(session: Session) -> None:
    """Write all lines that were recorded and not yet written in one statement; for changes of many things."""
    waiting = [line for line in session.new if isinstance(line, Activity)]
    names = [column.key for column in Activity.__table__.columns if column.key != "id"]
    rows = [{name: getattr(line, name) for name in names} for line in waiting]
    for line in waiting:
        session.expunge(line)
    add_rows(session, Activity, rows)


def latest(session: Session, *, limit: int, before: int | None = None) -> Sequence[Activity]:
    """Lines of the log, latest first, older than the line `before`."""
    statement = select(Activity).order_by(Activity.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(Activity.id < before)
    return session.scalars(statement).all()
