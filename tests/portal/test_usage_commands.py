"""flask usage: rebuild, verify, export."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import update

from content.usage.usage_models import UsageDay
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
        a_reading(
            session, gold, a_published_version(session), {1: 5, 2: 7}, at=clock() - timedelta(minutes=9)
        )
    runner = app.test_cli_runner()
    assert "now ended: 1." in runner.invoke(args=["usage", "rebuild"]).stdout
    assert runner.invoke(args=["usage", "verify"]).exit_code == 0
    with transaction(services.sessions) as session:
        session.execute(update(UsageDay).values(total_ms=1))
    refused = runner.invoke(args=["usage", "verify"])
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "usage_days: 1 rows missing or wrong, 1 too many" in refused.stderr
    runner.invoke(args=["usage", "rebuild"])
    assert runner.invoke(args=["usage", "verify"]).exit_code == 0
    out = tmp_path / "usage.ndjson"
    assert runner.invoke(args=["usage", "export", "--out", str(out)]).exit_code == 0
    [line] = [json.loads(line) for line in out.read_text().splitlines()]
    assert (line["kind"], line["counted_ms"], [page["page"] for page in line["pages"]]) == (
        "view",
        12_000,
        [1, 2],
    )
    assert "name" not in line
