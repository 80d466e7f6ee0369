"""The request as views get it: what was typed holds no character that no text has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict, iter_multi_items


class Typed(ImmutableMultiDict[str, Any]):
    """Fields of a form or address. PostgreSQL keeps no text with a NUL, and nobody can type one."""

    def __init__(self, fields: Any = ()) -> None:
        super().__init__(_without_nul(iter_multi_items(fields or ())))


def _without_nul(fields: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    return [(name, value.replace("\x00", " ") if isinstance(value, str) else value) for name, value in fields]


class PortalRequest(Request):
    parameter_storage_class = Typed
