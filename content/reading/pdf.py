"""PDF: the text of each page by Kreuzberg, its picture by PDFium."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import kreuzberg
import pypdfium2 as pdfium

from content.reading import pictures
from content.reading.layers import layer_of
from content.reading.result import MOST_PAGES, Reading, ReadPage, Unreadable, first_line, fitting

# more points than that is a poster; it is drawn smaller, never larger
MOST_SCALE = 4.0
PASSWORD = "password"  # noqa: S105  a word of PDFium's message


def read_beginning(source: Path, folder: Path, short: int) -> Reading:
    """A file of so many pages or fewer whole, its text by Kreuzberg; of a longer one the first page.

    Raises Unreadable.
    """
    with closing(_opened(source)) as document:
        count = len(document)
        if not count:
            raise Unreadable("The PDF holds no pages.")
        if count > MOST_PAGES:
            raise Unreadable(f"It has {count:,} pages; the portal reads up to {MOST_PAGES:,}.")
        is_short = count <= short
        texts = _texts(source) if is_short else {}
        pages = _pages(document, range(1, count + 1 if is_short else 2), texts, folder)
    return Reading(pages, pages[0].thumbnail, count=count)


def read_pages(source: Path, folder: Path, numbers: range) -> Reading:
    """These pages with pictures and the text that PDFium sees. Raises Unreadable."""
    with closing(_opened(source)) as document:
        return Reading(_pages(document, numbers, {}, folder), count=len(document))


def read_words(source: Path, _folder: Path) -> Reading:
    """Every page's text by Kreuzberg, without pictures; none where it cannot read the file."""
    texts = _texts(source)
    return Reading(tuple(ReadPage(n, first_line(words), words) for n, words in texts.items() if words))


def _opened(source: Path) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(source)
    except pdfium.PdfiumError as error:
        if PASSWORD in str(error).lower() or "security" in str(error).lower():
            raise Unreadable(
                "The PDF is encrypted. Save it without a password and upload it again."
            ) from error
        raise Unreadable("The PDF is broken: it cannot be opened.") from error


def _texts(source: Path) -> dict[int, str]:
    config = kreuzberg.ExtractionConfig(use_cache=False, pages=kreuzberg.PageConfig(extract_pages=True))
    try:
        found = kreuzberg.extract_file_sync(source, "application/pdf", config=config)
    except kreuzberg.KreuzbergError:
        # PDFium's text stands in, page by page
        return {}
    return {page["page_number"]: fitting(page["content"]) for page in found.pages or []}


def _pages(
    document: pdfium.PdfDocument, numbers: range, texts: dict[int, str], folder: Path
) -> tuple[ReadPage, ...]:
    return tuple(_page(document, number, texts.get(number), folder) for number in numbers)


def _page(document: pdfium.PdfDocument, number: int, text: str | None, folder: Path) -> ReadPage:
    try:
        page = document[number - 1]
        words = fitting(text or page.get_textpage().get_text_bounded())
        width, height = page.get_size()
        scale = min(pictures.PAGE_WIDTH / width, pictures.PAGE_HEIGHT / height, MOST_SCALE)
        picture = page.render(scale=scale).to_pil()
        layer = layer_of(page, scale)
        page.close()
    except pdfium.PdfiumError as error:
        raise Unreadable(f"The PDF is broken: page {number} cannot be read.") from error
    return pictures.save_page(picture, folder, ReadPage(number, first_line(words), words, layer=layer))
