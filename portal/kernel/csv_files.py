"""Strict reading of CSV in bounded memory: every cell that cannot be read is listed by line and column."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from portal.kernel.errors import Refusal

# characters that are read at once
BLOCK = 256 * 1024
# what is longer is skipped, not held
LONGEST_ROW = 1024 * 1024
REMEMBERED_CELLS = 20_000
LISTED_AT_MOST = 1_000
# what spreadsheets of some countries write for commas
_OTHER_MARKS = {";": "semicolons", "\t": "tabs"}
_ZIP = b"PK\x03\x04"
_SURROGATES = re.compile("[\ud800-\udfff]")


class Unreadable(ValueError):
    """A cell cannot be read; the text says why."""


class FileUnreadable(Refusal):
    """The file as a whole cannot be read; `bad` lists where."""

    def __init__(self, bad: Sequence[BadCell]) -> None:
        super().__init__("\n".join(cell.sentence for cell in bad))
        self.bad = list(bad)


@dataclass(frozen=True, slots=True)
class BadCell:
    line: int
    column: str
    value: str
    reason: str

    @property
    def sentence(self) -> str:
        where = f"Line {self.line}, {self.column}" if self.column else f"Line {self.line}"
        return f"{where}: {self.reason}" if not self.value else f"{where}, “{self.value}”: {self.reason}"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file. `read` gets the cell's text ("" when empty or absent) and raises Unreadable."""

    name: str
    read: Callable[[str], object]
    required: bool = False


@dataclass
class BadCells:
    """What could not be read. `first` keeps the first thousand; `each` gets all of them as they come."""

    each: Callable[[BadCell], None] | None = None
    first: list[BadCell] = field(default_factory=list)
    cells: int = 0
    rows: int = 0
    _line: int = 0

    def add(self, cell: BadCell) -> None:
        self.cells += 1
        if cell.line != self._line:
            self.rows += 1
            self._line = cell.line
        if len(self.first) < LISTED_AT_MOST:
            self.first.append(cell)
        if self.each is not None:
            self.each(cell)


class _Remembered(dict[str, object]):
    """Cells already read by a column: few days and lines stand in many rows."""

    def __init__(self, read: Callable[[str], object]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, cell: str) -> object:
        value = self._read(cell)
        if len(self) >= REMEMBERED_CELLS:
            self.clear()
        self[cell] = value
        return value


class _Hashed(io.RawIOBase):
    """A stream that hashes what is read from it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.digest = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._stream.read(len(buffer))
        self.digest.update(data)
        buffer[: len(data)] = data
        return len(data)


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that could be read: their line numbers, raw cells, and values by the columns asked for."""

    numbers: Sequence[int]
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    columns: Sequence[Sequence[object]]

    def values(self) -> Iterator[tuple[object, ...]]:
        """The rows' values, in the order of the columns asked for."""
        return zip(*self.columns, strict=True)

    def cells(self, index: int) -> dict[str, str]:
        """What the file said in a row, without its empty cells."""
        return {name: cell for name, cell in zip(self.header, self.rows[index], strict=True) if cell}


