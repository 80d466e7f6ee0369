"""Logos that people send, drawn anew by the limited child, and shown as they are printed (R11, R15)."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Response, request

from content.reading import reader
from content.reading.result import Unreadable
from partners.logos import NotALogo
from portal.kernel.errors import NotFound
from portal.kernel.ports import BlobNotStored
from portal.web.context import services


def sent_logo() -> str | None:
    """The picture of the form, as a clean PNG in the store; None when none was chosen. Raises NotALogo."""
    file = request.files.get("logo")
    if file is None or not file.filename:
        return None
    with TemporaryDirectory(prefix="makegood-") as name:
        source = Path(name) / "source"
        file.save(source)
        try:
            made = reader.make("logo", source, Path(name)).files[0]
        except Unreadable:
            raise NotALogo from None
        with (Path(name) / made.file).open("rb") as drawn:
            return services().blobs.put(drawn).sha256


def logo_answer(sha256: str | None) -> Response:
    """Raises NotFound where there is none."""
    if sha256 is None:
        raise NotFound
    try:
        with services().blobs.open(sha256) as stream:
            return Response(stream.read(), mimetype="image/png")
    except BlobNotStored:
        raise NotFound from None
