"""What the import commands share: options, progress, the report, and the file of bad cells."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import click

from commissions.facts.import_models import ImportKind
from commissions.imports.file_import import import_file
from commissions.imports.importing import ImportReport, ImportRequest
from portal.cli.console import cli_services, refusals, say
from portal.cli.signing import signature, signed_options
from portal.house import house_rules
from portal.kernel.csv_files import BadCell, BadCells
from portal.kernel.db import reading
from portal.kernel.formulas import defused

TOLD_EVERY = 100_000


@dataclass(frozen=True, slots=True)
class Options:
    partial: bool = False
    check: bool = False
    errors: Path | None = None
    source: str = ""


errors_option = click.option(
    "--errors", type=click.Path(path_type=Path), help="Write the bad cells to this CSV file."
)


def csv_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """FILE, --check, --partial, --errors, --by and --approver, as every file of rows has them."""
    for option in (
        signed_options,
        errors_option,
        click.option("--partial", is_flag=True, help="Write the good rows of a file that has bad ones."),
        click.option("--check", is_flag=True, help="Do everything but write."),
        click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
    ):
        command = option(command)
    return command


def run_import(kind: ImportKind, file: Path, options: Options) -> None:
    """Import a file and tell what became of it; exits with 1 when not all of it could be read."""
    services = cli_services()
    with refusals(), errors_file(options.errors) as each_bad, file.open("rb") as stream:
        at = services.clock()
        with reading(services.sessions) as session:
            signed = signature(session, today=at.date())
        request = ImportRequest(
            at=at,
            by=signed.by,
            approved_by=signed.approved_by,
            file_name=file.name,
            source=options.source,
            partial=options.partial,
            check=options.check,
            progress=_Progress(),
            each_bad=each_bad,
            house=house_rules(services.settings),
        )
        report = import_file(services.sessions, kind, stream, request)
    for line in report_lines(report, check=options.check):
        click.echo(line)
    _tell_bad(report)
    if report.quarantined and not options.check:
        _tell_where_they_wait(services.settings.base_url)
    if report.bad.rows:
        sys.exit(1)


def report_lines(report: ImportReport, *, check: bool) -> Iterator[str]:
    if report.already_imported:
        yield "already imported"
        return
    if not report.is_refused or check:
        yield (
            f"{report.rows} rows: {report.accepted} accepted, {report.unchanged} unchanged, "
            f"{report.superseded} superseded, {report.quarantined} quarantined"
        )
    for reason, count in sorted(report.reasons.items()):
        yield f"quarantined {reason}: {count}"
    if report.judged_again:
        yield f"{report.judged_again} rows left quarantine"
    yield from report.notes
    if check:
        yield "checked, nothing written"


def tell_cells(bad: BadCells) -> None:
    """A sentence for each cell, down from the top of the file: cells are read first, then whole rows."""
    for cell in sorted(bad.first, key=lambda cell: cell.line):
        say(cell.sentence)
    unlisted = bad.cells - len(bad.first)
    if unlisted:
        say(f"... and {unlisted} more; --errors FILE writes all of them.")


def _tell_bad(report: ImportReport) -> None:
    tell_cells(report.bad)
    if report.bad.rows:
        written = "The other rows were written." if report.written else "Nothing was written."
        rows = "1 row" if report.bad.rows == 1 else f"{report.bad.rows} rows"
        say(f"{rows} cannot be read. {written}")


def _tell_where_they_wait(base_url: str) -> None:
    say(
        "Rows in quarantine are judged again when what they name comes in; "
        f"until then they stand at {base_url}/exceptions"
    )


@contextmanager
def errors_file(path: Path | None) -> Iterator[Callable[[BadCell], None] | None]:
    """What writes a bad cell to the file of --errors, where one is named."""
    if path is None:
        yield None
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        yield _writer(file)


def _writer(file: TextIO) -> Callable[[BadCell], None]:
    rows = csv.writer(file)
    rows.writerow(["line", "column", "value", "reason"])

    def write(cell: BadCell) -> None:
        rows.writerow([cell.line, defused(cell.column), defused(cell.value), cell.reason])

    return write


class _Progress:
    """Tells on stderr how many rows were read, now and then."""

    def __init__(self) -> None:
        self._told = 0

    def __call__(self, rows: int) -> None:
        if rows - self._told >= TOLD_EVERY:
            self._told = rows
            say(f"{rows:,} rows read")
