"""Bytes as answers: the type from our table; by a link of a minute, or a response of ours (R11, R28)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain

from flask import Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from content.assets.errors import FileUnavailable
from content.assets.file_types import OCTETS, content_disposition, may_open_inline
from content.assets.models import AssetVersion
from portal.kernel.errors import NotFound
from portal.kernel.ports import BlobNotStored, BlobStore
from portal.web.attachments import CLOSED

PICTURE, PDF = "image/webp", "application/pdf"
# a sandbox would also stop the browser's own player (R12)
PLAYED = (
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
)


def picture(blobs: BlobStore, sha256: str | None) -> BaseResponse:
    """A picture made by us. A browser may keep its bytes, but has to ask before each use.

    So whoever guards the route decides anew each time: what has expired, was withdrawn, or belongs to the
    person who logged in before is not shown from a copy. Who may still see it gets a 304 without bytes.
    """
    if sha256 is None:
        raise NotFound
    if request.if_none_match.contains(sha256):
        return _kept(Response(status=304), sha256)
    found = _linked(blobs, sha256, PICTURE, "inline")
    if found is not None:
        return found
    return _kept(_whole(blobs, sha256, PICTURE, CLOSED), sha256)


def attachment(blobs: BlobStore, version: AssetVersion, file_name: str) -> BaseResponse:
    """The file itself, to be saved."""
    if version.blob_sha256 is None:
        raise NotFound
    media_type = version.media_type if may_open_inline(version.format) else OCTETS
    return _saved(blobs, version.blob_sha256, media_type, file_name)


def cobranded_pdf(blobs: BlobStore, sha256: str, file_name: str) -> BaseResponse:
    """A copy with a partner's name on it, to be saved."""
    return _saved(blobs, sha256, PDF, file_name)


def played(blobs: BlobStore, version: AssetVersion, file_name: str) -> BaseResponse:
    """Sound, film, an image or plain text in the page: always our response, as a player seeks for minutes."""
    if version.blob_sha256 is None:
        raise NotFound
    answer = _ranged(blobs, version.blob_sha256, version.media_type, PLAYED)
    answer.headers["Content-Disposition"] = content_disposition("inline", file_name)
    return answer


def streamed_blob(blobs: BlobStore, sha256: str, media_type: str, *, tail: bytes = b"") -> Response:
    """A file of a demo, always our response; the caller sets its policy. With a tail it has no ranges."""
    if not tail:
        return _ranged(blobs, sha256, media_type, CLOSED)
    size = _size(blobs, sha256)
    chunks = chain(_chunks(blobs, sha256, 0, size), () if request.method == "HEAD" else (tail,))
    answer = _streamed(chunks, media_type, CLOSED, size + len(tail))
    del answer.headers["Accept-Ranges"]
    return answer


def _saved(blobs: BlobStore, sha256: str, media_type: str, file_name: str) -> BaseResponse:
    disposition = content_disposition("attachment", file_name)
    found = _linked(blobs, sha256, media_type, disposition)
    if found is not None:
        return found
    answer = _ranged(blobs, sha256, media_type, CLOSED)
    answer.headers["Content-Disposition"] = disposition
    return answer


def _linked(blobs: BlobStore, sha256: str, media_type: str, disposition: str) -> BaseResponse | None:
    link = blobs.link(sha256, media_type=media_type, disposition=disposition)
    if link is None:
        return None
    answer = redirect(link, 302)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _ranged(blobs: BlobStore, sha256: str, media_type: str, policy: str) -> Response:
    asked = request.range
    # other units and several parts at once may be answered with all of it
    if asked is None or asked.units != "bytes" or len(asked.ranges) > 1:
        return _whole(blobs, sha256, media_type, policy)
    size = _size(blobs, sha256)
    wanted = asked.range_for_length(size)
    if wanted is None:
        return Response(status=416, headers={"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"})
    start, end = wanted
    answer = _streamed(_chunks(blobs, sha256, start, end), media_type, policy, end - start)
    answer.status_code = 206
    answer.headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return answer


def _whole(blobs: BlobStore, sha256: str, media_type: str, policy: str) -> Response:
    size = _size(blobs, sha256)
    return _streamed(_chunks(blobs, sha256, 0, size), media_type, policy, size)


@contextmanager
def stored_files() -> Iterator[None]:
    """What the store says, as a page says it: nothing there, or no answer just now."""
    try:
        yield
    except BlobNotStored:
        raise NotFound from None
    except OSError as error:
        raise FileUnavailable from error


def _size(blobs: BlobStore, sha256: str) -> int:
    with stored_files():
        return blobs.size(sha256)


def _chunks(blobs: BlobStore, sha256: str, start: int, end: int) -> Iterator[bytes]:
    if request.method == "HEAD":
        return iter(())
    with stored_files():
        return blobs.read_range(sha256, start, end)


def _streamed(chunks: Iterator[bytes], media_type: str, policy: str, length: int) -> Response:
    answer = Response(chunks, content_type=media_type)
    answer.headers["Content-Length"] = str(length)
    answer.headers["Accept-Ranges"] = "bytes"
    answer.headers["Content-Security-Policy"] = policy
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _kept(answer: Response, sha256: str) -> Response:
    # a page that is turned back to stands in the document still: a visit asks once for each picture
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.set_etag(sha256)
    return answer
