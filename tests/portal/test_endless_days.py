"""Other systems write 9999-12-31 for what never ends: it is taken for that, and no page stumbles over it."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from content.assets.models import Asset, AssetState
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories import files
from tests.factories.library import PUBLISHED, a_found_asset
from tests.factories.people import a_user
from tests.fixtures.browsers import LogIn

FORM = {"title": "Orchard Row", "kind": "case_study", "audience": "all", "language": "en"}


@pytest.fixture
def brand(services: Services, log_in: LogIn) -> FlaskClient:
    with transaction(services.sessions) as session:
        user = a_user(session, role=Role.BRAND)
        a_found_asset(
            session, "Orchard Row", "words", ref="row", expires_at=PUBLISHED, state=AssetState.DRAFT
        )
    return log_in(user)


def the_asset(services: Services) -> Asset:
    with services.sessions() as session:
        return session.scalars(select(Asset)).one()


@pytest.mark.parametrize("day", ["9999-12-31", "9999-12-30", "3000-01-01"])
def test_a_last_day_that_nobody_sees_come_is_no_end(services: Services, brand: FlaskClient, day: str) -> None:
    bulk = {"action": "edit", "id": str(the_asset(services).id), "sent": "1", "expires_on": day}
    assert brand.post("/content/bulk/apply", data=bulk).status_code == 303
    assert the_asset(services).expires_at is None
    assert brand.post("/library/row/edit", data=FORM | {"expires_on": "2026-12-31"}).status_code == 303
    assert the_asset(services).expires_at is not None
    assert brand.post("/library/row/edit", data=FORM | {"expires_on": day}).status_code == 303
    assert the_asset(services).expires_at is None
    assert brand.get("/library/row").status_code == 200


def test_a_review_or_a_publishing_that_nobody_sees_come_is_refused(
    services: Services, brand: FlaskClient
) -> None:
    assert brand.post("/library/row/edit", data=FORM | {"review_on": "9999-12-31"}).status_code == 422
    set_time = {"publish_at": "9999-12-31T23:59"}
    assert brand.post("/library/row/schedule", data=set_time).status_code == 422
    assert the_asset(services).review_on is None


def test_a_manifest_says_so_by_day_and_by_instant(app: Flask, services: Services, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(files.a_pdf("One"))
    manifest = tmp_path / "manifest.csv"
    for until in ("9999-12-31", "9999-12-31T23:59:59Z"):
        manifest.write_text(f"ref,title,kind,file,audience,expires_at\nA,Title,deck,a.pdf,all,{until}\n")
        done = app.test_cli_runner().invoke(args=["content", "import", str(manifest)])
        assert done.exit_code == 0, done.output
    assert the_asset(services).expires_at is None
    manifest.write_text("ref,title,kind,file,audience,review_on\nA,Title,deck,a.pdf,all,9999-12-31\n")
    refused = app.test_cli_runner().invoke(args=["content", "import", str(manifest)])
    assert (refused.exit_code, "later than 2999" in refused.output) == (1, True)
