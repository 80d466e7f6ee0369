"""One run of ours. Arguments: database url, folder of the files, and "month" to go on with it.

Import and accrual of a file; then the next day's rows, and the close of the first month.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from benchmarks.harness import Measured
from benchmarks.people import two_of_finance
from benchmarks.world import Files, files_in
from commissions.facts.fact_models import DeliveryRow
from commissions.facts.house_rules import HouseRules
from commissions.facts.import_models import ImportKind
from commissions.imports.file_import import import_file
from commissions.imports.importing import ImportReport, ImportRequest
from commissions.ledger.accrual import accrue
from commissions.ledger.ledger_models import LedgerEntry, Posting
from commissions.statements.closing import close_period
from migrations.models import metadata
from portal.kernel.append_only import put_back_triggers
from portal.kernel.collector import spare_the_collector
from portal.kernel.db import make_engine, make_sessions, reading, transaction

NOW = datetime(2026, 5, 1, tzinfo=UTC)
MONTH = "2026-01"


def run(url: str, files: Files, *, month: bool) -> Measured:
    # as wsgi.py does it
    spare_the_collector()
    engine = make_engine(url)
    sessions = make_sessions(engine)
    metadata.create_all(engine)
    with transaction(sessions) as session:
        put_back_triggers(session.connection())
    for kind, path in (
        (ImportKind.PARTNERS, files.partners),
        (ImportKind.PLANS, files.plan),
        (ImportKind.ORDERS, files.orders),
    ):
        report = _import(sessions, kind, path)
        assert not report.quarantined, report.doubts[:3]
    measured = Measured()
    with measured.step("import"):
        report = _import(sessions, ImportKind.DELIVERIES, files.deliveries)
    with measured.step("accrual"), transaction(sessions) as session:
        accrue(session, at=NOW)
    with reading(sessions) as session:
        measured.counts = {
            "accepted": report.accepted,
            "delivery rows": _count(session, DeliveryRow),
            "postings": _count(session, Posting),
            "ledger entries": _count(session, LedgerEntry),
        }
    if month:
        _month(sessions, files, measured)
    return measured


def _month(sessions: sessionmaker[Session], files: Files, measured: Measured) -> None:
    with measured.step("next day: import"):
        _import(sessions, ImportKind.DELIVERIES, files.next_day)
    with measured.step("next day: accrual"), transaction(sessions) as session:
        accrue(session, at=NOW)
    with transaction(sessions) as session:
        people = two_of_finance(session, NOW)
    with measured.step("close"), transaction(sessions) as session:
        closed = close_period(session, MONTH, approval=people, at=NOW, house=HouseRules())
    measured.counts |= {"statements": closed.statements, "statement lines": closed.lines}


def _import(sessions: sessionmaker[Session], kind: ImportKind, path: Path) -> ImportReport:
    with path.open("rb") as stream:
        return import_file(sessions, kind, stream, ImportRequest(at=NOW, file_name=path.name))


def _count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


if __name__ == "__main__":
    run(sys.argv[1], files_in(Path(sys.argv[2])), month="month" in sys.argv[3:]).tell()
