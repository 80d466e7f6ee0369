"""flask partners, orders, invoices and so on, each with `import`: facts from a file of rows."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from commissions.facts.import_models import ImportKind
from portal.cli.importing import Options, csv_options, run_import

GROUPS = (
    (
        ImportKind.PARTNERS,
        "Partners.",
        "Take in partners: who they are, and their tier, region and parent from a day on.",
    ),
    (
        ImportKind.ORDERS,
        "Insertion orders.",
        "Take in orders, a row a line item; what changed becomes the next revision.",
    ),
    (
        ImportKind.INVOICES,
        "Invoices and credit notes.",
        "Take in invoices and credit notes, a row a line.",
    ),
    (ImportKind.PAYMENTS, "Payments.", "Take in payments of invoices."),
    (
        ImportKind.ADJUSTMENTS,
        "Adjustments, and opening balances at go-live.",
        "Take in signed corrections and opening balances, and post them.",
    ),
    (
        ImportKind.DISALLOWED,
        "Units that do not count.",
        "Take in units that finance does not count, by line and day, each with its reason.",
    ),
)


def _group(kind: ImportKind, about: str, what: str) -> AppGroup:
    group = AppGroup(kind.value, help=about)

    @group.command("import", help=what)
    @csv_options
    def take_in(file: Path, **options: bool | Path | None) -> None:
        run_import(kind, file, Options(**options))  # type: ignore[arg-type]

    return group


commands: list[click.Command] = [_group(*row) for row in GROUPS]
