"""A period's statements as a spreadsheet: the same rows as the CSV files, numbers as numbers, and control."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime, time
from decimal import Decimal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from commissions.facts.service_calendar import Span
from commissions.statements.documents import StatementDocument
from commissions.statements.stated_rows import FIGURES, LINE_COLUMNS, LINE_NUMBERS, STATEMENT_COLUMNS
from portal.kernel.money import Money, exponent

# a spreadsheet keeps 15 digits; what has more is written as text rather than rounded
MOST_DIGITS = 15
A4 = 9
COUNTS = frozenset({"units_before", "units_after", "lines"})
WIDE = {"explanation": 90, "partner": 28, "station": 24, "statement": 24, "sha256": 68}
CONTROL_COLUMNS = ("statement", "state", "currency", "lines", "line_total", "closing", "payable", "sha256")
CONTROL_NUMBERS = frozenset({"lines", "line_total", "closing", "payable"})


def statements_xlsx(documents: Sequence[StatementDocument], days: Span) -> bytes:
    """The workbook; its date is the period's end, so that the same figures give the same bytes."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": datetime.combine(days.end_day, time(), UTC).replace(tzinfo=None)})
        statements = [(document.currency, document.cells()) for document in documents]
        lines = [(document.currency, row) for document in documents for row in document.line_rows()]
        _Sheet(book, "Statements", STATEMENT_COLUMNS, frozenset(FIGURES)).fill(statements)
        _Sheet(book, "Lines", LINE_COLUMNS, LINE_NUMBERS).fill(lines)
        control = [(document.currency, _control(document)) for document in documents]
        _Sheet(book, "Control", CONTROL_COLUMNS, CONTROL_NUMBERS).fill(control)
    return out.getvalue()


def _control(document: StatementDocument) -> list[str]:
    """What the other sheets have to come to, and the hash of the figures."""
    total = Money(sum(line.amount for line in document.lines), document.currency)
    sums = [
        str(len(document.lines)),
        total.text(),
        *(document.money(name).text() for name in ("closing", "payable")),
    ]
    state = "draft" if document.is_draft else "issued"
    return [document.number, state, document.currency, *sums, document.content_hash]


class _Sheet:
    """A sheet with a header row; cells of `numbers` columns are numbers in the row's currency."""

    def __init__(self, book: Workbook, name: str, columns: Sequence[str], numbers: frozenset[str]) -> None:
        self._book, self._columns, self._numbers = book, columns, numbers
        self._sheet: Worksheet = book.add_worksheet(name)
        self._formats: dict[int, Format] = {}
        head, head_of_numbers = (
            book.add_format({"bold": True, "bottom": 1, "align": side}) for side in ("left", "right")
        )
        for place, column in enumerate(columns):
            self._sheet.write_string(0, place, column, head_of_numbers if column in numbers else head)
            self._sheet.set_column(place, place, WIDE.get(column, 14))
        self._sheet.freeze_panes(1, 1)
        self._lay_out_paper()

    def _lay_out_paper(self) -> None:
        """Across a sheet of paper, as wide as it is, with the head on each page."""
        self._sheet.set_landscape()
        self._sheet.set_paper(A4)
        self._sheet.fit_to_pages(1, 0)
        self._sheet.repeat_rows(0)

    def fill(self, rows: Sequence[tuple[str, Sequence[str]]]) -> None:
        for number, (currency, cells) in enumerate(rows, 1):
            for place, (column, cell) in enumerate(zip(self._columns, cells, strict=True)):
                if column in self._numbers and cell and _fits(cell):
                    decimals = 0 if column in COUNTS else exponent(currency)
                    self._sheet.write_number(number, place, Decimal(cell), self._format(decimals))
                    continue
                self._sheet.write_string(number, place, cell)
        self._sheet.autofilter(0, 0, len(rows), len(self._columns) - 1)

    def _format(self, decimals: int) -> Format:
        if decimals not in self._formats:
            shown = f"#,##0.{'0' * decimals}" if decimals else "#,##0"
            self._formats[decimals] = self._book.add_format({"num_format": shown})
        return self._formats[decimals]


def _fits(cell: str) -> bool:
    return sum(character.isdigit() for character in cell) <= MOST_DIGITS
