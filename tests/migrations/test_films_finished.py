"""After the upgrade a day's report says of films what was played, and nothing else changes."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import update
from sqlalchemy.orm import Session

from content.assets.models import FileFormat
from content.usage.playing import Played, count_played
from content.usage.usage_ending import end_view
from content.usage.usage_models import UsageDay
from content.usage.usage_rollups import differences
from content.usage.usage_tokens import ViewClaims
from content.usage.usage_views import Moment, open_view
from tests.factories.library import PUBLISHED, a_found_asset, a_read_version
from tests.factories.people import an_identity

OPENED = Moment(PUBLISHED, PUBLISHED.date())
BEFORE = import_module("migrations.versions.0030_films_are_finished_when_played")


def test_days_that_counted_films_as_read_pages_are_counted_anew(session: Session) -> None:
    film = {"format": FileFormat.VIDEO, "duration_ms": 60_000}
    for number, (facts, played_ms) in enumerate(((film, 60_000), (film, 10_000), ({}, 0))):
        version = a_read_version(session, a_found_asset(session, f"A{number}", "w"), "w", number=2, **facts)
        reader = an_identity(session)
        view = open_view(session, reader, version, OPENED)
        view.is_human, view.read_pages = True, 1
        claims = ViewClaims(view.id, version.id, view.viewer_id, 1, PUBLISHED.isoformat())
        at = PUBLISHED + timedelta(minutes=2)
        count_played(session, reader, claims, Played("tab00001", [(0, played_ms)], played_ms), at)
        assert end_view(session, view.id, at + timedelta(minutes=5))
    session.execute(update(UsageDay).values(finished=1))
    session.flush()
    assert len(differences(session)) == 1
    with Operations.context(MigrationContext.configure(session.connection())):
        BEFORE.upgrade()
    # the document is none of its business: its view read no page, and stays as it stood
    session.execute(update(UsageDay).where(UsageDay.version_id == version.id).values(finished=0))
    assert differences(session) == []
