"""A place to go and a group of them, as the side bar and the bottom bar show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request
from flask_babel import LazyString

from portal.kernel.identity import Permission


@dataclass(frozen=True, slots=True)
class Place:
    """A place to go. `path` is of the addresses that docs/interfaces.md promises; `also` belongs to it."""

    path: str
    label: LazyString
    icon: str
    permission: Permission | None = None
    also: tuple[str, ...] = ()
    # for the bottom bar of a phone, where the label takes two lines
    short: LazyString | None = None

    def match(self, path: str) -> int:
        """How much of an address is this place's: 0 for none."""
        if self.path == "/":
            return int(path == "/")
        own = (self.path, *self.also)
        return max((len(start) for start in own if path == start or path.startswith(f"{start}/")), default=0)


@dataclass(frozen=True, slots=True)
class Group:
    """Places under one heading; the first group has none."""

    heading: LazyString | None
    places: tuple[Place, ...]


def current_place(places: Sequence[Place]) -> Place | None:
    """The one with the longest part of this page's address.

    Whoever writes content comes to an asset to work on it, unless a search led there.
    """
    path = request.path
    if path.startswith("/library/") and "ref" in (request.view_args or {}) and "q" not in request.args:
        path = next((place.path for place in places if place.path == "/content"), path)
    best = max(places, key=lambda one: one.match(path))
    return best if best.match(path) else None
