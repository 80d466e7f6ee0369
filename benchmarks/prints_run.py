"""One run of ours on a month's PDFs, and of Typst alone on the same inputs. Argument: database url."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from benchmarks.harness import Measured
from benchmarks.statement_run import MONTH, NOW, fill
from commissions.ledger.ledger_models import Statement
from commissions.ledger.periods import period
from commissions.statements.documents import full_documents
from commissions.statements.printing import print_statements
from commissions.statements.statement_pdf import statement_inputs
from commissions.statements.typesetting import set_statements
from migrations.upgrade import upgrade
from portal.adapters.local_files import LocalFiles
from portal.kernel.db import make_engine, make_sessions, reading

PARTNERS, LINES = 200, 2_000


def run(url: str) -> Measured:
    engine = make_engine(url)
    upgrade(engine)
    sessions = make_sessions(engine)
    fill(sessions, lines=LINES, partners=PARTNERS)
    measured = Measured()
    with tempfile.TemporaryDirectory(prefix="makegood-prints-") as folder, measured.step("prints"):
        made = print_statements(sessions, LocalFiles(Path(folder)), MONTH, clock=lambda: NOW)
    with reading(sessions) as session:
        query = select(Statement).where(Statement.period == MONTH).options(selectinload(Statement.lines))
        documents = full_documents(session, session.scalars(query).all(), period(session, MONTH))
        inputs = [statement_inputs(document, None) for document in documents]
    with measured.step("typst"):
        assert sum(1 for _ in set_statements(inputs, count=len(inputs))) == made
    measured.counts = {"prints": made}
    return measured


if __name__ == "__main__":
    run(sys.argv[1]).tell()
