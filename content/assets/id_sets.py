"""A set of ids of any size as one parameter, in the words of the database at hand."""

from __future__ import annotations

from collections.abc import Iterable

import orjson
from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.kernel.among import ids_text, text_rows


def in_set(
    session: Session, column: InstrumentedAttribute[int] | ColumnElement[int], ids: Iterable[int]
) -> ColumnElement[bool]:
    """Whether the column is one of the ids; a list of parameters would end at 32,766 on SQLite."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    return in_written_set(
        column, literal(written(ids, is_postgresql=is_postgresql)), is_postgresql=is_postgresql
    )


def in_written_set(
    column: InstrumentedAttribute[int] | ColumnElement[int], ids: ColumnElement[str], *, is_postgresql: bool
) -> ColumnElement[bool]:
    """The same for ids that are `written`, also for a statement that is made before they are known."""
    if is_postgresql:
        return column.in_(text_rows(ids))
    each = func.json_each(ids).table_valued("value")
    return column.in_(select(each.c.value))


def written(ids: Iterable[int], *, is_postgresql: bool) -> str:
    return ids_text(ids) if is_postgresql else orjson.dumps(list(ids)).decode()


def holds(
    session: Session, column: InstrumentedAttribute[int] | ColumnElement[int], ids: Iterable[int]
) -> ColumnElement[bool]:
    """The same, looked up row by row along whatever the statement reads by.

    Offered the list itself, both databases fetch all of it and sort, although a few rows are wanted.
    """
    return in_set(session, column, ids).is_(True)
