"""flask deliveries: delivery reports from a file."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from commissions.facts.import_models import ImportKind
from portal.cli.importing import Options, csv_options, run_import
from portal.kernel.json_fields import REF

deliveries = AppGroup("deliveries", help="Delivery reports.")


def _source(_context: click.Context, _option: click.Parameter, value: str) -> str:
    if value and not REF.fullmatch(value):
        raise click.BadParameter(
            "a source holds letters, digits, dot, underscore and hyphen, 1 to 64 of them."
        )
    return value


@deliveries.command("import")
@csv_options
@click.option(
    "--source", default="", callback=_source, help="Who counted, for rows that do not say so (own)."
)
def import_deliveries(file: Path, source: str, **options: bool | Path | None) -> None:
    """Take in absolute counts by line, source and service day; a higher revision restates a lower one."""
    run_import(ImportKind.DELIVERIES, file, Options(source=source, **options))  # type: ignore[arg-type]


commands = [deliveries]
