"""flask orders: insertion orders from a file."""

from __future__ import annotations

from pathlib import Path

from flask.cli import AppGroup

from commissions.facts.import_models import ImportKind
from portal.cli.importing import Options, csv_options, run_import

orders = AppGroup("orders", help="Insertion orders.")


@orders.command("import")
@csv_options
def import_orders(file: Path, check: bool, partial: bool, errors: Path | None) -> None:  # noqa: FBT001  options of a command
    """Take in orders, a row a line item; what changed becomes the next revision."""
    run_import(ImportKind.ORDERS, file, Options(partial=partial, check=check, errors=errors))


commands = [orders]
