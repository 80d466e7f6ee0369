"""flask usage: rebuild, verify, export."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import update

from content.usage.played_models import PlayedView
from content.usage.usage_models import UsageDay
from content.usage.usage_views import of_view
from portal.kernel.db import transaction
from portal.services import Services
from tests.factories.people import an_identity
from tests.factories.usage import a_published_version, a_reading
from tests.fixtures.portal import Clock


def test_roll_ups_are_proved_and_made_again(
    app: Flask, services: Services, clock: Clock, tmp_path: Path
) -> None:
    with transaction(services.sessions) as session:
        gold = an_identity(session)
        view = a_reading(
            session, gold, a_published_version(session), {1: 5, 2: 7}, at=clock() - timedelta(minutes=9)
        )
        facts = {**of_view(view), "opened_at": view.opened_at, "opened_on": view.opened_on}
        spans, tabs = [[0, 4_000], [6_000, 7_000]], {"tab00001": 9_000}
        session.add(PlayedView(**facts, spans=spans, watched_by_tab=tabs, watched_ms=9_000, unique_ms=5_000))
    runner = app.test_cli_runner()
    assert "now ended: 1." in runner.invoke(args=["usage", "rebuild"]).stdout
    assert runner.invoke(args=["usage", "verify"]).exit_code == 0
    with transaction(services.sessions) as session:
        session.execute(update(UsageDay).values(total_ms=1))
        session.execute(update(PlayedView).values(unique_ms=8_000))
    refused = runner.invoke(args=["usage", "verify"])
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "usage_days: 1 rows missing or wrong, 1 too many" in refused.stderr
    assert "played_views: 1 rows with other sums than their stretches" in refused.stderr
    runner.invoke(args=["usage", "rebuild"])
    assert runner.invoke(args=["usage", "verify"]).exit_code == 0
    out = tmp_path / "usage.ndjson"
    assert runner.invoke(args=["usage", "export", "--out", str(out)]).exit_code == 0
    line, played = (json.loads(line) for line in out.read_text().splitlines())
    assert (played["kind"], played["unique_ms"]) == ("played", 5_000)
    assert (line["kind"], line["counted_ms"], [page["page"] for page in line["pages"]]) == (
        "view",
        12_000,
        [1, 2],
    )
    assert "name" not in line
    with transaction(services.sessions) as session:
        another = a_published_version(session)
        session.execute(update(PlayedView).values(asset_id=another.asset_id, version_id=another.id))
    refused = runner.invoke(args=["usage", "verify"])
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert "played_views: 1 rows of no view" in refused.stderr
