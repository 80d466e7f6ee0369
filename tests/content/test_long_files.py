"""A long file is read to its end, on as many pages as that takes; what is left out is said."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from content.assets.models import AssetKind, AssetVersion, FileFormat, Processing
from content.editing.describing import Description, add_asset
from content.finding.indexing import keep_index
from content.processing.processing import process
from content.reading import jail, long_texts, reader
from content.reading.long_texts import PAGE_TEXT, as_pages
from content.reading.reader import Source, read
from content.reading.result import Reading
from content.uploads.uploads import add_version, stored
from portal.kernel.db import transaction
from portal.services import Services
from search.engine import Asked
from search.queries import parse
from tests.factories import files

AT = datetime(2026, 6, 15, 10, 0, tzinfo=UTC)
LINE = "What a station reaches in the morning, and what it costs a week"
LINES = [*(f"{number}: {LINE}" for number in range(6_000)), "The end is a zebra"]
NEXT_PARAGRAPH = "</w:t></w:r></w:p><w:p><w:r><w:t>"
NEXT_PAGE = '</w:t></w:r></w:p><w:p><w:r><w:br w:type="page"/></w:r></w:p><w:p><w:r><w:t>'

LONG: dict[FileFormat, Callable[[], bytes]] = {
    FileFormat.TEXT: lambda: "\n".join(LINES).encode(),
    FileFormat.MARKDOWN: lambda: "\n\n".join(["# Reach", *LINES]).encode(),
    FileFormat.WORD: lambda: files.a_document(NEXT_PARAGRAPH.join(LINES)),
    FileFormat.EXCEL: lambda: files.a_sheet_of("Reach", LINES),
}


@pytest.fixture(autouse=True)
def _without_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jail, "is_there", lambda: False)


def reading_of(tmp_path: Path, format_: FileFormat, data: bytes) -> Reading:
    source = tmp_path / "source"
    source.write_bytes(data)
    (found,) = read(Source(source, format_, "A title", AssetKind.DOCUMENT), tmp_path)
    return found


@pytest.mark.parametrize("format_", LONG)
def test_a_long_file_is_read_to_its_last_words(format_: FileFormat, tmp_path: Path) -> None:
    found = reading_of(tmp_path, format_, LONG[format_]())
    words = [
        line for page in found.pages for line in page.text.splitlines() if LINE in line or "zebra" in line
    ]
    assert words == LINES
    assert max(len(page.text) for page in found.pages) <= PAGE_TEXT
    assert [page.number for page in found.pages] == list(range(1, len(found.pages) + 1))
    assert all(page.title for page in found.pages)
    assert found.note is None


def test_a_long_text_is_found_by_its_last_words_and_says_on_which_page(services: Services) -> None:
    upload = stored(services.blobs, io.BytesIO(LONG[FileFormat.TEXT]()), "reach.txt")
    with transaction(services.sessions) as session:
        asset = add_asset(session, Description("Reach", AssetKind.DOCUMENT), at=AT, by="operator")
        version = add_version(session, asset, upload, at=AT, by="operator")
    assert process(services.sessions, services.blobs, version.id, clock=lambda: AT) is Processing.READY
    keep_index(services.sessions, services.search, clock=services.clock)
    hits = services.search.search(Asked(parse("zebra"), frozenset({asset.id})))
    with services.sessions() as session:
        read_ = session.get_one(AssetVersion, version.id)
        assert (read_.page_count, read_.reason) == (hits.hits[0].pages[0].page, None)


LEFT_OUT: dict[FileFormat, Callable[[], bytes]] = {
    FileFormat.WORD: lambda: files.a_document(NEXT_PAGE.join(f"Page {number}" for number in range(2_001))),
    FileFormat.EXCEL: lambda: files.a_workbook(**{f"S{number}": "37.50" for number in range(2_001)}),
}


@pytest.mark.parametrize("format_", LEFT_OUT)
def test_what_stands_behind_the_last_page_is_left_out_and_that_is_said(
    format_: FileFormat, tmp_path: Path
) -> None:
    found = reading_of(tmp_path, format_, LEFT_OUT[format_]())
    assert len(found.pages) == 2_000
    assert found.note == (
        "Only its first 2,000 pages were read; "
        "what comes after them is not shown and is not found by a search."
    )


def test_a_text_is_cut_between_paragraphs_else_lines_else_words_else_anywhere() -> None:
    before, after = "x" * (PAGE_TEXT * 3 // 5), "y" * (PAGE_TEXT // 5)
    for between, less in (("\n\n", "\n"), ("\n", " "), (" ", "-")):
        first, second = as_pages([("", f"{before}{between}{less.join([after] * 3)}")]).pages
        assert (first.text, second.text) == (before, less.join([after] * 3))
    assert [len(page.text) for page in as_pages([("", "x" * (PAGE_TEXT + 7))]).pages] == [PAGE_TEXT, 7]


def test_pages_cut_out_of_one_do_not_stand_under_the_pictures_of_a_print(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A print may have as many pages by chance; its own words stand on each."""
    text = f"{'reach ' * (PAGE_TEXT // 6)}\n\nThe end"
    source, made = tmp_path / "source", tmp_path / "made.pdf"
    source.write_bytes(files.a_document(text.replace("\n\n", NEXT_PARAGRAPH)))
    made.write_bytes(files.a_pdf("printed first", "printed second"))
    monkeypatch.setattr(jail, "is_there", lambda: True)
    monkeypatch.setattr(jail, "as_pdf", lambda *_arguments, **_options: made)
    *_before, last = read(Source(source, FileFormat.WORD, "Reach", AssetKind.DOCUMENT), tmp_path)
    assert [page.text for page in last.pages] == ["printed first", "printed second"]


def test_a_file_that_is_left_out_in_part_and_cannot_be_drawn_says_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jail, "is_there", lambda: True)
    monkeypatch.setattr(jail, "as_pdf", lambda *_arguments, **_options: None)
    source = tmp_path / "source"
    source.write_bytes(LEFT_OUT[FileFormat.EXCEL]())
    *_before, last = read(Source(source, FileFormat.EXCEL, "Rates", AssetKind.DOCUMENT), tmp_path)
    assert last.note is not None
    assert last.note.startswith(f"{long_texts.LEFT_OUT} {reader.WORDS_ALONE}")
