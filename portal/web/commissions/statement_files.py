"""A statement's files: PDF, CSV and XLSX, and the note that staff looked at a partner's money."""

from __future__ import annotations

from flask import Response

from commissions.facts.csv_out import csv_text
from commissions.ledger.periods import period
from commissions.statements.documents import StatementDocument, full_documents
from commissions.statements.printing import press
from commissions.statements.stated_rows import LINE_COLUMNS, LINE_NUMBERS
from commissions.statements.statement_xlsx import statements_xlsx
from commissions.statements.statements import statement as statement_of
from portal.kernel.errors import NotFound
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.commissions.blueprint import blueprint
from portal.web.commissions.looks import note_look
from portal.web.context import db, identity, services
from portal.web.downloads import CSV, download

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/statements/<number>.<ending>")
@requires(Permission.STATEMENTS_READ)
def statement_file(number: str, ending: str) -> Response:
    """The same figures as PDF, CSV or XLSX."""
    found = statement_of(db(), identity(), number)
    document = next(full_documents(db(), [found], period(db(), found.period)))
    makers = {"pdf": (_pdf, "application/pdf"), "csv": (_csv, CSV), "xlsx": (_xlsx, XLSX)}
    if ending not in makers:
        raise NotFound
    make, media_type = makers[ending]
    note_look("statement", found.number)
    return download(f"{number}.{ending}", make(document), media_type)


def _pdf(document: StatementDocument) -> bytes:
    return press(db(), services().blobs, document.period).pdf(document)


def _csv(document: StatementDocument) -> bytes:
    return csv_text(LINE_COLUMNS, document.line_rows(), numbers=LINE_NUMBERS).encode()


def _xlsx(document: StatementDocument) -> bytes:
    return statements_xlsx([document], document.days)
