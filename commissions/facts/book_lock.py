"""One writer of the books at a time: accruals and closes wait for each other. So do those who propose."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

# any number, as long as nothing else in this database locks by it
_BOOKS, _PROPOSALS = 7_301_964, 7_301_965


def lock_books(session: Session) -> None:
    """Wait until this transaction is the only one that writes the books.

    SQLite has one writer already (BEGIN IMMEDIATE). On PostgreSQL the lock ends with the transaction;
    under READ COMMITTED what follows sees all that the one before committed.
    """
    _lock(session, _BOOKS)


def lock_proposals(session: Session) -> None:
    """Wait until this transaction is the only one that proposes: each sees what waits already.

    Not the lock of the books, which a large import holds for long. Who has this one asks for no other lock
    than rows of what is proposed.
    """
    _lock(session, _PROPOSALS)


def _lock(session: Session, key: int) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})
