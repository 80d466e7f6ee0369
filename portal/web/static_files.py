"""Style sheets, scripts and fonts, at addresses of the release, so that browsers keep them for good."""

from __future__ import annotations

import hashlib
from functools import cache
from mimetypes import guess_type
from pathlib import Path

from flask import Flask, Response, request, url_for
from werkzeug.exceptions import NotFound

from portal.web.access import public

FOLDER = Path(__file__).parent.parent / "static"
ICONS = FOLDER / "vendor" / "icons"
KEPT = "public, max-age=31536000, immutable"
# asked for by a page of another release, which this one's answer must not outlive
PASSING = "public, max-age=300"
VERSION_LENGTH = 12

# all sheets as one file: on a phone each request of its own costs a way to the server and back
STYLES = "styles.css"
SHEETS = (
    "vendor/geist.css",
    "vendor/tabler.min.css",
    "css/tokens.css",
    "css/tabler-overrides.css",
    "css/layout.css",
    "css/versions.css",
    "css/components.css",
    "css/forms.css",
    "css/phones.css",
    "css/home.css",
    "css/library.css",
    "css/viewer.css",
    "css/zone.css",
    "css/usage.css",
    "css/month.css",
    "css/orders.css",
    "css/reconciliation.css",
    "css/statement.css",
    "css/accounts.css",
    "css/assets.css",
    "css/plans.css",
    "css/approvals.css",
    "css/readers.css",
    "css/collections.css",
    "css/must_reads.css",
    "css/tablets.css",
)


def install(app: Flask) -> None:
    app.add_url_rule("/static/<version>/<path:filename>", "static", static_file)

    @app.template_global()
    def asset_url(path: str) -> str:
        """The address of a static file of this release; what it imports by a relative path is of it, too."""
        return _addressed(path, request.script_root)


@public("style sheets, scripts and fonts")
def static_file(version: str, filename: str) -> Response:
    answer = Response(_content(filename), mimetype=guess_type(filename)[0])
    answer.headers["Cache-Control"] = KEPT if version == _version() else PASSING
    return answer


@cache
def _content(filename: str) -> bytes:
    """Kept, since there are as many as files: each under its one name. Raises NotFound."""
    if filename == STYLES:
        return _styles()
    if filename not in _files():
        raise NotFound
    return _files()[filename].read_bytes()


@cache
def _files() -> dict[str, Path]:
    """All but the icons, which pages carry within; by their path in the folder."""
    found = (path for path in sorted(FOLDER.rglob("*")) if path.is_file() and ICONS not in path.parents)
    return {path.relative_to(FOLDER).as_posix(): path for path in found}


@cache
def _addressed(path: str, _root: str) -> str:
    return url_for("static", version=_version(), filename=path)


@cache
def _version() -> str:
    """The start of the SHA-256 of all files."""
    whole = hashlib.sha256()
    for name, path in _files().items():
        whole.update(f"{name} {path.stat().st_size} ".encode() + path.read_bytes())
    return whole.hexdigest()[:VERSION_LENGTH]


def _styles() -> bytes:
    # what a sheet names beside itself is named from where the whole stands
    return b"\n".join(
        (FOLDER / sheet).read_bytes().replace(b"url(./", f"url({Path(sheet).parent}/".encode())
        for sheet in SHEETS
    )
