"""Quarantined rows judged again, whenever something came in that they may have waited for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from commissions.facts.import_models import Decision, ImportFile, ImportKind, QuarantinedRow
from commissions.imports.delivery_settling import close_settling, prepare_settling, settle_rest
from commissions.imports.delivery_staging import close_staging, delivery_columns, open_staging, stage
from commissions.imports.importing import (
    IMPORTERS,
    Importer,
    ImportReport,
    ImportRequest,
    begin_import,
    end_import,
)
from commissions.imports.taking import BookTaking
from commissions.ledger.quarantine import DAY_TO_COME, DECIDED_BY_PEOPLE, open_rows, own_day
from portal.kernel.csv_files import BadCells, Unreadable
from portal.kernel.verdicts import Fate, Row, Verdict

ROWS_AT_ONCE = 5_000
# a partner lets adjustments and orders in, an order its deliveries and invoices, those their payments
_KINDS = (
    ImportKind.PARTNERS,
    ImportKind.ADJUSTMENTS,
    ImportKind.ORDERS,
    ImportKind.INVOICES,
    ImportKind.PAYMENTS,
    ImportKind.PAYOUT_STATUS,
)
AUTOMATIC = "worker"


def judge_waiting(session: Session, request: ImportRequest, report: ImportReport) -> None:
    """After a file or API call: judge again where it may let rows in, or the day of one has come."""
    lets_nothing_in = report.kind in {ImportKind.DELIVERIES, ImportKind.PAYMENTS}
    if report.written and (not lets_nothing_in or _has_come(session, request)):
        report.judged_again = judge_again(session, request)


def _has_come(session: Session, request: ImportRequest) -> bool:
    """Whether the day of a row that came too early has come since."""
    waiting = exists().where(
        QuarantinedRow.decided_at.is_(None),
        QuarantinedRow.reason == DAY_TO_COME,
        QuarantinedRow.service_date <= request.house.newest_day(request.at),
    )
    return bool(session.scalar(select(waiting)))


def judge_again(session: Session, request: ImportRequest) -> int:
    """Take in what is believed now; how many rows left quarantine."""
    waiting = exists().where(
        QuarantinedRow.decided_at.is_(None), QuarantinedRow.reason.not_in(DECIDED_BY_PEOPLE)
    )
    if not session.scalar(select(waiting)):
        return 0
    again = replace(request, file_name="", source="", progress=None, each_bad=None)
    started = begin_import(session, ImportKind.JUDGED_AGAIN, again, sha256="")
    taking = request.taking(started.id, judging_again=True)
    judged = select(ImportFile.id).where(ImportFile.kind == ImportKind.JUDGED_AGAIN)
    taking.judgements = frozenset(session.scalars(judged))
    report = ImportReport(ImportKind.JUDGED_AGAIN, BadCells())
    for kind in _KINDS:
        # a row may have waited for another of its own kind that came after it
        while _judge_kind(session, kind, report, taking):
            continue
    _judge_deliveries(session, report, taking)
    # what is disallowed has to have been counted
    _judge_kind(session, ImportKind.DISALLOWED, report, taking)
    end_import(session, report, started)
    return report.accepted + report.superseded + report.unchanged


def _waiting(session: Session, kind: ImportKind) -> Iterator[list[QuarantinedRow]]:
    after_id = 0
    while rows := open_rows(session, kind, after_id=after_id, limit=ROWS_AT_ONCE):
        after_id = rows[-1].id
        yield [row for row in rows if row.reason not in DECIDED_BY_PEOPLE]


def _judge_kind(session: Session, kind: ImportKind, report: ImportReport, taking: BookTaking) -> int:
    importer = IMPORTERS[kind]
    believed = 0
    for waiting in _waiting(session, kind):
        read = [(row, found) for row in waiting if (found := _read(row, importer)) is not None]
        verdicts = importer.take(session, [found for _, found in read], taking)
        believed += _decide([row for row, _ in read], verdicts, report, taking)
        session.flush()
        session.expunge_all()
    return believed


def _read(row: QuarantinedRow, importer: Importer) -> Row[object] | None:
    """None for a row that would be refused today: it waits until somebody dismisses it."""
    try:
        values = tuple(column.read(row.cells.get(column.name, "")) for column in importer.columns)
        return Row(row.row_number, row.cells, importer.build(values), row.import_id)
    except Unreadable as problem:
        row.sentence = str(problem)
        return None


def _decide(
    waiting: list[QuarantinedRow], verdicts: list[Verdict], report: ImportReport, taking: BookTaking
) -> int:
    before = report.accepted + report.superseded + report.unchanged
    for row, verdict in zip(waiting, verdicts, strict=True):
        report.rows += 1
        report.count(verdict)
        if verdict.fate is Fate.DOUBTED:
            report.quarantined += 1
            row.reason, row.sentence = verdict.reason, verdict.sentence
            row.service_date = own_day(row.cells)
            continue
        row.decided_at, row.decided_by, row.decision = taking.at, AUTOMATIC, Decision.ACCEPTED
    return report.accepted + report.superseded + report.unchanged - before


def _judge_deliveries(session: Session, report: ImportReport, taking: BookTaking) -> None:
    columns = delivery_columns("")
    for waiting in _waiting(session, ImportKind.DELIVERIES):
        open_staging(session)
        cells = {
            column.name: [column.read(row.cells.get(column.name, "")) for row in waiting]
            for column in columns
        }
        if not waiting:
            continue
        stage(session, [row.id for row in waiting], cells)
        prepare_settling(session, taking.house.newest_day(taking.at))
        by_id = {row.id: row for row in waiting}
        verdicts = {settled.number: settled.verdict for settled in settle_rest(session, taking.import_id)}
        _decide([by_id[number] for number in verdicts], list(verdicts.values()), report, taking)
        session.flush()
        session.expunge_all()
        close_settling(session)
        close_staging(session)
