"""One door for every file of facts: `import_file`."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from shutil import copyfileobj
from typing import BinaryIO, cast

from sqlalchemy.orm import Session, sessionmaker

from commissions.facts.import_models import ImportFile, ImportKind
from commissions.imports.delivery_import import import_deliveries
from commissions.imports.importing import (
    IMPORTERS,
    Importer,
    ImportReport,
    ImportRequest,
    begin_import,
    end_import,
    whole_import,
)
from commissions.imports.judging_again import judge_waiting
from commissions.imports.plan_import import import_plan_file
from commissions.imports.taking import BookTaking
from commissions.ledger.quarantine import Doubted, own_day
from portal.kernel.csv_files import BadCell, BadCells, CsvFile, FileUnreadable
from portal.kernel.db import reading, staging_transaction
from portal.kernel.verdicts import Fate, Row, UnreadableIn


def import_file(
    sessions: sessionmaker[Session], kind: ImportKind, stream: BinaryIO, request: ImportRequest
) -> ImportReport:
    """Take a file in: all of it, or nothing when a cell cannot be read (unless `request.partial`).

    What is not believed goes to quarantine. Raises FieldRefused for a plan that makes no sense.
    """
    with scope(sessions, request) as session:
        return import_within(session, kind, stream, request)


def import_within(
    session: Session, kind: ImportKind, stream: BinaryIO, request: ImportRequest
) -> ImportReport:
    """The same inside a session of the caller, who commits.

    Where nothing is to be kept (bad rows, a file that was imported before), the session is rolled back
    whole; rows that it held are let go of.
    """
    report = ImportReport(kind, BadCells(request.each_bad))
    try:
        if kind is ImportKind.DELIVERIES:
            import_deliveries(session, stream, request, report)
            judge_waiting(session, request, report)
        elif kind is ImportKind.PLANS:
            import_plan_file(session, stream, request, report)
            judge_waiting(session, request, report)
        else:
            with _rewindable(stream) as rewindable:
                _import_rows(session, rewindable, request, report)
    except FileUnreadable as refusal:
        session.rollback()
        for cell in refusal.bad:
            report.bad.add(cell)
    report.written = report.written and not request.check
    return report


def scope(sessions: sessionmaker[Session], request: ImportRequest) -> AbstractContextManager[Session]:
    """A transaction, or for a check a session of which nothing is kept."""
    return reading(sessions) if request.check else staging_transaction(sessions)


@contextmanager
def _rewindable(stream: BinaryIO) -> Iterator[BinaryIO]:
    """A copy of the stream, which may be a pipe, that can be read twice."""
    with tempfile.TemporaryFile() as copy:
        copyfileobj(stream, copy)
        copy.seek(0)
        yield cast("BinaryIO", copy)


def _import_rows(session: Session, stream: BinaryIO, request: ImportRequest, report: ImportReport) -> None:
    """Read twice: once to know that every cell can be read, then in the transaction, by batches."""
    importer = IMPORTERS[report.kind]
    sha256 = ""
    for sha256, rows in _batches(importer, stream, report.bad):  # noqa: B007  the last one counts
        report.rows += len(rows)
        request.tell(report.rows)
    report.rows += report.bad.rows
    if report.bad.rows and not request.partial:
        return
    stream.seek(0)
    started = begin_import(session, report.kind, request, sha256=sha256)
    earlier = whole_import(session, report.kind, sha256)
    taking = request.taking(started.id)
    for _, rows in _batches(importer, stream, BadCells()):
        _take(session, importer, rows, report, taking)
    report.notes = taking.notes
    if earlier is not None and not report.has_effect:
        session.rollback()
        report.already_imported = True
        return
    _finish(session, request, report, started)


def _batches(importer: Importer, stream: BinaryIO, bad: BadCells) -> Iterator[tuple[str, list[Row[object]]]]:
    """Rows by batch, with the hash of what was read so far; at the end an empty batch with that of all."""
    file = CsvFile(stream, importer.columns, bad)
    for batch in file.batches():
        rows: list[Row[object]] = []
        for index, values in enumerate(batch.values()):
            cells = batch.cells(index)
            try:
                rows.append(Row(batch.numbers[index], cells, importer.build(values)))
            except UnreadableIn as problem:
                value = cells.get(problem.column, "")
                bad.add(BadCell(batch.numbers[index], problem.column, value, str(problem)))
        yield file.sha256, rows
    yield file.sha256, []


def _take(
    session: Session, importer: Importer, rows: list[Row[object]], report: ImportReport, taking: BookTaking
) -> None:
    if not rows:
        return
    verdicts = importer.take(session, rows, taking)
    doubted = []
    for row, verdict in zip(rows, verdicts, strict=True):
        report.count(verdict)
        if verdict.fate is Fate.DOUBTED:
            line_ref, day = row.cells.get("line_ref"), own_day(row.cells)
            doubted.append(Doubted(row.number, row.cells, verdict, line_ref, day))
    report.keep(session, doubted, taking)
    # what was written is not needed again, and memory is to stay bounded
    session.expunge_all()


def _finish(session: Session, request: ImportRequest, report: ImportReport, started: ImportFile) -> None:
    end_import(session, report, started)
    report.written = True
    judge_waiting(session, request, report)
