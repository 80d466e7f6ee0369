"""flask db: bring the database to the newest migration."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from migrations.upgrade import upgrade
from portal.cli.console import cli_services, refusals

db = AppGroup("db", help="The database's history.")


@db.command("upgrade")
def upgrade_database() -> None:
    """Apply every migration that is missing, all or nothing."""
    with refusals():
        behind = upgrade(cli_services().engine)
    click.echo("The database is upgraded." if behind else "The database is up to date.")


commands: list[click.Command] = [db]
