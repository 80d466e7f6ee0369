"""Word templates, written as the few parts of a .docx that a form needs."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from io import BytesIO
from xml.sax.saxutils import escape

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES = (
    f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    f'{_HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    'officeDocument" Target="word/document.xml"/></Relationships>'
)


def form(title: str, lead: str, sections: Sequence[tuple[str, Sequence[str]]]) -> bytes:
    """A form: a title, a lead and sections with a two-column table of fields to fill in."""
    body = [_paragraph(title, size=52, bold=True, colour="12352C"), _paragraph(lead, size=24)]
    for heading, fields in sections:
        body.append(_paragraph(heading, size=30, bold=True, colour="12352C"))
        body.append(_table(fields))
    document = f"{_HEAD}<w:document {_W}><w:body>{''.join(body)}<w:sectPr/></w:body></w:document>"
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in (
            ("[Content_Types].xml", _TYPES),
            ("_rels/.rels", _RELATIONS),
            ("word/document.xml", document),
        ):
            archive.writestr(zipfile.ZipInfo(name), part)
    return made.getvalue()


def _paragraph(text: str, *, size: int = 22, bold: bool = False, colour: str = "3D3B35") -> str:
    look = f'{"<w:b/>" if bold else ""}<w:color w:val="{colour}"/><w:sz w:val="{size}"/>'
    run = f'<w:r><w:rPr><w:rFonts w:ascii="Arial" w:hAnsi="Arial"/>{look}</w:rPr><w:t>{escape(text)}</w:t></w:r>'
    return f'<w:p><w:pPr><w:spacing w:before="160" w:after="80"/></w:pPr>{run}</w:p>'


def _table(fields: Sequence[str]) -> str:
    edges = "".join(
        f'<w:{edge} w:val="single" w:sz="4" w:color="DCD9CF"/>'
        for edge in ("top", "bottom", "insideH", "insideV")
    )
    rows = "".join(
        f'<w:tr><w:tc><w:tcPr><w:tcW w:w="3200" w:type="dxa"/><w:shd w:val="clear" w:fill="F5F1E6"/></w:tcPr>'
        f'{_paragraph(field)}</w:tc><w:tc><w:tcPr><w:tcW w:w="5800" w:type="dxa"/></w:tcPr><w:p/></w:tc></w:tr>'
        for field in fields
    )
    return f"<w:tbl><w:tblPr><w:tblBorders>{edges}</w:tblBorders></w:tblPr>{rows}</w:tbl>"
