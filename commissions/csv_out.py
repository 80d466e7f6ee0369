"""CSV for spreadsheets: numbers stay numbers, text that would be evaluated is defused (R18)."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Sequence

# spreadsheets evaluate the full-width forms too
_STARTS = frozenset("=+-@\t\r＝＋－＠")


def defused(text: str) -> str:
    """The text with an apostrophe in front where a spreadsheet would take it for a formula."""
    return f"'{text}" if text[:1] in _STARTS else text


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Collection[str]) -> str:
    """A whole file; cells of the columns in `numbers` are written as they are."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    plain = [name in numbers for name in columns]
    for row in rows:
        writer.writerow([cell if keep else defused(cell) for cell, keep in zip(row, plain, strict=True)])
    return out.getvalue()
