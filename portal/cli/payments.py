"""flask payments: payments from a file."""

from __future__ import annotations

from pathlib import Path

from flask.cli import AppGroup

from commissions.facts.import_models import ImportKind
from portal.cli.importing import Options, csv_options, run_import

payments = AppGroup("payments", help="Payments.")


@payments.command("import")
@csv_options
def import_payments(file: Path, check: bool, partial: bool, errors: Path | None) -> None:  # noqa: FBT001  options of a command
    """Take in payments of invoices."""
    run_import(ImportKind.PAYMENTS, file, Options(partial=partial, check=check, errors=errors))


commands = [payments]
