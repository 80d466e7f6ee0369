"""A statement as PDF, set by Typst from statement.typ; the same figures give the same bytes."""

from __future__ import annotations

import base64
import json

from commissions.statements.documents import StatementDocument
from commissions.statements.statement_text import statement_text
from commissions.statements.typesetting import set_statement


def statement_pdf(document: StatementDocument, logo: bytes | None = None) -> bytes:
    """The PDF; `logo` is the brand's, as PNG."""
    return set_statement(statement_inputs(document, logo))


def statement_inputs(document: StatementDocument, logo: bytes | None) -> dict[str, str]:
    """What the template reads: data goes in beside the source, never into it (a name is only text)."""
    inputs = {"data": json.dumps(statement_text(document), ensure_ascii=False)}
    return inputs if logo is None else inputs | {"logo": _as_svg(logo)}


def _as_svg(logo: bytes) -> str:
    """Inputs are text, so the picture goes in as a drawing that holds it. Sizes stand in the PNG's header."""
    width, height = (int.from_bytes(logo[start : start + 4], "big") for start in (16, 20))
    link = f"data:image/png;base64,{base64.b64encode(logo).decode()}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}"><image href="{link}" width="{width}" height="{height}"/></svg>'
    )
