"""Addresses of style sheets and scripts that change with their content."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, request, url_for

LENGTH = 12


def install(app: Flask) -> None:
    folder = Path(app.static_folder or "")

    @app.template_global()
    def asset_url(path: str) -> str:
        """The address of a static file, with the start of its SHA-256, so that browsers keep it for good."""
        return addressed(path, request.script_root)

    @cache
    def addressed(path: str, _root: str) -> str:
        return url_for("static", filename=path, v=_digest(folder / path))


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:LENGTH]
