"""CSV, XLSX, PDF, API and control file agree in rows and totals (property 22)."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree as ET

import pypdfium2
from sqlalchemy.orm import Session

from commissions.explanations.exact_words import grouped
from commissions.facts.house_rules import HouseRules
from commissions.ledger.periods import period
from commissions.overviews.money_answers import statement_line_list, statement_list
from commissions.statements.exports import period_files
from commissions.statements.stated_rows import LINE_COLUMNS, STATEMENT_COLUMNS
from portal.kernel.identity import Role
from tests.factories.books import Billed, deliver, invoice
from tests.factories.closed_months import APRIL, MAY, close, the_worked_example
from tests.factories.people import a_brand, an_identity

NAMES = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
Rows = list[list[str]]


def an_april_with_corrections(session: Session) -> dict[str, bytes]:
    """Earned, prior period and clawback on one statement."""
    the_worked_example(session)
    close(session, "2026-03", APRIL)
    deliver(session, "L2", date(2026, 3, 6), 183_912)
    invoice(session, "INV-1", Billed("L1", 382_500, 90), on=date(2026, 4, 2))
    invoice(session, "CN-1", Billed("L1", 42_500, 10), on=date(2026, 4, 9), credits_invoice="INV-1")
    close(session, "2026-04", MAY)
    return {
        file.name: file.content for file in period_files(session, period(session, "2026-04"), HouseRules())
    }


def rows_of_csv(content: bytes) -> Rows:
    return list(csv.reader(io.StringIO(content.decode())))[1:]


def rows_of_sheet(content: bytes, number: int) -> Rows:
    """A sheet's rows without its head, as its file holds them: numbers plain, texts looked up."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        texts = [
            "".join(part.text or "" for part in item.iter(f"{{{NAMES['m']}}}t"))
            for item in ET.fromstring(book.read("xl/sharedStrings.xml"))  # noqa: S314  our own file
        ]
        sheet = ET.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))  # noqa: S314
    found = []
    for row in sheet.findall(".//m:row", NAMES)[1:]:
        cells = row.findall("m:c", NAMES)
        values = [cell.findtext("m:v", "", NAMES) for cell in cells]
        kinds = [cell.get("t") for cell in cells]
        pairs = zip(values, kinds, strict=True)
        found.append([texts[int(value)] if kind == "s" else value for value, kind in pairs])
    return found


def as_numbers(rows: Rows, columns: tuple[str, ...], names: frozenset[str]) -> list[list[object]]:
    """Cells of the named columns as numbers, so that 338.3 and 338.30 are the same."""
    return [
        [float(cell) if name in names and cell else cell for name, cell in zip(columns, row, strict=True)]
        for row in rows
    ]


def test_every_format_has_the_same_rows_and_totals(session: Session) -> None:
    made = an_april_with_corrections(session)
    statements, lines = rows_of_csv(made["statements.csv"]), rows_of_csv(made["statement_lines.csv"])
    amounts = frozenset(STATEMENT_COLUMNS[5:])
    assert as_numbers(rows_of_sheet(made["statements.xlsx"], 1), STATEMENT_COLUMNS, amounts) == as_numbers(
        statements, STATEMENT_COLUMNS, amounts
    )
    sheet = rows_of_sheet(made["statements.xlsx"], 2)
    kept = [LINE_COLUMNS.index(name) for name in ("statement", "kind", "line_ref", "explanation")]
    assert [[row[0], row[1], row[3], row[-1]] for row in sheet] == [[row[at] for at in kept] for row in lines]
    assert sum(Decimal(row[LINE_COLUMNS.index("amount")]) for row in lines) == sum(
        Decimal(row[4]) for row in rows_of_sheet(made["statements.xlsx"], 3)
    )


def test_the_api_and_the_control_file_have_the_rows_of_the_csv(session: Session) -> None:
    made = an_april_with_corrections(session)
    finance = an_identity(session, a_brand(session), Role.FINANCE)
    told = [
        list(asdict(item).values())
        for item in statement_list(session, finance, after="", limit=100).items
        if item.period == "2026-04"
    ]
    assert told == rows_of_csv(made["statements.csv"])
    lines = rows_of_csv(made["statement_lines.csv"])
    for number in {row[0] for row in lines}:
        answer = statement_line_list(session, finance, number, after=0, limit=100)
        assert [list(asdict(item).values())[1:] for item in answer.items] == [
            row[1:] for row in lines if row[0] == number
        ]
    control = json.loads(made["control.json"])["files"]
    assert control["statement_lines.csv"]["rows"] == len(lines)
    assert control["statements.csv"]["rows"] == len(rows_of_csv(made["statements.csv"]))


def test_the_pdf_prints_every_line_and_every_sum(session: Session) -> None:
    made = an_april_with_corrections(session)
    head = dict(zip(STATEMENT_COLUMNS, rows_of_csv(made["statements.csv"])[0], strict=True))
    pages = pypdfium2.PdfDocument(made[f"{head['statement']}.pdf"])
    text = "\n".join(page.get_textpage().get_text_bounded() for page in pages).replace("\u2212", "-")
    wanted = [head[name] for name in ("opening", "earned", "prior_period", "clawback", "closing", "payable")]
    lines = [row for row in rows_of_csv(made["statement_lines.csv"]) if row[0] == head["statement"]]
    wanted += [row[LINE_COLUMNS.index("amount")] for row in lines]
    for amount in wanted:
        assert grouped(amount).replace("\u2212", "-") in text, amount
    assert f"{len(lines)} lines" in text
    assert all(row[LINE_COLUMNS.index("line_ref")] in text for row in lines)
