"""Office files: text by slide, page or sheet. Their pictures come from LibreOffice, where it is installed."""

from __future__ import annotations

import re
import secrets
import zipfile
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

import kreuzberg
from lxml import etree
from pptx import Presentation
from pptx.exc import PackageNotFoundError

from content.reading.archives import checked
from content.reading.long_texts import as_pages
from content.reading.result import MOST_PAGES, Reading, ReadPage, Unreadable, cleaned, first_line, fitting

OOXML = "application/vnd.openxmlformats-officedocument."
PPTX = f"{OOXML}presentationml.presentation"
DOCX = f"{OOXML}wordprocessingml.document"
XLSX = f"{OOXML}spreadsheetml.sheet"
OLE = b"\xd0\xcf\x11\xe0"
SHEETS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}sheet"


def read_powerpoint(source: Path, _folder: Path, _title: str) -> Reading:
    """Slides with title and text. Raises Unreadable."""
    _must_hold(source, "ppt/presentation.xml", "a PowerPoint presentation")
    # a mark that no slide can hold, so that its text cannot make pages
    mark = f"[{secrets.token_hex(16)}:{{page_num}}]"
    found = _extracted(source, PPTX, mark)
    pieces = re.split(re.escape(mark).replace(r"\{page_num\}", r"(\d+)"), found.content)
    texts = {int(number): text for number, text in zip(pieces[1::2], pieces[2::2], strict=True)}
    slides = _slides(source)
    if not slides:
        raise Unreadable("The presentation holds no slides.")
    if len(slides) > MOST_PAGES:
        raise Unreadable(f"It has {len(slides):,} slides; the portal reads up to {MOST_PAGES:,}.")
    said = {_words(slide.notes) for slide in slides if slide.notes}
    pages = (
        _page(number, _with_notes(texts.get(number, ""), slide, said), slide.title)
        for number, slide in enumerate(slides, 1)
    )
    return Reading(tuple(pages))


def read_word(source: Path, _folder: Path, _title: str) -> Reading:
    """The text by page where the file says where they end, else as it comes. Raises Unreadable."""
    _must_hold(source, "word/document.xml", "a Word document")
    found = _extracted(source, DOCX)
    texts = [page["content"] for page in found.pages or []]
    if not any(texts):
        texts = [found.content]
    return as_pages(("", text) for text in texts)


def read_excel(source: Path, _folder: Path, _title: str) -> Reading:
    """Sheets with their names and cells. Raises Unreadable."""
    _must_hold(source, "xl/workbook.xml", "an Excel workbook")
    found = _extracted(source, XLSX)
    names = _sheet_names(source)
    sheets = found.pages or []
    if not sheets:
        return as_pages([(names[0] if names else "", found.content)])
    named = zip_longest(names[: len(sheets)], map(_cells, sheets), fillvalue="")
    return as_pages(named)


def _cells(sheet: Any) -> str:
    return "\n".join("  ".join(map(str, row)) for table in sheet["tables"] for row in table.cells)


def _page(number: int, text: str, title: str = "") -> ReadPage:
    words = fitting(text)
    return ReadPage(number, cleaned(title)[:120] or first_line(words), words)


def _must_hold(source: Path, part: str, what: str) -> None:
    with source.open("rb") as file:
        if file.read(4) == OLE:
            raise Unreadable("The file is encrypted, or of an old format. Save it again without a password.")
    names = checked(source)
    if part not in names or "[Content_Types].xml" not in names:
        raise Unreadable(f"The file has the name of {what}, but is none.")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Unreadable("The file holds macros. Save it without them and upload it again.")


def _extracted(source: Path, media_type: str, mark: str | None = None) -> Any:
    pages = kreuzberg.PageConfig(extract_pages=True)
    if mark:
        pages = kreuzberg.PageConfig(extract_pages=True, insert_page_markers=True, marker_format=mark)
    try:
        return kreuzberg.extract_file_sync(
            source, media_type, config=kreuzberg.ExtractionConfig(use_cache=False, pages=pages)
        )
    except kreuzberg.KreuzbergError as error:
        raise Unreadable("The file is broken: its text cannot be read.") from error


@dataclass(frozen=True, slots=True)
class _Slide:
    title: str
    notes: str


def _slides(source: Path) -> list[_Slide]:
    try:
        slides = Presentation(str(source)).slides
        return [_Slide(_title_of(slide), _notes_of(slide)) for slide in slides]
    except (PackageNotFoundError, KeyError, ValueError, AttributeError, etree.LxmlError) as error:
        raise Unreadable("The presentation is broken: its slides cannot be read.") from error


def _title_of(slide: Any) -> str:
    return "" if slide.shapes.title is None else str(slide.shapes.title.text)


def _notes_of(slide: Any) -> str:
    frame = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    return "" if frame is None else str(frame.text).strip()


def _with_notes(text: str, slide: _Slide, said: set[str]) -> str:
    """The slide's words and its own notes. Kreuzberg counts notes by themselves, so those of a deck in
    which not every slide has some stand under the wrong slide.
    """
    words, _, notes = text.rpartition("Notes:")
    shown = words if notes and _words(notes) in said else text
    return f"{shown.strip()}\n\n{slide.notes}" if slide.notes else shown


def _words(text: str) -> str:
    return " ".join(text.split())


def _sheet_names(source: Path) -> list[str]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    with zipfile.ZipFile(source) as archive:
        tree = etree.fromstring(archive.read("xl/workbook.xml"), parser)
    return [sheet.get("name", "") for sheet in tree.iter(SHEETS)]
