"""The time zones that there are."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones


@cache
def time_zones() -> frozenset[str]:
    """Looked for once: finding them reads two dozen folders, too much for each row of a file."""
    return frozenset(available_timezones())
