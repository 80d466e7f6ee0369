"""One run of the bare work. Arguments: database url, folder of the files, url of a run of ours, "month".

The same CSV is read into a staging table (COPY, or insert of many rows), upserted, and summed by line and
month in integers; then as many ledger rows as ours wrote, taken from it, are written to empty tables of
the same shape.
"""

from __future__ import annotations

import csv
import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine, Select, func, select

from benchmarks.harness import Measured
from benchmarks.world import Files, files_in
from commissions.ledger.ledger_models import (
    Event,
    LedgerEntry,
    PayableMove,
    Posting,
    Statement,
    StatementLine,
)
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

Tables = dict[str, list[tuple[Any, ...]]]


def run(url: str, files: Files, ours: str, *, month: bool) -> Measured:
    """With `month` also the next day's rows, upserted and summed, and the rows of a close."""
    source = make_engine(ours)
    rows = {name: _rows_of(source, query) for name, query in _accrued().items()}
    closing = {name: _rows_of(source, query) for name, query in _closed().items()} if month else {}
    metadata.create_all(make_engine(url), tables=[metadata.tables[name] for name in {**rows, **closing}])
    work: Sqlite | Postgresql = Sqlite(url) if url.startswith("sqlite") else Postgresql(url)
    measured = Measured()
    with measured.step("load, upsert, sum"):
        work.load(files.deliveries)
    with measured.step("ledger rows"):
        work.write(rows)
    if month:
        with measured.step("next day"):
            work.load(files.next_day)
        with measured.step("close"):
            work.write(closing)
    measured.counts = {name: len(found) for name, found in {**rows, **closing}.items()}
    return measured


def _accrued() -> dict[str, Select[Any]]:
    """The rows of the first accrual."""
    last = select(func.max(Posting.entry)).where(Posting.run_id == 1).scalar_subquery()
    postings, entries = Posting.__table__, LedgerEntry.__table__
    return {
        Posting.__tablename__: select(postings).where(postings.c.run_id == 1),
        LedgerEntry.__tablename__: select(entries).where(entries.c.entry <= last),
    }


def _closed() -> dict[str, Select[Any]]:
    """The rows of the close: statements with their lines, what moved, and its ledger entries."""
    entries = LedgerEntry.__table__
    found = {
        model.__tablename__: select(model.__table__) for model in (Statement, StatementLine, PayableMove)
    }
    found[LedgerEntry.__tablename__] = select(entries).where(entries.c.event != Event.ACCRUED)
    return found


def _rows_of(engine: Engine, query: Select[Any]) -> list[tuple[Any, ...]]:
    """As the driver gives them, so that they are written without being turned into anything."""
    statement = str(query.compile(engine, compile_kwargs={"literal_binds": True}))
    with engine.connect() as connection:
        return [tuple(map(_plain, row)) for row in connection.exec_driver_sql(statement)]


def _plain(value: object) -> object:
    return json.dumps(value) if isinstance(value, dict) else value


class Sqlite:
    """The bare work by sqlite3, with the settings of the portal."""

    def __init__(self, url: str) -> None:
        self._path = url.removeprefix("sqlite:///")
        with self._opened() as connection:
            connection.execute(FACTS)

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self._path, isolation_level=None)
        for pragma in SQLITE_PRAGMAS:
            connection.execute(pragma)
        connection.execute("BEGIN IMMEDIATE")
        yield connection
        connection.execute("COMMIT")
        connection.close()

    def load(self, file: Path) -> None:
        with self._opened() as connection, file.open(newline="") as text:
            connection.execute(f"CREATE TEMP TABLE bare_staging ({COLUMNS})")
            rows = csv.reader(text)
            next(rows)
            connection.executemany("INSERT INTO bare_staging VALUES (?, ?, ?, ?)", rows)
            connection.execute(UPSERT)
            connection.execute(SUMS.format(month="substr(service_date, 1, 7)")).fetchall()

    def write(self, tables: Tables) -> None:
        with self._opened() as connection:
            for name, rows in tables.items():
                if rows:
                    marks = ", ".join("?" * len(rows[0]))
                    connection.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)


class Postgresql:
    """The bare work by COPY."""

    def __init__(self, url: str) -> None:
        self._address = url.replace("+psycopg", "")
        with psycopg.connect(self._address) as connection:
            connection.execute(FACTS)

    def load(self, file: Path) -> None:
        with psycopg.connect(self._address) as connection, file.open("rb") as stream:
            connection.execute(f"CREATE TEMP TABLE bare_staging ({COLUMNS})")
            with connection.cursor().copy("COPY bare_staging FROM STDIN (FORMAT csv, HEADER)") as copy:
                while data := stream.read(1 << 18):
                    copy.write(data)
            connection.execute(UPSERT)
            connection.execute(SUMS.format(month="to_char(service_date, 'YYYY-MM')")).fetchall()

    def write(self, tables: Tables) -> None:
        with psycopg.connect(self._address) as connection:
            for name, rows in tables.items():
                with connection.cursor().copy(f"COPY {name} FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)


if __name__ == "__main__":
    run(sys.argv[1], files_in(Path(sys.argv[2])), sys.argv[3], month="month" in sys.argv[4:]).tell()
