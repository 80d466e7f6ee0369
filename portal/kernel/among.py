"""Rows of many ids at once, asked for so that a database reads those rows and no others."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Select, and_, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute

# fewer are looked up one by one on both databases
A_LIST = 100
# a range that holds more strangers than this for each id wanted is not worth reading
MOST_SPREAD = 2
# SQLite takes at most 32,766 parameters a statement
IDS_AT_ONCE = 20_000


def among(column: InstrumentedAttribute[int], ids: Collection[int]) -> ColumnElement[bool]:
    """The column holds one of these ids. Many that lie close together are asked for as a range.

    PostgreSQL takes the index for a range, and reads a table that was filled just now from end to end
    for a long list: set by set, that is the whole table many times. SQLite seeks once, not for each id.
    """
    wanted = set(ids)
    if len(wanted) < A_LIST:
        return column.in_(wanted)
    first, last = min(wanted), max(wanted)
    width = last - first + 1
    if width > MOST_SPREAD * len(wanted):
        return column.in_(wanted)
    between = column.between(first, last)
    return between if width == len(wanted) else and_(between, column.in_(wanted))


def in_parts(ids: Collection[int] | None) -> Iterator[list[int] | None]:
    """Sorted ids in lists that one statement takes; for all ids (None) the one None."""
    if ids is None:
        yield None
        return
    ordered = sorted(ids)
    for start in range(0, len(ordered), IDS_AT_ONCE):
        yield ordered[start : start + IDS_AT_ONCE]


def ids_text(ids: Iterable[int]) -> str:
    return f"{{{','.join(map(str, sorted(ids)))}}}"


def text_rows(text: ColumnElement[str]) -> Select[int]:
    """The ids of an `ids_text` as rows on PostgreSQL: the driver takes ten times as long for numbers.

    To be looked up in, not compared with "= ANY": that reads the text anew for every row.
    """
    return select(func.unnest(cast(text, ARRAY(BigInteger))))
