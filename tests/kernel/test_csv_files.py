"""Reading CSV strictly: every cell that cannot be read is named by line and column."""

from __future__ import annotations

import io
import tracemalloc
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.csv_cells import (
    or_none,
    read_currency,
    read_day,
    read_percent,
    read_rate,
    read_ref,
    read_text,
    read_units,
)
from portal.kernel.csv_files import BadCells, Column, CsvFile, FileUnreadable, Unreadable

COLUMNS = (
    Column("ref", read_ref, required=True),
    Column("day", read_day, required=True),
    Column("units", read_units, required=True),
    Column("note", or_none(read_text)),
)
HEADER = b"ref,day,units\n"


def rows_of(data: bytes) -> tuple[list[tuple[object, ...]], list[str]]:
    bad = BadCells()
    file = CsvFile(io.BytesIO(data), COLUMNS, bad)
    rows = [
        (number, *values)
        for batch in file.batches()
        for number, values in zip(batch.numbers, batch.values(), strict=True)
    ]
    return rows, [cell.sentence for cell in bad.first]


def refs_of(data: bytes) -> list[tuple[object, object]]:
    return [(row[0], row[1]) for row in rows_of(data)[0]]


def test_columns_may_stand_in_any_order_and_absent_ones_have_their_default() -> None:
    rows, bad = rows_of(b"units,ref,day\r\n5,A,2026-03-01\r\n")
    assert rows == [(2, "A", date(2026, 3, 1), 5, None)]
    assert bad == []


def test_a_byte_order_mark_is_tolerated() -> None:
    assert refs_of(b"\xef\xbb\xbf" + HEADER + b"A,2026-03-01,5\n") == [(2, "A")]


def test_the_last_line_needs_no_line_ending_and_empty_lines_are_nothing() -> None:
    assert refs_of(HEADER + b"A,2026-03-01,5\n\n\nB,2026-03-01,5") == [(2, "A"), (5, "B")]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b"PK\x03\x04\x14\x00", "ZIP"),
        ("ref,day,units\nA,2026-03-01,5\n".encode("utf-16"), "not a header in UTF-8"),
        (b"\n", "not a header"),
        (b"ref,day\n", "units: The column is required and missing"),
        (b"ref,day,units,colour\n", "colour: There is no such column"),
        (b"ref,ref,day,units\n", "stands in the header twice"),
        (b"ref;day;units\nA;2026-03-01;5\n", "separated by semicolons, not by commas"),
    ],
)
def test_a_file_without_a_usable_header_is_refused_as_a_whole(data: bytes, sentence: str) -> None:
    with pytest.raises(FileUnreadable) as refused:
        rows_of(data)
    assert sentence in refused.value.sentence


def test_everything_that_is_wrong_with_a_header_is_said_at_once() -> None:
    with pytest.raises(FileUnreadable) as refused:
        rows_of(b"ref,colour,size\n")
    assert [cell.column for cell in refused.value.bad] == ["colour", "size", "day", "units"]


def test_all_bad_cells_are_listed_by_line_and_column_and_the_good_rows_come_through() -> None:
    rows, bad = rows_of(HEADER + b"A,2026-02-30,x\nB,2026-03-01,5\n,2026-03-01,5\n")
    assert [row[1] for row in rows] == ["B"]
    assert bad == [
        "Line 2, day, “2026-02-30”: There is no such day in the calendar.",
        "Line 2, units, “x”: It is not a whole number.",
        "Line 4, ref: It is required.",
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"A,2026-03-01", "It has 2 cells, the header 3."),
        (b"A,2026-03-01,5,6", "It has 4 cells, the header 3."),
        (b"A\0,2026-03-01,5", "NUL"),
        (b"\xff,2026-03-01,5", "not UTF-8"),
        (b'"A"x,2026-03-01,5', "RFC 4180"),
        (b'"A\nB",2026-03-01,5', "A ref holds letters"),
    ],
)
def test_a_bad_row_does_not_hide_the_next(row: bytes, reason: str) -> None:
    rows, bad = rows_of(HEADER + row + b"\nGOOD,2026-03-01,5\n")
    assert [found[1] for found in rows] == ["GOOD"]
    assert [reason in sentence for sentence in bad] == [True]


def test_rows_after_a_cell_of_several_lines_keep_their_numbers() -> None:
    data = b'ref,day,units,note\nA,2026-03-01,5,"two\nlines"\nB,2026-03-01,5,\n'
    assert refs_of(data) == [(2, "A"), (4, "B")]


def test_a_quotation_mark_that_is_never_closed_is_named_by_the_line_it_opens_on() -> None:
    _, bad = rows_of(HEADER + b'A,2026-03-01,5\n"B,2026-03-01,5\n')
    assert bad == ["Line 3: A quotation mark is never closed."]


def test_a_row_of_ten_megabytes_is_refused_in_bounded_memory() -> None:
    data = HEADER + b"A,2026-03-01," + b"9" * 10_000_000 + b"\nB,2026-03-01,6\n"
    tracemalloc.start()
    rows, bad = rows_of(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [row[:2] for row in rows] == [(3, "B")]
    assert bad == ["Line 2: The row is longer than 1,048,576 characters."]
    assert peak < 9_000_000


@given(st.lists(st.tuples(st.from_regex(r"[A-Z]{1,5}", fullmatch=True), st.text(max_size=20)), max_size=30))
def test_whatever_csv_can_write_is_read_or_refused_row_by_row(cells: list[tuple[str, str]]) -> None:
    text = io.StringIO()
    text.write("ref,day,units,note\n")
    for ref, note in cells:
        escaped = note.replace('"', '""')
        text.write(f'{ref},2026-03-01,5,"{escaped}"\n')
    data = text.getvalue().encode("utf-8", "surrogatepass")
    rows, bad = rows_of(data)
    assert len(rows) + len({sentence.partition(",")[0] for sentence in bad}) == len(cells)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("5.0", "whole number"),
        ("1,000", "whole number"),
        (" 5", "whole number"),
        ("٥", "whole number"),
        ("10000000000000", "10^12"),
    ],
)
def test_units_that_cannot_be_read(cell: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason.replace("^", r"\^")):
        read_units(cell)


def test_units_up_to_a_million_million_can_be_read() -> None:
    assert read_units("1000000000000") == 10**12


@pytest.mark.parametrize(
    "cell", ["1.1234567891", "-1", "1e3", "", "1.", ".5", "NaN", "Infinity", "12345678901234"]
)
def test_rates_that_cannot_be_read(cell: str) -> None:
    with pytest.raises(Unreadable):
        read_rate(cell)


def test_a_rate_is_kept_exactly_in_its_shortest_form() -> None:
    assert [read_rate(cell) for cell in ("37.50", "0.123456789", "100", "007", "0.10")] == [
        "37.5",
        "0.123456789",
        "100",
        "7",
        "0.1",
    ]


@pytest.mark.parametrize("cell", ["100.000001", "-1", "1.1234567"])
def test_percents_outside_0_to_100_or_with_seven_decimals_are_refused(cell: str) -> None:
    with pytest.raises(Unreadable):
        read_percent(cell)


@pytest.mark.parametrize("cell", ["usd", "XXX", "ABC", "US", "€"])
def test_unknown_currencies_are_refused(cell: str) -> None:
    with pytest.raises(Unreadable):
        read_currency(cell)
