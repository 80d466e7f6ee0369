"""Delivery reports: read into a staging table, then judged and written in one go."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import BinaryIO

from sqlalchemy.orm import Session

from commissions.facts.import_models import ImportKind
from commissions.imports.delivery_settling import (
    Settled,
    changed_since,
    close_settling,
    doubted_again,
    prepare_settling,
    settle_alone,
    settle_rest,
)
from commissions.imports.delivery_staging import (
    LEFT_OUT,
    close_staging,
    delivery_columns,
    open_staging,
    stage,
)
from commissions.imports.importing import ImportReport, ImportRequest, begin_import, end_import, whole_import
from commissions.imports.judging_again import judge_waiting
from commissions.ledger.quarantine import Doubted
from portal.kernel.csv_files import (
    BadCell,
    BadCells,
    Column,
    CsvFile,
    FileUnreadable,
    Unreadable,
    strict_reader,
)
from portal.kernel.verdicts import Fate, Taking

DEFAULT_SOURCE = "own"
DOUBTED_AT_ONCE = 2_000


def import_deliveries(
    session: Session, stream: BinaryIO, request: ImportRequest, report: ImportReport
) -> None:
    """Stage a file before the write lock is taken, then settle it. See ImportReport for what is told."""
    columns = delivery_columns(request.source or DEFAULT_SOURCE)
    file = CsvFile(stream, columns, report.bad)
    names = [column.name for column in columns]
    open_staging(session)
    for batch in file.batches():
        given = zip(names, batch.columns, strict=True)
        columns_given = {name: cells for name, cells in given if name in batch.header or name not in LEFT_OUT}
        stage(session, batch.numbers, columns_given)
        report.rows = file.rows
        request.tell(file.rows)
    report.rows = file.rows
    if report.bad.rows and not request.partial:
        session.rollback()
        return
    settle_staged(session, request, report, sha256=file.sha256)


def import_delivery_rows(
    session: Session, rows: Sequence[Mapping[str, str]], request: ImportRequest
) -> ImportReport:
    """Take rows of the API, given as text by column, inside the caller's transaction.

    Raises FileUnreadable with every cell that cannot be read; rows are numbered from 1.
    """
    report = ImportReport(ImportKind.DELIVERIES, BadCells(request.each_bad), rows=len(rows))
    columns = delivery_columns(request.source or DEFAULT_SOURCE)
    staged = [_read(number, row, columns, report.bad) for number, row in enumerate(rows, 1)]
    if report.bad.rows:
        raise FileUnreadable(report.bad.first)
    open_staging(session)
    if staged:
        names = [column.name for column in columns]
        by_column = dict(zip(names, zip(*staged, strict=True), strict=True))
        stage(session, range(1, len(staged) + 1), by_column)
    content = json.dumps([request.source, *map(dict, rows)], sort_keys=True)
    settle_staged(session, request, report, sha256=hashlib.sha256(content.encode()).hexdigest())
    judge_waiting(session, request, report)
    return report


def _read(
    number: int, row: Mapping[str, str], columns: Sequence[Column], bad: BadCells
) -> tuple[object, ...]:
    known = {column.name for column in columns}
    for name in row:
        if name not in known:
            bad.add(BadCell(number, name[:64], "", "There is no such column."))
    values: list[object] = []
    for column in columns:
        cell = row.get(column.name, "")
        try:
            values.append(strict_reader(column)(cell))
        except Unreadable as problem:
            bad.add(BadCell(number, column.name, cell[:200], str(problem)))
    return tuple(values)


def settle_staged(session: Session, request: ImportRequest, report: ImportReport, *, sha256: str) -> None:
    """Judge what is staged and write what is believed; the same file again has no effect."""
    with session.begin_nested() as attempt:
        started = begin_import(session, ImportKind.DELIVERIES, request, sha256=sha256)
        taking = Taking(started.id, request.at)
        prepare_settling(session, request.house.newest_day(request.at))
        if _is_known(session, sha256, request.source):
            _keep(session, doubted_again(session), report, taking)
            report.unchanged = report.rows - report.bad.rows - report.quarantined
            report.already_imported = not report.newly_quarantined
        else:
            _settle(session, report, taking)
        if report.already_imported:
            attempt.rollback()
    close_settling(session)
    close_staging(session)
    if report.already_imported:
        return
    end_import(session, report, started)
    report.written = True


def _is_known(session: Session, sha256: str, source: str) -> bool:
    """Whether the file was imported whole before, and each of its rows is still the current one."""
    earlier = whole_import(session, ImportKind.DELIVERIES, sha256, source=source)
    return earlier is not None and not changed_since(session)


def _settle(session: Session, report: ImportReport, taking: Taking) -> None:
    report.accepted += settle_alone(session, taking.import_id)
    if report.accepted < report.rows - report.bad.rows:
        rest = settle_rest(session, taking.import_id, settled_by=taking.import_id)
        _keep(session, rest, report, taking)


def _keep(session: Session, rows: Iterable[Settled], report: ImportReport, taking: Taking) -> None:
    doubted: list[Doubted] = []
    for row in rows:
        report.count(row.verdict)
        if row.verdict.fate is Fate.DOUBTED:
            doubted.append(Doubted(row.number, row.cells, row.verdict, row.line_ref, row.service_date))
        if len(doubted) >= DOUBTED_AT_ONCE:
            report.keep(session, doubted, taking)
            doubted.clear()
    report.keep(session, doubted, taking)
