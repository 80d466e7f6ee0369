"""A stored file as something to save, never to open on this origin (R11). The caller checked who asks."""

from __future__ import annotations

from flask import Response

from content.assets.errors import FileUnavailable
from content.assets.file_types import OCTETS, content_disposition
from portal.kernel.errors import NotFound
from portal.kernel.ports import BlobNotStored, BlobStore

# no user file may run anything on this origin, whatever it is
CLOSED = "sandbox; default-src 'none'; frame-ancestors 'none'"


def saved_file(blobs: BlobStore, sha256: str, file_name: str) -> Response:
    """Raises NotFound where the store does not hold it, FileUnavailable where the store is not there."""
    try:
        size = blobs.size(sha256)
        answer = Response(blobs.read_range(sha256, 0, size), content_type=OCTETS)
    except BlobNotStored:
        raise NotFound from None
    except OSError as error:
        raise FileUnavailable from error
    answer.headers["Content-Length"] = str(size)
    answer.headers["Content-Disposition"] = content_disposition("attachment", file_name)
    answer.headers["Content-Security-Policy"] = CLOSED
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
