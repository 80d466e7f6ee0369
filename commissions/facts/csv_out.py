"""CSV for spreadsheets: numbers stay numbers, text that would be evaluated is defused (R18)."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Sequence

from portal.kernel.formulas import defused


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Collection[str]) -> str:
    """A whole file; cells of the columns in `numbers` are written as they are."""
    lines = [csv_row(columns, columns, numbers=())]
    lines += [csv_row(columns, row, numbers=numbers) for row in rows]
    return "".join(lines)


def csv_row(columns: Sequence[str], cells: Sequence[str], *, numbers: Collection[str]) -> str:
    """One line with its end."""
    out = io.StringIO()
    plain = [name in numbers for name in columns]
    safe = [cell if keep else defused(cell) for cell, keep in zip(cells, plain, strict=True)]
    csv.writer(out, lineterminator="\r\n").writerow(safe)
    return out.getvalue()
