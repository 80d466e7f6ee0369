"""Ids of rows in what a browser sent."""

from __future__ import annotations

from collections.abc import Iterable

# no row has a longer one, and a database fails on what it cannot hold
_MOST_DIGITS = 15


def is_row_id(text: str) -> bool:
    return text.isdecimal() and len(text) <= _MOST_DIGITS


def row_ids(texts: Iterable[str]) -> list[int]:
    """In their order; what cannot be an id is left out, as is what no row has any more."""
    return [int(text) for text in texts if is_row_id(text)]
