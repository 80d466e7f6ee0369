"""A set of ids of any size as one parameter, in the words of the database at hand."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.kernel.among import id_rows


def among(
    session: Session, column: InstrumentedAttribute[int] | ColumnElement[int], ids: Iterable[int]
) -> ColumnElement[bool]:
    """Whether the column is one of the ids; a list of parameters would end at 32,766 on SQLite."""
    if session.get_bind().dialect.name == "postgresql":
        return column.in_(id_rows(ids))
    each = func.json_each(json.dumps(sorted(ids))).table_valued("value")
    return column.in_(select(each.c.value))
