"""HTML demos: a folder as a zip."""

from __future__ import annotations

import zipfile
from io import BytesIO

from portal.demo.makers.typesetting import DOCUMENTS


def bundle(folder: str, about: str) -> bytes:
    """The files of `documents/FOLDER` and a line about them as a zip, always the same bytes."""
    root = DOCUMENTS / folder
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for path in sorted(root.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(path.relative_to(root).as_posix())
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, path.read_bytes())
        archive.writestr(zipfile.ZipInfo("ABOUT.txt"), about)
    return made.getvalue()
