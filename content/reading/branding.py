"""In the child process: a logo drawn anew, and a PDF with a partner's logo and contact on a page."""

from __future__ import annotations

import ctypes
import hashlib
import json
import re
import shutil
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pypdfium2 as pdfium
import typst
from pypdfium2 import raw

from content.reading.fonts import packaged_fonts
from content.reading.pictures import PAGE_HEIGHT, PAGE_WIDTH, save_page
from content.reading.result import ReadFile, Reading, ReadPage, Unreadable
from partners.logos import NotALogo, clean_logo

SIGNATURE = Path(__file__).parent / "signature.typ"
WHOLE = 10_000
# nobody's address is that long: it may break anywhere, for which a copy of it holds marks
LONG_WORD = re.compile(r"\S{45,}")
_ID = re.compile(rb"/ID\[<[0-9A-Fa-f]{32}><[0-9A-Fa-f]{32}>\]")


@dataclass(frozen=True, slots=True)
class Job:
    """What is put where: lengths in ten-thousandths of the page as it is seen, from its upper left corner."""

    page: int
    x: int
    y: int
    width: int
    height: int
    background: str
    alignment: str
    name: str
    contact: str
    has_logo: bool


def read_logo(source: Path, folder: Path, _title: str) -> Reading:
    """Whatever picture came in, as a clean PNG `logo.png`. Raises Unreadable."""
    try:
        with source.open("rb") as file:
            drawn = clean_logo(file)
    except NotALogo as refusal:
        raise Unreadable(refusal.sentence) from None
    (folder / "logo.png").write_bytes(drawn)
    return Reading(files=(ReadFile("logo.png", "logo.png", "image/png", len(drawn), is_start=True),))


def read_branded(source: Path, folder: Path, _title: str) -> Reading:
    """`branded.pdf` and its page's picture, by `job.json` and `logo.png` in the folder. Raises Unreadable."""
    job = Job(**json.loads((folder / "job.json").read_text(encoding="utf-8")))
    document = _opened(source)
    if not 1 <= job.page <= len(document):
        raise Unreadable("The document has no such page.")
    page = document[job.page - 1]
    left, bottom, right, top = page.get_cropbox()
    turned = page.get_rotation()
    wide, high = page.get_size()
    zone = (job.width * wide / WHOLE, job.height * high / WHOLE)
    signature = pdfium.PdfDocument(_signature(job, zone, folder))
    lower_left = (job.x * wide / WHOLE, high - (job.y + job.height) * high / WHOLE)
    _place(document, page, signature, _matrix(lower_left, turned, (left, bottom, right, top)))
    made = BytesIO()
    document.save(made)
    (folder / "branded.pdf").write_bytes(_with_steady_id(made.getvalue()))
    picture = page.render(scale=min(PAGE_WIDTH / wide, PAGE_HEIGHT / high)).to_pil()
    shown = save_page(picture, folder, ReadPage(job.page))
    size = (folder / "branded.pdf").stat().st_size
    file = ReadFile("branded.pdf", "branded.pdf", "application/pdf", size, is_start=True)
    return Reading((shown,), shown.thumbnail, files=(file,))


def _opened(source: Path) -> pdfium.PdfDocument:
    try:
        document = pdfium.PdfDocument(source)
    except pdfium.PdfiumError:
        raise Unreadable("The document cannot be opened.") from None
    if raw.FPDF_GetSecurityHandlerRevision(document) >= 0:
        raise Unreadable("The document is protected against changes, so nothing can be put on its pages.")
    return document


def _signature(job: Job, zone: tuple[float, float], folder: Path) -> bytes:
    shutil.copyfile(SIGNATURE, folder / "signature.typ")
    inputs = {
        "width": f"{zone[0]:.3f}",
        "height": f"{zone[1]:.3f}",
        "background": job.background,
        "alignment": job.alignment,
        "name": _breakable(job.name),
        "contact": _breakable(job.contact),
        "logo": "yes" if job.has_logo else "",
    }
    made = typst.compile(
        folder / "signature.typ", root=folder, font_paths=packaged_fonts(), sys_inputs=inputs, timestamp=0
    )
    assert isinstance(made, bytes)
    return made


def _breakable(text: str) -> str:
    return LONG_WORD.sub(lambda word: "\u200b".join(re.findall(r".{1,8}", word.group())), text)


def _matrix(
    lower_left: tuple[float, float], turned: int, box: tuple[float, float, float, float]
) -> tuple[float, ...]:
    """From the signature's own space to that of a page, which may be shown turned clockwise."""
    x, y = lower_left
    left, bottom, right, top = box
    return {
        0: (1, 0, 0, 1, left + x, bottom + y),
        90: (0, 1, -1, 0, right - y, bottom + x),
        180: (-1, 0, 0, -1, right - x, top - y),
        270: (0, -1, 1, 0, left + y, top - x),
    }[turned]


def _place(
    document: pdfium.PdfDocument,
    page: pdfium.PdfPage,
    signature: pdfium.PdfDocument,
    matrix: tuple[float, ...],
) -> None:
    form = raw.FPDF_NewXObjectFromPage(document, signature, 0)
    placed = raw.FPDF_NewFormObjectFromXObject(form)
    raw.FPDFPageObj_Transform(placed, *map(ctypes.c_double, matrix))
    raw.FPDFPage_InsertObject(page, placed)
    if not raw.FPDFPage_GenerateContent(page):
        raise Unreadable("Nothing can be put on this page.")
    raw.FPDF_CloseXObject(form)


def _with_steady_id(pdf: bytes) -> bytes:
    """PDFium draws the file's id by lot; the same content gets the same one."""
    found = list(_ID.finditer(pdf))
    if not found:
        return pdf
    start, end = found[-1].span()
    digest = hashlib.sha256(pdf[:start] + pdf[end:]).hexdigest()[:32].upper().encode()
    return pdf[:start] + b"/ID[<%s><%s>]" % (digest, digest) + pdf[end:]
