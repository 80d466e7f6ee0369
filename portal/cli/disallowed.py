"""flask disallowed: units that do not count."""

from __future__ import annotations

from pathlib import Path

from flask.cli import AppGroup

from commissions.facts.import_models import ImportKind
from portal.cli.importing import Options, csv_options, run_import

disallowed = AppGroup("disallowed", help="Units that do not count.")


@disallowed.command("import")
@csv_options
def import_disallowed(file: Path, check: bool, partial: bool, errors: Path | None) -> None:  # noqa: FBT001  options of a command
    """Take in units that finance does not count, by line and day, each with its reason."""
    run_import(ImportKind.DISALLOWED, file, Options(partial=partial, check=check, errors=errors))


commands = [disallowed]
