"""Bring a database to the newest migration, and tell whether it is there.

Every process of the portal asks the second; Alembic, which takes its time and memory, is loaded where the
first is to be done.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from content.assets.library_stamp import put_back_stamping
from migrations.models import metadata
from portal.kernel.append_only import put_back_triggers

if TYPE_CHECKING:
    from alembic.config import Config

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
            from alembic import command  # noqa: PLC0415  see above

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
    from alembic.config import Config  # noqa: PLC0415  see above

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(FOLDER))
    return config


def _wait_for_others(connection: Connection) -> None:
    # SQLite waits by itself: BEGIN IMMEDIATE was the first statement
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('makegood migrations'))")


def _is_at_head(connection: Connection) -> bool:
    newest = max(path.name.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*.py"))
    if not inspect(connection).has_table("alembic_version"):
        return False
    return connection.scalars(text("SELECT version_num FROM alembic_version")).all() == [newest]
