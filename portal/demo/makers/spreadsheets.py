"""Workbooks that calculate: formulas stay formulas, and their results are written beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

import xlsxwriter

DAYPARTS = (
    ("Morning drive", 85),
    ("Midday", 39),
    ("Afternoon drive", 62),
    ("Evening", 24),
    ("Weekend", 34),
    ("Run of schedule", 28),
)
SPOTS = (60, 0, 24, 0, 12, 22)


def rate_calculator(quarter: str) -> bytes:
    """Spots in, gross, net and commission out: prices of the rate card for thirty seconds on Lark 96.4."""
    made = BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    forms = _formats(book)
    sheet = book.add_worksheet("Calculator")
    _head(
        sheet,
        forms,
        f"Rate calculator, {quarter}",
        "Fill in the yellow cells. USD, thirty seconds, Lark 96.4.",
    )
    _row(sheet, 4, ("Daypart", "Price, gross", "Spots", "Gross", "Net of 15%"), forms["th"])
    for n, ((daypart, price), spots) in enumerate(zip(DAYPARTS, SPOTS, strict=True)):
        row = 5 + n
        sheet.write(row, 0, daypart, forms["td"])
        sheet.write(row, 1, price, forms["money"])
        sheet.write(row, 2, spots, forms["input"])
        sheet.write_formula(row, 3, f"=B{row + 1}*C{row + 1}", forms["money"], price * spots)
        sheet.write_formula(row, 4, f"=D{row + 1}*0.85", forms["money"], price * spots * 0.85)
    _totals(sheet, forms)
    _station_sheet(book, forms)
    book.close()
    return made.getvalue()


def table_workbook(name: str, note: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """One sheet with a heading, a note and a table that can be filtered."""
    made = BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    forms = _formats(book)
    sheet = book.add_worksheet("List")
    _head(sheet, forms, name, note)
    _row(sheet, 4, head, forms["th"])
    for n, row in enumerate(rows, start=5):
        for column, cell in enumerate(row):
            sheet.write(n, column, cell, forms["money"] if isinstance(cell, float) else forms["td"])
    sheet.autofilter(4, 0, 4 + len(rows), len(head) - 1)
    book.close()
    return made.getvalue()


def _totals(sheet: Any, forms: Mapping[str, Any]) -> None:
    gross = sum(price * spots for (_, price), spots in zip(DAYPARTS, SPOTS, strict=True))
    sheet.write(11, 0, "In all", forms["total"])
    sheet.write_blank(11, 1, None, forms["total"])
    sheet.write_formula(11, 2, "=SUM(C6:C11)", forms["count"], sum(SPOTS))
    sheet.write_formula(11, 3, "=SUM(D6:D11)", forms["sum"], gross)
    sheet.write_formula(11, 4, "=SUM(E6:E11)", forms["sum"], gross * 0.85)
    sheet.write(13, 0, "Commission rate", forms["td"])
    sheet.write(13, 4, 0.1, forms["percent"])
    sheet.write(14, 0, "Your commission, if every spot airs", forms["total"])
    sheet.write_formula(14, 4, "=ROUND(E12*E14,2)", forms["sum"], round(gross * 0.85 * 0.1, 2))


def _station_sheet(book: Any, forms: Mapping[str, Any]) -> None:
    sheet = book.add_worksheet("Stations")
    _head(sheet, forms, "Factors by station", "Multiply the price of Lark 96.4 by the factor.")
    _row(sheet, 4, ("Station", "City", "Factor"), forms["th"])
    stations = (
        ("Lark 96.4", "Portland", 1),
        ("Lark City 103.1", "Seattle", 1.12),
        ("Coast 88.7", "Salem", 0.52),
    )
    for n, station in enumerate(stations, start=5):
        _row(sheet, n, station, forms["td"])


def _formats(book: Any) -> dict[str, Any]:
    plain = {"font_name": "Arial", "font_size": 11, "font_color": "#3D3B35"}
    line = {**plain, "bottom": 1, "bottom_color": "#DCD9CF"}
    bold = {**plain, "bold": True, "font_color": "#12352C"}
    return {
        "title": book.add_format({**bold, "font_size": 20}),
        "note": book.add_format({**plain, "font_color": "#6F6C63"}),
        "th": book.add_format({**plain, "bold": True, "font_color": "#FFFFFF", "bg_color": "#12352C"}),
        "td": book.add_format(line),
        "money": book.add_format({**line, "num_format": "#,##0.00"}),
        "input": book.add_format({**line, "bg_color": "#FFF3CF", "num_format": "0"}),
        "percent": book.add_format({**line, "bg_color": "#FFF3CF", "num_format": "0%"}),
        "total": book.add_format({**bold, "top": 1}),
        "count": book.add_format({**bold, "top": 1, "num_format": "0"}),
        "sum": book.add_format({**bold, "top": 1, "num_format": "#,##0.00"}),
    }


def _head(sheet: Any, forms: Mapping[str, Any], title: str, note: str) -> None:
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 6, 18)
    sheet.write(1, 0, title, forms["title"])
    sheet.write(2, 0, note, forms["note"])


def _row(sheet: Any, number: int, cells: Sequence[object], form: Any) -> None:
    for column, cell in enumerate(cells):
        sheet.write(number, column, cell, form)
