"""A table as CSV: numbers stay numbers, and text that a spreadsheet would calculate is defused (R18)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

from portal.kernel.formulas import defused
from portal.web.downloads import download


def csv_answer(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A download named `name`.csv."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([[_cell(value) for value in row] for row in rows])
    return download(f"{name}.csv", text.getvalue())


def _cell(value: object) -> object:
    return defused(value) if isinstance(value, str) else value
