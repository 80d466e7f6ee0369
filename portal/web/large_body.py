"""Uploads are larger than other bodies: only for who may upload, and with the form token checked here.

Flask-WTF looks for the token in the body before anyone knows who is asking. The views of LARGE are
exempt from that, so that a stranger's two gigabytes are never read; they call `accept` first instead.
"""

from __future__ import annotations

from flask import current_app, request

from content.uploads.incoming import MOST_BYTES

MB = 1024 * 1024


def accept(most: int = MOST_BYTES) -> None:
    """Let this request carry a file of at most `most` bytes, and check its form token.

    To be called after the permission check.
    """
    allow(most)
    if current_app.config.get("WTF_CSRF_ENABLED", True):
        current_app.extensions["csrf"].protect()


def allow(most: int = MOST_BYTES) -> None:
    # what a form says beside its file
    request.max_content_length = most + MB
