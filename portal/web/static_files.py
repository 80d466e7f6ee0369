"""Addresses of style sheets and scripts that change with their content."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, url_for

LENGTH = 12


def install(app: Flask) -> None:
    folder = Path(app.static_folder or "")

    @app.template_global()
    def asset_url(path: str) -> str:
        """The address of a static file, with the start of its SHA-256, so that browsers keep it for good."""
        return url_for("static", filename=path, v=_digest(folder / path))


@cache
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:LENGTH]
