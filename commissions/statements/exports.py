"""A period's files: statements and lines as CSV, a PDF a statement, a spreadsheet, and the control file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from commissions.facts.csv_out import csv_text
from commissions.facts.house_rules import HouseRules
from commissions.facts.service_calendar import Span
from commissions.ledger.ledger_models import Period
from commissions.statements.documents import StatementDocument, documents
from commissions.statements.printing import Press, press
from commissions.statements.stated_rows import FIGURES, LINE_COLUMNS, LINE_NUMBERS, STATEMENT_COLUMNS
from commissions.statements.statement_xlsx import statements_xlsx
from portal.kernel.money import Money, totals
from portal.kernel.ports import BlobStore


@dataclass(frozen=True, slots=True)
class OutFile:
    """A file by name, with its rows and what they come to by currency, as the control file tells."""

    name: str
    content: bytes
    rows: int
    totals: dict[str, str]

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def period_files(
    session: Session, found: Period, house: HouseRules, *, blobs: BlobStore | None = None
) -> Iterator[OutFile]:
    """Every file of a period, one at a time, control.json last.

    PDFs that are kept in `blobs` are taken from there.
    """
    made = list(documents(session, found, house))
    told: dict[str, object] = {}
    for file in _files(
        made, Span(found.ref, found.first_day, found.end_day), press(session, blobs, found.ref)
    ):
        told[file.name] = {"rows": file.rows, "totals": file.totals, "sha256": file.sha256}
        yield file
    yield _control(found, told)


def _files(made: Sequence[StatementDocument], days: Span, printer: Press) -> Iterator[OutFile]:
    closing = _sums(document.money("closing") for document in made)
    amounts = _sums(Money(line.amount, document.currency) for document in made for line in document.lines)
    rows = [row for document in made for row in document.line_rows()]
    statements = csv_text(STATEMENT_COLUMNS, (one.cells() for one in made), numbers=frozenset(FIGURES))
    yield OutFile("statements.csv", statements.encode(), len(made), closing)
    lines = csv_text(LINE_COLUMNS, rows, numbers=LINE_NUMBERS)
    yield OutFile("statement_lines.csv", lines.encode(), len(rows), amounts)
    for document in made:
        name = f"{document.number}.pdf"
        own = {document.currency: document.money("closing").text()}
        yield OutFile(name, printer.pdf(document), len(document.lines), own)
    yield OutFile("statements.xlsx", statements_xlsx(made, days), len(made), closing)


def _sums(amounts: Iterable[Money]) -> dict[str, str]:
    return {currency: amount.text() for currency, amount in totals(amounts).items()}


def _control(found: Period, told: dict[str, object]) -> OutFile:
    control = {
        "period": found.ref,
        "state": "issued" if found.is_closed else "draft",
        "manifest": found.manifest_hash,
        "previous_manifest": found.previous_hash,
        "files": told,
    }
    text = json.dumps(control, indent=2, ensure_ascii=False) + "\n"
    return OutFile("control.json", text.encode(), len(told), {})
