"""The request as views get it: what was typed holds nothing that no database keeps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Flask, Request
from werkzeug.datastructures import ImmutableMultiDict, iter_multi_items
from werkzeug.exceptions import NotFound
from werkzeug.routing import IntegerConverter, Map

# browsers count no further exactly, and both databases do
LARGEST = 2**53 - 1


class Typed(ImmutableMultiDict[str, Any]):
    """Fields of a form or address. PostgreSQL keeps no text with a NUL, and nobody can type one.

    A number that is too large for a row is none, and reads like what is no number at all.
    """

    def __init__(self, fields: Any = ()) -> None:
        super().__init__(_without_nul(iter_multi_items(fields or ())))

    def get(self, key: Any, default: Any = None, type: Any = None) -> Any:  # type: ignore[override]  # noqa: A002  untyped here
        return super().get(key, default, _kept_number if type is int else type)

    def getlist(self, key: Any, type: Any = None) -> list[Any]:  # noqa: A002  Werkzeug's name
        return super().getlist(key, _kept_number if type is int else type)


def _without_nul(fields: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    return [(name, value.replace("\x00", " ") if isinstance(value, str) else value) for name, value in fields]


def _kept_number(text: str) -> int:
    number = int(text)
    if abs(number) > LARGEST:
        raise ValueError(text[:40])
    return number


class PortalRequest(Request):
    parameter_storage_class = Typed


class KeptNumber(IntegerConverter):
    """A number as a part of an address; under a larger one there is nothing."""

    def __init__(self, map: Map, *args: Any, **kwargs: Any) -> None:  # noqa: A002  Werkzeug's name
        super().__init__(map, *args, **({"max": LARGEST} | kwargs))


def install(app: Flask) -> None:
    """To be called before any route is there."""
    app.request_class = PortalRequest
    app.url_map.converters["int"] = KeptNumber
    app.url_value_preprocessor(_refuse_nul)


def _refuse_nul(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if any(isinstance(value, str) and "\x00" in value for value in (values or {}).values()):
        raise NotFound
