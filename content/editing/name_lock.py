"""Refs and words are there once: whoever gives a new one waits for who is giving one at this moment."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

_NAMES = 7_120_262


def hold_names(session: Session) -> None:
    """Until the end of the transaction; on SQLite, which has one writer, there is nothing to wait for."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _NAMES})
