"""The day of the demo's tests, and a portal without data on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from config import settings_from
from migrations.upgrade import upgrade
from partners.people import identity_of, person_by_email
from portal.kernel.identity import Identity
from portal.services import Services, build_services

# the day of the pictures
NOW = datetime(2026, 6, 9, 16, 0, tzinfo=UTC)
PASSWORD = "harbour-lantern-42"


def empty_portal(folder: Path, now: datetime) -> Services:
    """Services on a migrated SQLite file, on a day that stands still."""
    services = build_services(settings_from({"DATA_DIR": str(folder)}))
    upgrade(services.engine)
    return replace(services, clock=lambda: now)


def whoever(session: Session, email: str) -> Identity:
    return identity_of(session, person_by_email(session, email), today=NOW.date())
