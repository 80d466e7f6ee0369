"""flask plans: commission plans from files."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from commissions.facts.import_models import ImportKind
from portal.cli.importing import Options, run_import
from portal.cli.signing import signed_options

plans = AppGroup("plans", help="Commission plans.")


@plans.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@signed_options
@click.option("--check", is_flag=True, help="Do everything but write.")
def import_plan(file: Path, check: bool) -> None:  # noqa: FBT001  an option of a command
    """Take in a plan; the same name with other content is its next version."""
    run_import(ImportKind.PLANS, file, Options(check=check))


commands = [plans]
