"""flask adjustments: signed corrections and opening balances from a file."""

from __future__ import annotations

from pathlib import Path

from flask.cli import AppGroup

from commissions.facts.import_models import ImportKind
from portal.cli.importing import Options, csv_options, run_import

adjustments = AppGroup("adjustments", help="Adjustments, and opening balances at go-live.")


@adjustments.command("import")
@csv_options
def import_adjustments(file: Path, check: bool, partial: bool, errors: Path | None) -> None:  # noqa: FBT001  options of a command
    """Take in signed corrections and opening balances, and post them."""
    run_import(ImportKind.ADJUSTMENTS, file, Options(partial=partial, check=check, errors=errors))


commands = [adjustments]
