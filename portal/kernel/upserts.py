"""INSERT ... ON CONFLICT in the words of the database at hand."""

from __future__ import annotations

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.kernel.db import Base


def insert_into(session: Session, model: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """An insert that can carry `on_conflict_do_update`, on both databases."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(model)
    return sqlite.insert(model)
