"""Pages of a list that is cut in SQL."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request, url_for


@dataclass(frozen=True, slots=True)
class Pages:
    """Which rows are shown, and the addresses of the pages beside this one ("" at an end)."""

    first: int
    last: int
    earlier: str
    later: str

    @property
    def needed(self) -> bool:
        return bool(self.earlier or self.later)


def pages_of(total: int, shown: int, offset: int, size: int) -> Pages:
    """The page that starts at row `offset` (from 0); it stands in the address as `from`."""
    return Pages(
        first=offset + 1 if shown else 0,
        last=offset + shown,
        earlier=_address(max(offset - size, 0)) if offset else "",
        later=_address(offset + size) if offset + shown < total else "",
    )


def _address(offset: int) -> str:
    asked = [(name, value) for name, value in request.args.items(multi=True) if name != "from"]
    query = urlencode([*asked, ("from", str(offset))] if offset else asked)
    # not by url_for, which takes some of the names for its own
    here = url_for(request.endpoint or "", **(request.view_args or {}))
    return f"{here}?{query}" if query else here
