"""How this house counts, from the settings."""

from __future__ import annotations

from commissions.house_rules import HouseRules
from commissions.service_calendar import Calendar
from config import Settings


def house_rules(settings: Settings) -> HouseRules:
    return HouseRules(Calendar(settings.calendar), settings.sources, settings.timezone)
