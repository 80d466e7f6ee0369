"""Real files of each kind, and the hostile ones that come with them."""

from __future__ import annotations

import io
import struct
import wave
import zipfile
from collections.abc import Sequence

import pypdfium2 as pdfium
import xlsxwriter
from PIL import Image
from pptx import Presentation

DOCX_MAIN = (
    '<?xml version="1.0" encoding="UTF-8"?><w:document '
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>'
    "<w:t>{words}</w:t></w:r></w:p></w:body></w:document>"
)
CONTENT_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types '
    'xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8"?><Relationships '
    'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


def a_pdf(*pages: str) -> bytes:
    """A PDF with a line of words on each page."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    kids = []
    for words in pages:
        stream = f"BT /F1 24 Tf 72 700 Td ({words}) Tj ET".encode("latin-1")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(kids))
    return pdf_of(objects)


def an_encrypted_pdf() -> bytes:
    """A PDF that asks for a password: its encryption dictionary names keys that no empty password makes."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>",
        b"<< /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -4 >>" % (b"11" * 32, b"22" * 32),
    ]
    return pdf_of(objects, b"/Encrypt 4 0 R /ID [<00> <00>]")


def pdf_of(objects: list[bytes], trailer: bytes = b"") -> bytes:
    """A PDF of these objects, numbered from 1; the first is its catalogue."""
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    return bytes(out) + b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        trailer,
        start,
    )


def a_pdf_of_blank_pages(count: int) -> bytes:
    document = pdfium.PdfDocument.new()
    for _ in range(count):
        document.new_page(100, 100)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def a_deck(*slides: tuple[str, str]) -> bytes:
    """A PPTX with a title and a text on each slide."""
    deck = Presentation()
    for title, text in slides:
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = text
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def a_workbook(**sheets: str) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    for name, cell in sheets.items():
        book.add_worksheet(name).write(0, 0, cell)
    book.close()
    return out.getvalue()


def a_sheet_of(name: str, rows: Sequence[str]) -> bytes:
    """A workbook of one sheet, with a word in the first cell of each row."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    book.add_worksheet(name).write_column(0, 0, rows)
    book.close()
    return out.getvalue()


def a_document(words: str = "Words of a letter", main: str = DOCX_MAIN) -> bytes:
    return a_zip(
        {
            "[Content_Types].xml": CONTENT_TYPES.encode(),
            "_rels/.rels": RELATIONS.encode(),
            "word/document.xml": main.replace("{words}", words).encode(),
        }
    )


def a_picture(width: int = 64, height: int = 48, format_: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "#336699").save(out, format_)
    return out.getvalue()


def a_sound(seconds: int = 2) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"\0\0" * 8000 * seconds)
    return out.getvalue()


def a_zip(entries: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return out.getvalue()


def entries_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def a_demo(html: str = "<!doctype html><title>Reach</title><h1>Reach planner</h1>") -> bytes:
    return a_zip({"index.html": html.encode(), "app.js": b"export default 1"})


def a_bomb() -> bytes:
    """A PPTX of 64 kB that unpacks to 64 MB."""
    return a_zip({"ppt/presentation.xml": b"<p/>", "ppt/media/1.bin": bytes(64 * 1024 * 1024)})


def a_lying_zip() -> bytes:
    """A zip whose directory says that a file of 64 MB has ten bytes."""
    data = bytearray(a_zip({"index.html": bytes(64 * 1024 * 1024)}))
    directory = data.rindex(b"PK\x01\x02")
    for place in (22, directory + 24):
        struct.pack_into("<I", data, place, 10)
    return bytes(data)


def an_overlapping_zip() -> bytes:
    """A zip of which two directory entries name the same bytes."""
    data = a_zip({"index.html": b"<p>hello</p>" * 50})
    directory = data.rindex(b"PK\x01\x02")
    entry = bytearray(data[directory : data.rindex(b"PK\x05\x06")])
    other = bytes(entry).replace(b"index.html", b"other.html")
    end = bytearray(data[data.rindex(b"PK\x05\x06") :])
    struct.pack_into("<HHI", end, 8, 2, 2, len(entry) * 2)
    return data[:directory] + bytes(entry) + other + bytes(end)


def a_zip_with_a_link() -> bytes:
    """A zip of which an entry is a symbolic link to a file of the machine."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("index.html", "<p>hello</p>")
        link = zipfile.ZipInfo("secret.txt")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return out.getvalue()


