"""The database: base class, column types, engine, and the one place that commits."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Date,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Integer,
    MetaData,
    String,
    Table,
    TypeDecorator,
    create_engine,
    event,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, sessionmaker

BUSY = timedelta(seconds=15)


def _busy_timeout(patience: timedelta) -> str:
    return f"PRAGMA busy_timeout={patience // timedelta(milliseconds=1)}"


SQLITE_PRAGMAS = (
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    # without it INSERT OR REPLACE passes the append-only triggers
    "PRAGMA recursive_triggers=ON",
    _busy_timeout(BUSY),
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant in UTC, on both databases; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant needs its time zone.")
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  SQLAlchemy's signature
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


BigInt = BigInteger().with_variant(Integer, "sqlite")
Json = JSON().with_variant(JSONB(), "postgresql")

Key = Annotated[int, mapped_column(BigInt, primary_key=True)]
Ref = Annotated[str, mapped_column(String(64))]


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012  SQLAlchemy reads it from the class
        int: BigInt,
        datetime: UtcDateTime,
        date: Date,
        dict[str, Any]: Json,
        dict[str, int]: Json,
        StrEnum: Enum(
            StrEnum,
            native_enum=False,
            length=32,
            values_callable=lambda kind: [member.value for member in kind],
        ),
        list[Any]: Json,
    }


def make_engine(url: str) -> Engine:
    """An engine for SQLite or PostgreSQL with the settings that security.md section 4 owes.

    What a statement was given stands in no error, and so in no log (R36).
    """
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=10, hide_parameters=True)
    engine = create_engine(url, connect_args={"check_same_thread": False}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # SQLAlchemy, not the driver, says when a transaction begins (see _begin_sqlite)
    connection.isolation_level = None
    _write_ahead(connection)
    for pragma in SQLITE_PRAGMAS:
        connection.execute(pragma)


def _write_ahead(connection: Any) -> None:
    # of two that open a new file at once, SQLite refuses the second switch without waiting
    end = time.monotonic() + BUSY.total_seconds()
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)
        else:
            return


def _begin_sqlite(connection: Any) -> None:
    # a deferred transaction that reads first and writes later fails at once, whatever the timeout
    options = connection.get_execution_options()
    writes, patience = options.get("writes", False), options.get("patience", BUSY)
    if patience == BUSY:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
        return
    driver = connection.connection.driver_connection
    driver.execute(_busy_timeout(patience))
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        driver.execute(_busy_timeout(BUSY))


def make_sessions(engine: Engine) -> sessionmaker[Session]:
    return sessionmaker(engine, expire_on_commit=False)


def add_rows(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert many rows at once, by COPY on PostgreSQL; all of them give the same columns.

    It goes past the unit of work and the statement compiler, which cost more than the rows themselves.
    A text in a JSON column is JSON that is encoded already.
    """
    if rows:
        names = list(rows[0])
        add_columns(session, model, {name: [row[name] for row in rows] for name in names})


def add_tuples(
    session: Session, model: type[Base], names: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """The same for rows without names, each with a value for every one of `names`."""
    if rows:
        add_columns(session, model, dict(zip(names, zip(*rows, strict=True), strict=True)))


def add_columns(session: Session, model: type[Base], columns: Mapping[str, Sequence[Any]]) -> None:
    """The same for rows that are given by column, each as long as the others."""
    table = model.__table__
    assert isinstance(table, Table)
    session.flush()
    connection = session.connection()
    names = list(columns)
    given = [_for_driver(table.c[name], connection.dialect, values) for name, values in columns.items()]
    if connection.dialect.name == "postgresql":
        cursor: Any = connection.connection.cursor()
        with cursor, cursor.copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN") as copy:
            for row in zip(*given, strict=True):
                copy.write_row(row)
        return
    marks = ", ".join("?" * len(names))
    connection.exec_driver_sql(
        f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})",  # noqa: S608  names of our own tables
        list(zip(*given, strict=True)),
    )


def stream_rows(
    session: Session, model: type[Base], names: Sequence[str], rows: Iterable[tuple[Any, ...]]
) -> int:
    """Insert rows by COPY on PostgreSQL while they are being made, as the driver takes them; how many."""
    table = model.__table__
    assert isinstance(table, Table)
    session.flush()
    cursor: Any = session.connection().connection.cursor()
    count = 0
    with cursor, cursor.copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def _for_driver(column: Column[Any], dialect: Dialect, values: Sequence[Any]) -> Sequence[Any]:
    if isinstance(column.type, JSON):
        return [value if isinstance(value, str) else json.dumps(value) for value in values]
    process = column.type.dialect_impl(dialect).bind_processor(dialect)
    if process is None:
        return values
    # days, instants and states, of which there are few different ones
    processed = {value: process(value) for value in set(values)}
    return [processed[value] for value in values]


@contextmanager
def transaction(sessions: sessionmaker[Session], *, patience: timedelta = BUSY) -> Iterator[Session]:
    """A session whose work is committed at the end, or rolled back whole. The only place that commits.

    On SQLite it waits for who is writing, no longer than its `patience`; raises OperationalError then.
    """
    with sessions() as session:
        session.connection(execution_options={"writes": True, "patience": patience})
        yield session
        session.commit()


@contextmanager
def staging_transaction(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """Like `transaction`, but SQLite's write lock is taken by the first write to a table that lasts.

    For files that are read into a TEMP table first. That first write has to come before the first
    read: a snapshot that is older than another's commit cannot be written on.
    """
    with sessions() as session:
        yield session
        session.commit()


@contextmanager
def reading(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """A session for queries; nothing it does is kept."""
    with sessions() as session:
        yield session
