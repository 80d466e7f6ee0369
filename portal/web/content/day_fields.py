"""Days and times as forms of content send them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from content.assets.freshness import is_endless
from portal.kernel.errors import Refusal


class WrongDay(Refusal):
    def __init__(self, value: str) -> None:
        super().__init__(f"“{value}” is not a day or a time.")


def day_of(value: str) -> date | None:
    """Raises WrongDay."""
    day = _day(value)
    if day is not None and is_endless(day):
        raise WrongDay(value)
    return day


def until_of(values: MultiDict[str, str], zone: ZoneInfo) -> datetime | None:
    """The instant at which it expires: a time of the last day, without one the end of that day.

    None where it never does. Raises WrongDay.
    """
    day, clock = _day(values.get("expires_on", "")), values.get("expires_time", "").strip()
    if day is None or is_endless(day):
        return None
    if not clock:
        return datetime.combine(day + timedelta(days=1), time(), zone)
    try:
        return datetime.combine(day, time.fromisoformat(clock), zone)
    except ValueError:
        raise WrongDay(clock) from None


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value.strip()) if value.strip() else None
    except ValueError:
        raise WrongDay(value) from None
