"""Versions that wait for approval or failed: no report names them to partners (R2, R5)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from content.assets.models import Asset, Processing
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories.people import a_partner, a_user
from tests.factories.usage import a_published_version, a_version
from tests.fixtures.browsers import LogIn


def test_r2_r5_a_report_tells_partners_nothing_of_a_version_that_they_may_not_open(
    services: Services, log_in: LogIn
) -> None:
    """Neither its number nor the heads of its pages, whatever the address names."""
    with transaction(services.sessions) as session:
        ref = _with_unseen_versions(session)
        people = a_user(session, a_partner(session)), a_user(session, role=Role.BRAND)
    partner, brand = (log_in(person) for person in people)
    report = f"/reports/usage/{ref}"
    assert [who.get(report).text.count("Version 2") > 0 for who in (partner, brand)] == [False, True]
    for path in (report, f"{report}/pages.csv"):
        assert partner.get(f"{path}?version=1").status_code == 200
        for number in (2, 3):
            address = f"{path}?version={number}"
            assert [who.get(address).status_code for who in (partner, brand)] == [404, 200]


def _with_unseen_versions(session: Session) -> str:
    """The ref of a published asset; its second version is held, its third failed."""
    current = a_published_version(session, pages=3)
    asset = session.get_one(Asset, current.asset_id)
    a_version(session, asset, number=2, pages=5, is_held=True)
    a_version(session, asset, number=3, pages=5).processing = Processing.FAILED
    asset.current_version_id = current.id
    return asset.ref
