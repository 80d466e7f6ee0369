"""One call of the API: read the query, answer with one type, and describe both for openapi.json."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any

from flask import Response, current_app, make_response, request
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from content.assets.errors import UnknownField
from portal.kernel.db import transaction
from portal.kernel.errors import Refusal
from portal.web import large_body
from portal.web.api.first_answers import answer_before, keyed_request, once
from portal.web.context import services

_MARK = "makegood_operation"


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
class Form:
    """A multipart body: what stores its `file`, and its other fields, true for those that are required."""

    stored: Callable[[], Any]
    fields: Mapping[str, bool]

    def check(self) -> None:
        """Raises UnknownField (R4)."""
        for name in request.form:
            if name not in {"file", *self.fields}:
                raise UnknownField(name)


@dataclass(frozen=True, slots=True)
class Described:
    """What openapi.json says of a call."""

    summary: str
    answer: Any
    query: type[Query] | None
    body: Any
    status: int
    form: Form | None


def read(summary: str, answer: Any, query: type[Query] = Query) -> Callable[[Callable[..., Any]], Any]:
    """A call that changes nothing: the view gets its checked query and returns the answer."""

    def mark(view: Callable[..., Any]) -> Callable[..., Response]:
        @wraps(view)
        def call(**path: str) -> Response:
            return _json(answer, view(_query(query), **path), 200)

        setattr(call, _MARK, Described(summary, answer, query, None, 200, form=None))
        return call

    return mark


@dataclass(frozen=True, slots=True)
class Then:
    """An answer, and what is to be done once it is committed."""

    answer: Any
    act: Callable[[], None]


def write(
    summary: str, answer: Any, *, body: Any = None, status: int = 200, form: Form | None = None
) -> Callable[[Callable[..., Any]], Any]:
    """A call that writes, in one transaction with its Idempotency-Key's first answer.

    The view gets the session and the checked body; or, for a form, what was made of its file.
    That is hashed and stored before the transaction begins (bytes take time).
    """

    def mark(view: Callable[..., Any]) -> Callable[..., Response]:
        @wraps(view)
        def call(**path: str) -> Response:
            _query(Query)
            given = () if body is None else (_body(body),)
            if form is not None:
                large_body.allow()
                form.check()
            keyed = keyed_request()
            replayed = answer_before(keyed)
            if replayed is not None:
                return replayed
            given = given if form is None else (form.stored(),)
            afterwards: list[Callable[[], None]] = []

            def act() -> Response:
                made = view(session, *given, **path)
                if isinstance(made, Then):
                    afterwards.append(made.act)
                return _json(answer, made.answer if isinstance(made, Then) else made, status)

            with transaction(services().sessions) as session:
                response = once(session, keyed, act)
            for step in afterwards:
                step()
            return response

        setattr(call, _MARK, Described(summary, answer, None, body, status, form))
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
