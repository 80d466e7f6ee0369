"""flask invoices: invoices and credit notes from a file."""

from __future__ import annotations

from pathlib import Path

from flask.cli import AppGroup

from commissions.facts.import_models import ImportKind
from portal.cli.importing import Options, csv_options, run_import

invoices = AppGroup("invoices", help="Invoices and credit notes.")


@invoices.command("import")
@csv_options
def import_invoices(file: Path, check: bool, partial: bool, errors: Path | None) -> None:  # noqa: FBT001  options of a command
    """Take in invoices and credit notes, a row a line."""
    run_import(ImportKind.INVOICES, file, Options(partial=partial, check=check, errors=errors))


commands = [invoices]
