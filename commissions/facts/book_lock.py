"""One writer of the books at a time: accruals and closes wait for each other."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

# any number, as long as nothing else in this database locks by it
_BOOKS = 7_301_964


def lock_books(session: Session) -> None:
    """Wait until this transaction is the only one that writes the books.

    SQLite has one writer already (BEGIN IMMEDIATE). On PostgreSQL the lock ends with the transaction;
    under READ COMMITTED what follows sees all that the one before committed.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _BOOKS})
