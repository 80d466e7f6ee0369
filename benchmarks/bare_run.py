"""One run of the bare work. Arguments: database url, folder of the files, url of a run of ours.

The same CSV is read into a staging table (COPY, or insert of many rows), upserted, and summed by line and
month in integers; then as many ledger rows as ours wrote, taken from it, are written to empty tables of
the same shape.
"""

from __future__ import annotations

import csv
import json
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine, Table, select

from benchmarks.harness import Measured
from commissions.ledger_models import LedgerEntry, Posting
from migrations.models import metadata
from portal.kernel.db import SQLITE_PRAGMAS, make_engine

COLUMNS = "line_ref VARCHAR(64), service_date DATE, units BIGINT, revision BIGINT"
FACTS = f"CREATE TABLE bare_rows ({COLUMNS}, PRIMARY KEY (line_ref, service_date))"
UPSERT = """
INSERT INTO bare_rows SELECT line_ref, service_date, units, revision FROM bare_staging WHERE true
ON CONFLICT (line_ref, service_date) DO UPDATE SET units = excluded.units, revision = excluded.revision
WHERE excluded.revision > bare_rows.revision
"""
SUMS = "SELECT line_ref, {month}, sum(units) FROM bare_rows GROUP BY line_ref, {month}"
TABLES = [metadata.tables[model.__tablename__] for model in (Posting, LedgerEntry)]


def run(url: str, file: Path, ours: str) -> Measured:
    rows = {table.name: _rows_of(make_engine(ours), table) for table in TABLES}
    engine = make_engine(url)
    metadata.create_all(engine, tables=TABLES)
    measured = Measured()
    load, write = (_sqlite_load, _sqlite_write) if url.startswith("sqlite") else (_copy_load, _copy_write)
    with measured.step("load, upsert, sum"):
        load(url, file)
    with measured.step("ledger rows"):
        write(url, rows)
    measured.counts = {name: len(found) for name, found in rows.items()}
    return measured


def _rows_of(engine: Engine, table: Table) -> list[tuple[Any, ...]]:
    """As the driver gives them, so that they are written without being turned into anything."""
    statement = str(select(table).compile(engine))
    with engine.connect() as connection:
        return [tuple(map(_plain, row)) for row in connection.exec_driver_sql(statement)]


def _plain(value: object) -> object:
    return json.dumps(value) if isinstance(value, dict) else value


def _sqlite(url: str) -> sqlite3.Connection:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    for pragma in SQLITE_PRAGMAS:
        connection.execute(pragma)
    return connection


def _sqlite_load(url: str, file: Path) -> None:
    connection = _sqlite(url)
    connection.execute("BEGIN")
    connection.execute(FACTS)
    connection.execute(f"CREATE TEMP TABLE bare_staging ({COLUMNS})")
    with file.open(newline="") as text:
        rows = csv.reader(text)
        next(rows)
        connection.executemany("INSERT INTO bare_staging VALUES (?, ?, ?, ?)", rows)
    connection.execute(UPSERT)
    connection.execute(SUMS.format(month="substr(service_date, 1, 7)")).fetchall()
    connection.execute("COMMIT")
    connection.close()


def _sqlite_write(url: str, tables: dict[str, list[tuple[Any, ...]]]) -> None:
    connection = _sqlite(url)
    connection.execute("BEGIN")
    for name, rows in tables.items():
        marks = ", ".join("?" * len(rows[0]))
        connection.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
    connection.execute("COMMIT")
    connection.close()


def _postgresql(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", ""))


def _copy_load(url: str, file: Path) -> None:
    with _postgresql(url) as connection, file.open("rb") as stream:
        connection.execute(FACTS)
        connection.execute(f"CREATE TEMP TABLE bare_staging ({COLUMNS})")
        with connection.cursor().copy("COPY bare_staging FROM STDIN (FORMAT csv, HEADER)") as copy:
            for data in _blocks(stream.read):
                copy.write(data)
        connection.execute(UPSERT)
        connection.execute(SUMS.format(month="to_char(service_date, 'YYYY-MM')")).fetchall()


def _blocks(read: Callable[[int], bytes]) -> Iterator[bytes]:
    while data := read(1 << 18):
        yield data


def _copy_write(url: str, tables: dict[str, list[tuple[Any, ...]]]) -> None:
    with _postgresql(url) as connection:
        for name, rows in tables.items():
            with connection.cursor().copy(f"COPY {name} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)


if __name__ == "__main__":
    run(sys.argv[1], Path(sys.argv[2]) / "deliveries.csv", sys.argv[3]).tell()
