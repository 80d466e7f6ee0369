"""A set of ids of any size as one parameter, in the words of the database at hand."""

from __future__ import annotations

from collections.abc import Iterable

import orjson
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.kernel.among import id_rows


def among(
    session: Session, column: InstrumentedAttribute[int] | ColumnElement[int], ids: Iterable[int]
) -> ColumnElement[bool]:
    """Whether the column is one of the ids; a list of parameters would end at 32,766 on SQLite."""
    if session.get_bind().dialect.name == "postgresql":
        return column.in_(id_rows(ids))
    each = func.json_each(orjson.dumps(list(ids)).decode()).table_valued("value")
    return column.in_(select(each.c.value))


def holds(
    session: Session, column: InstrumentedAttribute[int] | ColumnElement[int], ids: Iterable[int]
) -> ColumnElement[bool]:
    """The same, looked up row by row along whatever the statement reads by.

    Offered the list itself, both databases fetch all of it and sort, although a few rows are wanted.
    """
    return among(session, column, ids).is_(True)
