"""Office files: text by slide, page or sheet. Their pictures come from LibreOffice, where it is installed."""

from __future__ import annotations

import re
import secrets
import zipfile
from pathlib import Path
from typing import Any

import kreuzberg
from lxml import etree
from pptx import Presentation
from pptx.exc import PackageNotFoundError

from content.reading.archives import checked
from content.reading.result import MOST_PAGES, Reading, ReadPage, Unreadable, cleaned, first_line

OOXML = "application/vnd.openxmlformats-officedocument."
PPTX = f"{OOXML}presentationml.presentation"
DOCX = f"{OOXML}wordprocessingml.document"
XLSX = f"{OOXML}spreadsheetml.sheet"
OLE = b"\xd0\xcf\x11\xe0"
SHEETS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}sheet"


def read_powerpoint(source: Path, _folder: Path, _title: str) -> Reading:
    """Slides with title and text. Raises Unreadable."""
    _must_hold(source, "ppt/presentation.xml", "PowerPoint presentation")
    # a mark that no slide can hold, so that its text cannot make pages
    mark = f"[{secrets.token_hex(16)}:{{page_num}}]"
    found = _extracted(source, PPTX, mark)
    pieces = re.split(re.escape(mark).replace(r"\{page_num\}", r"(\d+)"), found.content)
    texts = {int(number): text for number, text in zip(pieces[1::2], pieces[2::2], strict=True)}
    titles = _slide_titles(source)
    if not titles:
        raise Unreadable("The presentation holds no slides.")
    if len(titles) > MOST_PAGES:
        raise Unreadable(f"It has {len(titles):,} slides; the portal reads up to {MOST_PAGES:,}.")
    pages = (_page(number, texts.get(number, ""), title) for number, title in enumerate(titles, 1))
    return Reading(tuple(pages))


def read_word(source: Path, _folder: Path, _title: str) -> Reading:
    """The text as one page, or by page where the file says where they end. Raises Unreadable."""
    _must_hold(source, "word/document.xml", "Word document")
    found = _extracted(source, DOCX)
    texts = [page["content"] for page in found.pages or []]
    if not any(texts):
        texts = [found.content]
    return Reading(tuple(_page(number, text) for number, text in enumerate(texts[:MOST_PAGES], 1)))


def read_excel(source: Path, _folder: Path, _title: str) -> Reading:
    """Sheets with their names and cells. Raises Unreadable."""
    _must_hold(source, "xl/workbook.xml", "Excel workbook")
    found = _extracted(source, XLSX)
    names = _sheet_names(source)
    sheets = found.pages or []
    if not sheets:
        return Reading((_page(1, found.content, names[0] if names else ""),))
    pages = []
    for number, sheet in enumerate(sheets[:MOST_PAGES], 1):
        cells = "\n".join("  ".join(map(str, row)) for table in sheet["tables"] for row in table.cells)
        pages.append(_page(number, cells, names[number - 1] if number <= len(names) else ""))
    return Reading(tuple(pages))


def _page(number: int, text: str, title: str = "") -> ReadPage:
    words = cleaned(text)
    return ReadPage(number, cleaned(title)[:120] or first_line(words), words)


def _must_hold(source: Path, part: str, what: str) -> None:
    with source.open("rb") as file:
        if file.read(4) == OLE:
            raise Unreadable("The file is encrypted, or of an old format. Save it again without a password.")
    names = checked(source)
    if part not in names or "[Content_Types].xml" not in names:
        raise Unreadable(f"The file has the name of a {what}, but is none.")
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


def _slide_titles(source: Path) -> list[str]:
    try:
        slides = Presentation(str(source)).slides
        return [slide.shapes.title.text if slide.shapes.title is not None else "" for slide in slides]
    except (PackageNotFoundError, KeyError, ValueError, AttributeError, etree.LxmlError) as error:
        raise Unreadable("The presentation is broken: its slides cannot be read.") from error


def _sheet_names(source: Path) -> list[str]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    with zipfile.ZipFile(source) as archive:
        tree = etree.fromstring(archive.read("xl/workbook.xml"), parser)
    return [sheet.get("name", "") for sheet in tree.iter(SHEETS)]
