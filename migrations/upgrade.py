"""Bring a database to the newest migration, and tell whether it is there."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from content.assets.library_stamp import put_back_stamping
from migrations.models import metadata
from portal.kernel.append_only import put_back_triggers

FOLDER = Path(__file__).parent


def upgrade(engine: Engine) -> bool:
    """Apply what is missing, all or nothing, and put the triggers back. Tells if any was missing.

    Two that start together wait for each other: the second finds nothing to do.
    """
    assert metadata.tables
    with engine.connect() as connection, connection.execution_options(writes=True).begin():
        _wait_for_others(connection)
        behind = not _is_at_head(connection)
        if behind:
            command.upgrade(config_for(connection), "head")
        put_back_triggers(connection)
        put_back_stamping(connection)
    return behind


def is_current(engine: Engine) -> bool:
    """Whether every migration is applied."""
    with engine.connect() as connection:
        return _is_at_head(connection)


def config_for(connection: Connection) -> Config:
    """Alembic's settings; env.py works on this connection and in its transaction."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(FOLDER))
    return config


def _wait_for_others(connection: Connection) -> None:
    # SQLite waits by itself: BEGIN IMMEDIATE was the first statement
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('makegood migrations'))")


def _is_at_head(connection: Connection) -> bool:
    script = ScriptDirectory(str(FOLDER))
    return MigrationContext.configure(connection).get_current_heads() == tuple(script.get_heads())
