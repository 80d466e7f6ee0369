"""A period's files: the same bytes whoever makes them, with drafts that say so."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from datetime import date

from sqlalchemy.orm import Session

from commissions.facts.csv_out import csv_text
from commissions.facts.house_rules import HouseRules
from commissions.ledger.accrual import accrue
from commissions.ledger.periods import period
from commissions.statements.exports import period_files
from commissions.statements.stated_rows import LINE_COLUMNS, STATEMENT_COLUMNS
from tests.factories.books import AT, deliver
from tests.factories.closed_months import APRIL, MAY, close, the_worked_example


def files(session: Session, ref: str) -> dict[str, bytes]:
    return {file.name: file.content for file in period_files(session, period(session, ref), HouseRules())}


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_the_files_of_a_closed_month_are_the_same_bytes_later(session: Session) -> None:
    the_worked_example(session)
    close(session, "2026-03", APRIL)
    before = files(session, "2026-03")
    deliver(session, "L2", date(2026, 3, 6), 183_912)
    close(session, "2026-04", MAY)
    assert files(session, "2026-03") == before
    assert set(before) == {
        "statements.csv", "statement_lines.csv", "statements.xlsx", "control.json",
        "2026-03-R1-USD.pdf", "2026-03-R2-USD.pdf",
    }  # fmt: skip


def test_statements_and_lines_have_the_columns_of_the_contract(session: Session) -> None:
    the_worked_example(session)
    close(session, "2026-03", APRIL)
    made = files(session, "2026-03")
    first = rows(made["statements.csv"])[0]
    assert list(first) == list(STATEMENT_COLUMNS)
    assert (first["statement"], first["earned"], first["closing"]) == ("2026-03-R1-USD", "338.32", "338.32")
    line = rows(made["statement_lines.csv"])[0]
    assert list(line) == list(LINE_COLUMNS)
    assert (line["kind"], line["units_before"], line["units_after"]) == ("earned", "", "90")
    assert (line["basis"], line["rate"], line["amount"]) == ("3825.00", "10%", "229.50")
    assert line["explanation"].startswith(
        "90 spots at 50.00 = 4,500.00 gross, less agency 15% = 3,825.00 net"
    )


def test_the_spreadsheet_is_filtered_by_its_heads_and_prints_them_on_each_page(session: Session) -> None:
    the_worked_example(session)
    close(session, "2026-03", APRIL)
    with zipfile.ZipFile(io.BytesIO(files(session, "2026-03")["statements.xlsx"])) as book:
        sheet, names = (book.read(name).decode() for name in ("xl/worksheets/sheet1.xml", "xl/workbook.xml"))
    assert '<autoFilter ref="A1:P3"/>' in sheet
    assert 'orientation="landscape"' in sheet
    assert "Statements!$1:$1" in names


def test_the_control_file_ties_to_the_others(session: Session) -> None:
    the_worked_example(session)
    closed = close(session, "2026-03", APRIL)
    made = files(session, "2026-03")
    control = json.loads(made.pop("control.json"))
    assert control["manifest"] == closed.manifest_hash
    for name, content in made.items():
        assert control["files"][name]["sha256"] == hashlib.sha256(content).hexdigest()
    assert control["files"]["statements.csv"] | {"sha256": ""} == {
        "rows": 2, "totals": {"USD": "563.86"}, "sha256": ""
    }  # fmt: skip


def test_an_open_month_gives_drafts(session: Session) -> None:
    the_worked_example(session)
    accrue(session, at=AT)
    made = files(session, "2026-03")
    assert "2026-03-R1-USD-DRAFT.pdf" in made
    assert rows(made["statements.csv"])[0]["statement"] == "2026-03-R1-USD-DRAFT"
    assert json.loads(made["control.json"])["state"] == "draft"


def test_r18_text_that_a_spreadsheet_would_evaluate_is_defused() -> None:
    text = csv_text(("partner", "amount"), [["=HYPERLINK(1)", "-2.18"]], numbers={"amount"})
    assert text == "partner,amount\r\n'=HYPERLINK(1),-2.18\r\n"
