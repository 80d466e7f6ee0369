"""The groups that an asker may see, as a condition of a statement on PostgreSQL."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Integer, literal_column
from sqlalchemy.orm import InstrumentedAttribute

from portal.kernel.among import text_rows


def is_among(column: InstrumentedAttribute[int], groups: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether the column's group is one of these, written by `ids_text`.

    Words have to lead to rows: offered an index on groups, the planner would read all that the asker may
    see. And the groups have to be looked up by hash in a prepared plan, too, which those of `= ANY` are not.
    """
    return (column + literal_column("0", Integer)).in_(text_rows(groups)).is_(True)
