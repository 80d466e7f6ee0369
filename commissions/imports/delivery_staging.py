"""Delivery rows in a TEMP table: loaded in bounded memory before any lock is taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.kernel.csv_cells import or_default, read_day, read_ref, read_units, read_whole
from portal.kernel.csv_files import Column

# a row that names no revision
NO_REVISION = "-1"
# columns that a file may leave out, with the default of the staging table
LEFT_OUT = frozenset({"station", "revision", "proof_ref"})


def _day_text(cell: str) -> str:
    return read_day(cell).isoformat()


def _units_text(cell: str) -> str:
    return str(read_units(cell))


def _revision_text(cell: str) -> str:
    return str(read_whole(cell))


def delivery_columns(source: str) -> tuple[Column, ...]:
    """The columns of deliveries.csv, each read as the text that is staged. `source` is the default."""
    return (
        Column("source", or_default(read_ref, source)),
        Column("line_ref", read_ref, required=True),
        Column("station", or_default(read_ref, "")),
        Column("service_date", _day_text, required=True),
        Column("units", _units_text, required=True),
        Column("revision", or_default(_revision_text, NO_REVISION)),
        Column("proof_ref", or_default(read_ref, "")),
    )


def open_staging(session: Session) -> None:
    """Make the TEMP table anew; it lasts as long as the transaction."""
    connection = session.connection()
    ending = " ON COMMIT DROP" if connection.dialect.name == "postgresql" else ""
    drop_temp(session, "staged_deliveries")
    connection.execute(
        text(
            "CREATE TEMP TABLE staged_deliveries (n BIGINT, source VARCHAR(64), line_ref VARCHAR(64),"
            " station VARCHAR(64) DEFAULT '', service_date DATE, units BIGINT,"
            f" revision BIGINT DEFAULT {NO_REVISION}, proof_ref VARCHAR(64) DEFAULT ''){ending}"
        )
    )


def close_staging(session: Session) -> None:
    drop_temp(session, "staged_deliveries")


def drop_temp(session: Session, table: str) -> None:
    """Drop a TEMP table if there is one.

    SQLite looks for an unqualified name among the tables that last, and holds the snapshot that it looked
    at: the write that follows would find the database locked.
    """
    schema = "temp." if session.get_bind().dialect.name == "sqlite" else ""
    session.execute(text(f"DROP TABLE IF EXISTS {schema}{table}"))


def stage(session: Session, numbers: Iterable[int], columns: Mapping[str, Sequence[object]]) -> None:
    """Add a batch, given by column; a column that is left out has its default.

    All values are text that was read strictly, so COPY needs no escapes.
    """
    connection = session.connection()
    names = ", ".join(("n", *columns))
    if connection.dialect.name == "postgresql":
        rows = zip(map(str, numbers), *columns.values(), strict=True)
        cursor: Any = connection.connection.cursor()
        with cursor, cursor.copy(f"COPY staged_deliveries ({names}) FROM STDIN") as copy:
            copy.write("\n".join(map("\t".join, cast("Any", rows))) + "\n")
        return
    marks = ", ".join("?" * (len(columns) + 1))
    connection.exec_driver_sql(
        f"INSERT INTO staged_deliveries ({names}) VALUES ({marks})",  # noqa: S608  names of our own columns
        list(zip(numbers, *columns.values(), strict=True)),
    )
