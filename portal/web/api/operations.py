"""One call of the API: read the query, answer with one type, and describe both for openapi.json."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any

from flask import Response, current_app, json, make_response, request
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from sqlalchemy.orm import Session

from portal.kernel.db import transaction
from portal.kernel.errors import Refusal
from portal.kernel.idempotency import KeyedRequest, claim
from portal.web.context import identity, now, services

_MARK = "makegood_operation"
REPLAY_HEADER = "Idempotency-Replayed"


class Query(BaseModel):
    """What a call reads from its address; unknown names are refused (R4)."""

    model_config = ConfigDict(extra="forbid")


class Page(Query):
    """A list is read in pages: follow `next` until it is null."""

    limit: int = Field(50, ge=1, le=100)
    cursor: str | None = Field(None, max_length=400)


class Unreadable(Refusal):
    """The query or body is not what the description says."""

    def __init__(self, error: ValidationError) -> None:
        first = error.errors()[0]
        path = ".".join(str(step) for step in first["loc"]) or "body"
        super().__init__(f"{path}: {first['msg']}.")


@dataclass(frozen=True, slots=True)
class Described:
    """What openapi.json says of a call."""

    summary: str
    answer: Any
    query: type[Query] | None
    body: Any
    status: int
    upload: bool


def read(summary: str, answer: Any, query: type[Query] = Query) -> Callable[[Callable[..., Any]], Any]:
    """A call that changes nothing: the view gets its checked query and returns the answer."""

    def mark(view: Callable[..., Any]) -> Callable[..., Response]:
        @wraps(view)
        def call(**path: str) -> Response:
            return _json(answer, view(_query(query), **path), 200)

        setattr(call, _MARK, Described(summary, answer, query, None, 200, upload=False))
        return call

    return mark


@dataclass(frozen=True, slots=True)
class Then:
    """An answer, and what is to be done once it is committed."""

    answer: Any
    act: Callable[[], None]


def write(
    summary: str, answer: Any, *, body: Any = None, status: int = 200, upload: Callable[[], Any] | None = None
) -> Callable[[Callable[..., Any]], Any]:
    """A call that writes, in one transaction with its Idempotency-Key's first answer.

    The view gets the session and the checked body; or, for an upload, what `upload` made of the file
    before the transaction began (bytes take time).
    """

    def mark(view: Callable[..., Any]) -> Callable[..., Response]:
        @wraps(view)
        def call(**path: str) -> Response:
            _query(Query)
            given = () if body is None else (_body(body),)
            given = given if upload is None else (upload(),)
            afterwards: list[Callable[[], None]] = []

            def act() -> Response:
                made = view(session, *given, **path)
                if isinstance(made, Then):
                    afterwards.append(made.act)
                return _json(answer, made.answer if isinstance(made, Then) else made, status)

            with transaction(services().sessions) as session:
                response = _once(session, act)
            for step in afterwards:
                step()
            return response

        setattr(call, _MARK, Described(summary, answer, None, body, status, upload is not None))
        return call

    return mark


def described(endpoint: str) -> Described | None:
    view: Any = current_app.view_functions[endpoint]
    while view is not None:
        if hasattr(view, _MARK):
            return getattr(view, _MARK)  # type: ignore[no-any-return]
        view = getattr(view, "__wrapped__", None)
    return None


def _query(kind: type[Query]) -> Query:
    try:
        return kind.model_validate(request.args.to_dict())
    except ValidationError as error:
        raise Unreadable(error) from error


def _body(kind: Any) -> Any:
    try:
        return _adapter(kind).validate_json(request.get_data())
    except ValidationError as error:
        raise Unreadable(error) from error


def _json(kind: Any, value: Any, status: int) -> Response:
    answer = make_response(_adapter(kind).dump_json(value), status)
    answer.headers["Content-Type"] = "application/json"
    return answer


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    """Making one costs more than the answer that it writes."""
    return TypeAdapter(kind)


def _once(session: Session, act: Callable[[], Response]) -> Response:
    """Act, or give the first answer again to the same key and body."""
    key = request.headers.get("Idempotency-Key", "")[:200]
    if not key:
        return act()
    row = claim(session, KeyedRequest(identity().user_id, key, _body_hash()), at=now())
    if row.answer is not None:
        again = make_response(json.dumps(row.answer), row.status)
        again.headers["Content-Type"] = "application/json"
        again.headers[REPLAY_HEADER] = "true"
        return again
    answer = act()
    row.status, row.answer = answer.status_code, json.loads(answer.get_data())
    return answer


def _body_hash() -> str:
    """SHA-256 of method, path and body; of a form, its fields and the bytes of its files."""
    digest = hashlib.sha256(f"{request.method} {request.path}\n".encode())
    if not request.files:
        digest.update(request.get_data(cache=True))
        return digest.hexdigest()
    for name, value in sorted(request.form.items(multi=True)):
        digest.update(f"{name}={value}\n".encode())
    for name, file in sorted(request.files.items(multi=True)):
        digest.update(f"{name}:{file.filename}\n".encode())
        while chunk := file.stream.read(1 << 20):
            digest.update(chunk)
        file.stream.seek(0)
    return digest.hexdigest()
