"""A write with an Idempotency-Key has one effect: a repeat gets the first answer (F10)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from operator import itemgetter

from flask import Response, json, make_response, request
from sqlalchemy.orm import Session

from portal.kernel.idempotency import FirstAnswer, KeyedRequest, answered, claim
from portal.web.context import db, identity, now

REPLAY_HEADER = "Idempotency-Replayed"
# a longer key is kept as its SHA-256
LONGEST_KEPT = 200


def keyed_request() -> KeyedRequest | None:
    """What is asked, under its key; None without one. Reads all of the body."""
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > LONGEST_KEPT:
        key = hashlib.sha256(key.encode()).hexdigest()
    return KeyedRequest(identity().user_id, key, _body_hash()) if key else None


def answer_before(keyed: KeyedRequest | None) -> Response | None:
    """The first answer of a key that has one, so that no file is stored for a repeat.

    Raises KeyUsedForOtherBody.
    """
    row = answered(db(), keyed) if keyed is not None else None
    return None if row is None else _again(row)


def once(session: Session, keyed: KeyedRequest | None, act: Callable[[], Response]) -> Response:
    """Act, or give the first answer again to the same key and body. Raises KeyUsedForOtherBody."""
    if keyed is None:
        return act()
    row = claim(session, keyed, at=now())
    if row.answer is not None:
        return _again(row)
    answer = act()
    row.status, row.answer = answer.status_code, json.loads(answer.get_data())
    return answer


def _again(row: FirstAnswer) -> Response:
    again = make_response(json.dumps(row.answer), row.status)
    again.headers["Content-Type"] = "application/json"
    again.headers[REPLAY_HEADER] = "true"
    return again


def _body_hash() -> str:
    """SHA-256 of method, path and body; of a form, its fields and the bytes of its files."""
    digest = hashlib.sha256(f"{request.method} {request.path}\n".encode())
    if not request.files:
        digest.update(request.get_data(cache=True))
        return digest.hexdigest()
    for name, value in sorted(request.form.items(multi=True)):
        digest.update(f"{name}={value}\n".encode())
    for name, file in sorted(request.files.items(multi=True), key=itemgetter(0)):
        digest.update(f"{name}:{file.filename}\n".encode())
        # whoever read it before stands at its end
        file.stream.seek(0)
        while chunk := file.stream.read(1 << 20):
            digest.update(chunk)
        file.stream.seek(0)
    return digest.hexdigest()
