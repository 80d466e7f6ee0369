"""Files that come in parts, for the script of the upload page: announce, send, finish, cancel. JSON."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any, BinaryIO, ParamSpec, cast

from flask import Response, jsonify, request

from content.assets.file_types import HEAD_BYTES
from content.assets.storage_errors import StorageDown
from content.uploads import incoming as files
from content.uploads.incoming import Announcement
from content.uploads.incoming_models import PART_BYTES, IncomingFile, UploadState
from content.uploads.same_files import assets_with
from content.uploads.upload_errors import PartDamaged, PartsMissing
from portal.adapters.queue import PUT_TOGETHER
from portal.kernel.db import reading, transaction
from portal.kernel.errors import Refusal
from portal.kernel.identity import Permission
from portal.web import large_body
from portal.web.access import requires
from portal.web.content.blueprint import blueprint
from portal.web.context import db, identity, now, services

P = ParamSpec("P")


def _answers_json(view: Callable[P, Response]) -> Callable[P, Response]:
    """A refusal is its sentence, and whether trying again by itself may help."""

    @wraps(view)
    def answer(*args: P.args, **kwargs: P.kwargs) -> Response:
        try:
            return view(*args, **kwargs)
        except Refusal as refusal:
            again = isinstance(refusal, (StorageDown, PartDamaged, PartsMissing)) or refusal.status == 503
            said: dict[str, Any] = {"sentence": refusal.sentence, "again": again}
            if isinstance(refusal, PartsMissing):
                said["missing"] = refusal.numbers
            response = jsonify(said)
            response.status_code = refusal.status
            return response

    return answer


@blueprint.post("/uploads")
@requires(Permission.CONTENT_WRITE)
@_answers_json
def announce() -> Response:
    """A new upload, or the one of the same file that was broken off, with the parts that are here."""
    announcement = _announcement()
    at, by = now(), identity()
    with transaction(services().sessions) as session:
        found = files.resumed(session, by, announcement, at=at)
        if found is not None:
            found.batch, found.expires_at = announcement.batch, at + files.KEPT
    if found is None:
        found = files.announced(announcement, services().blobs, at=at)
        with transaction(services().sessions) as session:
            files.add(session, found, by=by)
    return _state(found)


@blueprint.get("/uploads/same")
@requires(Permission.CONTENT_WRITE)
@_answers_json
def same_file() -> Response:
    """Which assets hold a file already, by its SHA-256."""
    return jsonify({"same": _same(request.args.get("sha256", "")[:64])})


@blueprint.get("/uploads/<upload_ref>")
@requires(Permission.CONTENT_WRITE)
@_answers_json
def upload_state(upload_ref: str) -> Response:
    return _state(files.own_upload(db(), identity(), upload_ref))


@blueprint.post("/uploads/<upload_ref>/parts/<int:number>")
@requires(Permission.CONTENT_WRITE)
@_answers_json
def part_place(upload_ref: str, number: int) -> Response:
    """Where the part goes: to the store by a link of a minute, or (null) to the portal."""
    incoming, size = _expected(upload_ref, number)
    try:
        link = services().blobs.part_link(incoming.parts, number, size=size)
    except OSError:
        # the portal takes it, and says what is wrong with the store
        link = None
    return jsonify({"link": link})


@blueprint.put("/uploads/<upload_ref>/parts/<int:number>")
@requires(Permission.CONTENT_WRITE)
@_answers_json
def send_part(upload_ref: str, number: int) -> Response:
    large_body.accept(PART_BYTES)
    incoming, _size = _expected(upload_ref, number)
    kept = files.keep_part(services().blobs, incoming, number, cast("BinaryIO", request.stream))
    return jsonify({"size": kept.size})


@blueprint.post("/uploads/<upload_ref>/finish")
@requires(Permission.CONTENT_WRITE)
@_answers_json
def finish(upload_ref: str) -> Response:
    """All parts were sent. One of a single part is put together here, a larger one by the worker."""
    incoming = files.own_upload(db(), identity(), upload_ref)
    if incoming.state is UploadState.OPEN:
        sizes = files.part_sizes(services().blobs, incoming)
        with transaction(services().sessions) as session:
            files.arrive(session, files.own_upload(session, identity(), upload_ref), sizes)
        if incoming.part_count == 1:
            _put_together_here(incoming.id)
        else:
            services().queue.send(PUT_TOGETHER, upload_id=incoming.id)
    # not the request's own session: that one still reads what was before
    with reading(services().sessions) as session:
        return _state(files.own_upload(session, identity(), upload_ref))


@blueprint.post("/uploads/<upload_ref>/cancel")
@requires(Permission.CONTENT_WRITE)
@_answers_json
def cancel_upload(upload_ref: str) -> Response:
    with transaction(services().sessions) as session:
        parts = files.cancel(session, files.own_upload(session, identity(), upload_ref))
    # where the store is away its own sweep finds what is left
    with suppress(OSError):
        services().blobs.discard_parts(parts)
    return jsonify({"state": "cancelled"})


def _announcement() -> Announcement:
    head = request.files.get("head")
    form = request.form
    return Announcement(
        file_name=form.get("name", ""),
        size=max(0, form.get("size", 0, type=int)),
        modified_ms=form.get("modified", 0, type=int),
        head=head.read(HEAD_BYTES) if head else b"",
        batch=form.get("batch", "")[:64] or None,
    )


def _expected(upload_ref: str, number: int) -> tuple[IncomingFile, int]:
    with transaction(services().sessions) as session:
        incoming = files.own_upload(session, identity(), upload_ref)
        size = files.expect_part(
            session, incoming, number, request.headers.get("X-Part-SHA256", "")[:64], at=now()
        )
    return incoming, size


def _put_together_here(upload_id: int) -> None:
    try:
        files.put_together(services().sessions, services().blobs, upload_id)
    except OSError:
        # it has arrived; the worker goes on when the store is back
        services().queue.send(PUT_TOGETHER, upload_id=upload_id)


def _state(incoming: IncomingFile) -> Response:
    here: dict[int, int] = {}
    if incoming.state is UploadState.OPEN:
        here = files.part_sizes(services().blobs, incoming)
    return jsonify(
        {
            "ref": incoming.ref,
            "state": str(incoming.state),
            "size": incoming.size,
            "partSize": incoming.part_size,
            "parts": {
                number: incoming.part_hashes.get(str(number), "")
                for number in range(1, incoming.part_count + 1)
                if here.get(number) == incoming.size_of_part(number)
            },
            "sentence": incoming.reason,
            "same": _same(incoming.sha256),
        }
    )


def _same(sha256: str | None) -> list[dict[str, object]]:
    found = assets_with(db(), identity(), sha256, at=now()) if sha256 else []
    return [{"ref": one.ref, "title": one.title, "version": one.version} for one in found]
