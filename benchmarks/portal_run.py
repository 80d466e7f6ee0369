"""One run of ours: import and accrual of a file. Arguments: database url, folder of the files."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from benchmarks.harness import Measured
from benchmarks.world import Files
from commissions.accrual import accrue
from commissions.fact_models import DeliveryRow
from commissions.file_import import import_file
from commissions.import_models import ImportKind
from commissions.importing import ImportReport, ImportRequest
from commissions.ledger_models import LedgerEntry, Posting
from migrations.models import metadata
from portal.kernel.append_only import put_back_triggers
from portal.kernel.collector import spare_the_collector
from portal.kernel.db import make_engine, make_sessions, reading, transaction

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def run(url: str, files: Files) -> Measured:
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
    return measured


def _import(sessions: sessionmaker[Session], kind: ImportKind, path: Path) -> ImportReport:
    with path.open("rb") as stream:
        return import_file(sessions, kind, stream, ImportRequest(at=NOW, file_name=path.name))


def _count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


if __name__ == "__main__":
    folder = Path(sys.argv[2])
    names = ("partners.csv", "plan.json", "orders.csv", "deliveries.csv")
    run(sys.argv[1], Files(*(folder / name for name in names))).tell()
