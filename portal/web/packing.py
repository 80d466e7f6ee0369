"""Pages, style sheets and scripts go packed to browsers that can unpack them."""

from __future__ import annotations

from flask import Flask
from flask_compress import Compress

PACKED = ["text/html", "text/css", "text/javascript", "image/svg+xml", "application/json"]


def install(app: Flask) -> None:
    app.config["COMPRESS_MIMETYPES"] = PACKED
    # what people uploaded goes as it is, so that parts of it can be asked for
    app.config["COMPRESS_STREAMS"] = False
    Compress(app)
