"""How this house counts: its calendar, its kinds of sources, its business day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from commissions.facts.service_calendar import Calendar

OWN = "own"


@dataclass(frozen=True, slots=True)
class HouseRules:
    """From the settings CALENDAR, SOURCES and TIMEZONE."""

    calendar: Calendar = Calendar.MONTH
    sources: Mapping[str, str] = field(default_factory=dict)
    timezone: str = "UTC"

    def kind_of(self, source: str) -> str:
        """`own`, `third_party` or `manual`; a name that is not mapped is `own`."""
        return self.sources.get(source, OWN)

    def business_day(self, at: datetime) -> date:
        return at.astimezone(ZoneInfo(self.timezone)).date()

    def newest_day(self, at: datetime) -> date:
        """The last day that can have come: where a station is, it may be tomorrow already."""
        return self.business_day(at) + timedelta(days=1)