def a_document_of_entities(encoding: str = "utf-8") -> bytes:
    """A DOCX with the billion laughs in its main part."""
    laughs = '<!DOCTYPE l [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{"&" + chr(97 + n) + ";"}{"&" + chr(97 + n) + ";"}">' for n in range(20)
    )
    main = DOCX_MAIN.replace("<w:document", f"{laughs}]><w:document", 1).replace("{words}", "&u;")
    declared = main.replace("UTF-8", encoding.upper()).encode(encoding)
    return a_zip(entries_of(a_document()) | {"word/document.xml": declared})


_DRAWING = (
    '<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/'
    'wordprocessingDrawing"><wp:extent cx="1905000" cy="1905000"/><wp:docPr id="1" name="p"/>'
    '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData '
    'uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic xmlns:pic="http://schemas.'
    'openxmlformats.org/drawingml/2006/picture"><pic:nvPicPr><pic:cNvPr id="1" name="p"/><pic:cNvPicPr/>'
    '</pic:nvPicPr><pic:blipFill><a:blip xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships" r:{how}="rId9"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm>'
    '<a:off x="0" y="0"/><a:ext cx="1905000" cy="1905000"/></a:xfrm><a:prstGeom prst="rect"/></pic:spPr>'
    "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
)
_IMAGE_RELATION = (
    '<?xml version="1.0" encoding="UTF-8"?><Relationships '
    'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId9" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" '
    'Target="{target}"{mode}/></Relationships>'
)


def a_document_with_outer_image(target: str) -> bytes:
    """A DOCX whose picture is somewhere else: an address, or a file of the machine that opens it."""
    return _document_with_image("link", target, ' TargetMode="External"', {})


def a_document_with_inner_image() -> bytes:
    return _document_with_image("embed", "media/p.png", "", {"word/media/p.png": a_picture()})


def _document_with_image(how: str, target: str, mode: str, more: dict[str, bytes]) -> bytes:
    png = (
        '<Default Extension="png" ContentType="image/png"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
    )
    main = DOCX_MAIN.replace("{words}", "Words").replace(
        "</w:body>", _DRAWING.replace("{how}", how) + "</w:body>"
    )
    relation = _IMAGE_RELATION.replace("{target}", target).replace("{mode}", mode)
    return a_zip(
        {
            "[Content_Types].xml": CONTENT_TYPES.replace("<Override", png + "<Override").encode(),
            "_rels/.rels": RELATIONS.encode(),
            "word/document.xml": main.encode(),
            "word/_rels/document.xml.rels": relation.encode(),
            **more,
        }
    )


def a_slow_pdf() -> bytes:
    """One page that is shaded all over ten thousand times, each point by a sine: much time, little memory."""
    drawn, shade = b"/S sh " * 10_000, b"{ 360 mul sin abs exch 360 mul cos abs dup }"
    shading = b"<</ShadingType 1/ColorSpace/DeviceRGB/Matrix[612 0 0 792 0 0]/Function 6 0 R>>"
    function = b"<</FunctionType 4/Domain[0 1 0 1]/Range[0 1 0 1 0 1]/Length %d>>stream\n%s\nendstream"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Shading<</S 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
        shading,
        function % (len(shade), shade),
    ]
    whole = b"%PDF-1.7\n"
    for number, written in enumerate(objects, 1):
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, written)
    return whole + b"trailer<</Size %d/Root 1 0 R>>\n%%%%EOF" % (len(objects) + 1)
