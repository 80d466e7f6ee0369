"""Tables whose rows, and columns whose values, can never be changed; held by triggers on both databases."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

from portal.kernel.db import Base

_GUARD = """
CREATE OR REPLACE FUNCTION makegood_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$
"""
_FREEZER = """
CREATE OR REPLACE FUNCTION makegood_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'columns of % are written once', TG_TABLE_NAME;
END $$
"""


def append_only_tables() -> list[str]:
    """Names of the mapped tables marked `info={"append_only": True}`."""
    return sorted(table.name for table in Base.metadata.tables.values() if table.info.get("append_only"))


def frozen_columns() -> dict[str, tuple[str, ...]]:
    """Columns that are written once, by table: those named in `info={"frozen": (...)}`."""
    tables = sorted(Base.metadata.tables.values(), key=lambda table: table.name)
    return {table.name: table.info["frozen"] for table in tables if "frozen" in table.info}


def put_back_triggers(connection: Connection) -> None:
    """Create the triggers on the tables that are there; a batch migration drops them silently."""
    there = set(inspect(connection).get_table_names())
    tables = [table for table in append_only_tables() if table in there]
    frozen = {table: columns for table, columns in frozen_columns().items() if table in there}
    if connection.dialect.name == "postgresql":
        connection.execute(text(_GUARD))
        connection.execute(text(_FREEZER))
        for table in tables:
            _on_postgresql(connection, table)
        for table, columns in frozen.items():
            _frozen_on_postgresql(connection, table, columns)
        return
    for table in tables:
        _on_sqlite(connection, table)
    for table, columns in frozen.items():
        _frozen_on_sqlite(connection, table, columns)


def _on_postgresql(connection: Connection, table: str) -> None:
    connection.execute(text(f'DROP TRIGGER IF EXISTS {table}_rows ON "{table}"'))
    connection.execute(text(f'DROP TRIGGER IF EXISTS {table}_whole ON "{table}"'))
    connection.execute(
        text(
            f'CREATE TRIGGER {table}_rows BEFORE UPDATE OR DELETE ON "{table}" '
            "FOR EACH ROW EXECUTE FUNCTION makegood_append_only()"
        )
    )
    connection.execute(
        text(
            f'CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON "{table}" '
            "FOR EACH STATEMENT EXECUTE FUNCTION makegood_append_only()"
        )
    )


def _on_sqlite(connection: Connection, table: str) -> None:
    for verb in ("UPDATE", "DELETE"):
        name = f"{table}_{verb.lower()}"
        connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
        connection.execute(
            text(
                f'CREATE TRIGGER {name} BEFORE {verb} ON "{table}" '
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        )


def _frozen_on_postgresql(connection: Connection, table: str, columns: tuple[str, ...]) -> None:
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
    connection.execute(text(f'DROP TRIGGER IF EXISTS {table}_frozen ON "{table}"'))
    connection.execute(
        text(
            f'CREATE TRIGGER {table}_frozen BEFORE UPDATE ON "{table}" FOR EACH ROW WHEN ({changed}) '
            "EXECUTE FUNCTION makegood_frozen()"
        )
    )


def _frozen_on_sqlite(connection: Connection, table: str, columns: tuple[str, ...]) -> None:
    changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in columns)
    connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_frozen"))
    connection.execute(
        text(
            f'CREATE TRIGGER {table}_frozen BEFORE UPDATE ON "{table}" WHEN {changed} '
            f"BEGIN SELECT RAISE(ABORT, 'columns of {table} are written once'); END"
        )
    )