class CsvFile:
    """A CSV being read. After the last batch `sha256` and `rows` (well formed or not) hold."""

    def __init__(self, stream: BinaryIO, columns: Sequence[Column], bad: BadCells) -> None:
        self._hashed = _Hashed(stream)
        self._columns = columns
        self._readers = [_Remembered(strict_reader(column)) for column in columns]
        self._bad = bad
        self._header: list[str] = []
        self._line = 0
        self.rows = 0

    @property
    def sha256(self) -> str:
        return self._hashed.digest.hexdigest()

    def batches(self) -> Iterator[Batch]:
        """The rows that can be read; the others go to the bad cells. Raises FileUnreadable."""
        buffered = io.BufferedReader(self._hashed, BLOCK)
        if not buffered.peek(1):
            raise FileUnreadable([BadCell(1, "", "", "The file is empty.")])
        if buffered.peek(4).startswith(_ZIP):
            raise FileUnreadable([BadCell(1, "", "", "It is a ZIP archive or a spreadsheet, not CSV.")])
        # any line ending becomes one; bytes that are no UTF-8 are found in their cells
        text = io.TextIOWrapper(buffered, "utf-8-sig", errors="surrogateescape", newline=None)
        self._read_header(text.readline(LONGEST_ROW))
        for block in self._blocks(text):
            batch = self._batch(*self._rows(block))
            if batch.numbers:
                yield batch

    def _read_header(self, line: str) -> None:
        self._line = 1
        try:
            self._header = next(csv.reader([line], strict=True), [])
        except csv.Error:
            self._header = []
        joined = "".join(self._header)
        if not joined or _SURROGATES.search(joined) or "\0" in joined:
            raise FileUnreadable([BadCell(1, "", "", "The first line is not a header in UTF-8.")])
        known = {column.name for column in self._columns}
        for mark, name in _OTHER_MARKS.items():
            if len(self._header) == 1 and mark in joined and known.issuperset(joined.split(mark)):
                raise FileUnreadable(
                    [BadCell(1, "", "", f"Its cells are separated by {name}, not by commas.")]
                )
        unknown = [name[:64] for name in self._header if name not in known]
        wrong = [BadCell(1, name, "", "There is no such column.") for name in unknown]
        wrong += [
            BadCell(1, name, "", "The column stands in the header twice.")
            for name in sorted(known)
            if self._header.count(name) > 1
        ]
        wrong += [
            BadCell(1, column.name, "", "The column is required and missing.")
            for column in self._columns
            if column.required and column.name not in self._header
        ]
        if wrong:
            raise FileUnreadable(wrong)

    def _blocks(self, text: io.TextIOWrapper) -> Iterator[str]:
        """Pieces of the file that end with a row: at a line's end, with an even number of quotation marks."""
        block = ""
        while chunk := text.read(BLOCK):
            block += chunk
            end = block.rfind("\n") + 1
            is_cut = end == 0 or block.count('"', 0, end) % 2 == 1
            if is_cut and len(block) < LONGEST_ROW:
                continue
            if end:
                yield block[:end]
                block = block[end:]
                continue
            self._refuse_row(self._line + 1, f"The row is longer than {LONGEST_ROW:,} characters.")
            self._line += 1
            while (rest := text.readline(BLOCK)) and not rest.endswith("\n"):
                continue
            block = ""
        if block:
            yield block

    def _rows(self, block: str) -> tuple[Sequence[int], list[list[str]]]:
        """Line numbers and cells of the rows that are as wide as the header."""
        first = self._line + 1
        reader = csv.reader(io.StringIO(block, newline=""), strict=True)
        try:
            rows = list(reader)
        except csv.Error:
            rows = []
        if rows and reader.line_num == len(rows) and set(map(len, rows)) == {len(self._header)}:
            self._line += len(rows)
            self.rows += len(rows)
            return range(first, first + len(rows)), rows
        numbered = list(self._rows_one_by_one(block))
        return [number for number, _ in numbered], [row for _, row in numbered]

    def _rows_one_by_one(self, block: str) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(io.StringIO(block, newline=""), strict=True)
        before, width = self._line, len(self._header)
        while True:
            number = before + reader.line_num + 1
            try:
                row = next(reader, None)
            except csv.Error as problem:
                row = []
                self._refuse_row(number, _sentence(problem))
            self._line = before + reader.line_num
            if row is None:
                return
            if row and len(row) != width:
                self._refuse_row(number, f"It has {len(row)} cells, the header {width}.")
            elif row:
                self.rows += 1
                yield number, row

    def _refuse_row(self, number: int, reason: str) -> None:
        self.rows += 1
        self._bad.add(BadCell(number, "", "", reason))

    def _batch(self, numbers: Sequence[int], rows: Sequence[list[str]]) -> Batch:
        try:
            return Batch(numbers, self._header, rows, self._read(rows))
        except Unreadable:
            good = [
                (number, row) for number, row in zip(numbers, rows, strict=True) if self._is_good(number, row)
            ]
            rows = [row for _, row in good]
            return Batch([number for number, _ in good], self._header, rows, self._read(rows))

    def _read(self, rows: Sequence[list[str]]) -> list[Sequence[object]]:
        """By column and not by row: a million rows then are read by loops of the interpreter's own."""
        if not rows:
            return [() for _ in self._columns]
        given = dict(zip(self._header, zip(*rows, strict=True), strict=False))
        return [
            list(map(read.__getitem__, given[column.name]))
            if column.name in given
            else [read[""]] * len(rows)
            for column, read in zip(self._columns, self._readers, strict=True)
        ]

    def _is_good(self, number: int, row: Sequence[str]) -> bool:
        given = dict(zip(self._header, row, strict=True))
        is_good = True
        for column, read in zip(self._columns, self._readers, strict=True):
            cell = given.get(column.name, "")
            try:
                _ = read[cell]
            except Unreadable as problem:
                shown = _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", cell[:200])
                self._bad.add(BadCell(number, column.name, shown, str(problem)))
                is_good = False
        return is_good


def strict_reader(column: Column) -> Callable[[str], object]:
    """Reads one cell of the column, or raises Unreadable."""

    def read(cell: str) -> object:
        if not cell and column.required:
            raise Unreadable("It is required.")
        if not cell.isascii() and _SURROGATES.search(cell):
            raise Unreadable("It is not UTF-8.")
        if "\0" in cell:
            raise Unreadable("It holds a NUL byte.")
        return column.read(cell)

    return read


def _sentence(problem: csv.Error) -> str:
    said = str(problem)
    if "field limit" in said:
        return "A cell is too long, or a quotation mark is never closed."
    if "unexpected end" in said:
        return "A quotation mark is never closed."
    return "The quotation marks do not follow RFC 4180."
