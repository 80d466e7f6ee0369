"""What the portal makes for a person to save."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response

CSV = "text/csv"


def download(name: str, body: bytes | str | Iterable[str], media_type: str = CSV) -> Response:
    """`name` is made of refs and days, which a header takes as they are."""
    answer = Response(body, mimetype=media_type)
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer
