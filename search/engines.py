"""Which engine an address means."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session, sessionmaker

from search.engine import SearchEngine
from search.postgresql_engine import PostgresqlEngine
from search.whoosh_engine import WhooshEngine

_EMBEDDED = "whoosh://"


def engine_of(search_url: str, sessions: sessionmaker[Session]) -> SearchEngine:
    """In a folder, or in the database of these sessions."""
    if search_url.startswith(_EMBEDDED):
        return WhooshEngine(Path(search_url.removeprefix(_EMBEDDED)))
    return PostgresqlEngine(sessions)
