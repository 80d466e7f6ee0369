"""flask partners: partners from a file."""

from __future__ import annotations

from pathlib import Path

from flask.cli import AppGroup

from commissions.facts.import_models import ImportKind
from portal.cli.importing import Options, csv_options, run_import

partners = AppGroup("partners", help="Partners.")


@partners.command("import")
@csv_options
def import_partners(file: Path, check: bool, partial: bool, errors: Path | None) -> None:  # noqa: FBT001  options of a command
    """Take in partners: who they are, and their tier, region and parent from a day on."""
    run_import(ImportKind.PARTNERS, file, Options(partial=partial, check=check, errors=errors))


commands = [partners]
