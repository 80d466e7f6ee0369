"""Asking owners about content that nobody opens: one click, one mail to each, of an asset once a week."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from content.assets.models import Asset
from partners.models import User
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services
from portal.worker import sweep
from tests.factories.library import a_found_asset
from tests.factories.people import a_user
from tests.fixtures.browsers import LogIn
from tests.fixtures.portal import Clock

LIST = "/reports/unused"


@pytest.fixture
def ids(services: Services) -> dict[str, int]:
    """Unopened assets: two of Theo's, one of Ines', one of nobody's, one of who asks."""
    with transaction(services.sessions) as session:
        theo, ines, me = (a_user(session, role=Role.BRAND) for _ in range(3))
        theo.name, ines.name, me.name = "Theo", "Ines", "Mara"
        owners = {"deck": theo, "film": theo, "study": ines, "orphan": None, "mine": me}
        made = {name: a_found_asset(session, name, "words", ref=name) for name in owners}
        for name, owner in owners.items():
            made[name].owner_id = owner.id if owner else None
        session.flush()
        return {name: asset.id for name, asset in made.items()}


@pytest.fixture
def brand(services: Services, log_in: LogIn, ids: dict[str, int]) -> FlaskClient:
    with services.sessions() as session:
        return log_in(session.scalars(select(User).where(User.name == "Mara")).one())


def mails(services: Services) -> dict[str, str]:
    """The text of each mail by whom it greets."""
    files = sorted((services.settings.data_dir / "mail").glob("*.eml"))
    texts = [message_from_bytes(path.read_bytes(), policy=policy.default).get_content() for path in files]
    return {text.split(",")[0].removeprefix("Hello "): text for text in texts}


def test_owners_are_asked_in_one_mail_each_and_the_rest_is_said(
    services: Services, brand: FlaskClient, ids: dict[str, int]
) -> None:
    assert brand.post(f"{LIST}/ask", data={"id": list(ids.values())}).location == LIST
    sweep(services)
    page = brand.get(LIST).text
    assert "Asked by mail about 3 assets: 2 owners." in page
    assert "Nobody to ask about one asset." in page
    assert "You are the owner of one asset." in page
    sent = mails(services)
    assert set(sent) == {"Theo", "Ines"}
    assert "Mara asks what is to become of this" in sent["Theo"]
    assert "/library/deck" in sent["Theo"]
    assert "/library/film" in sent["Theo"]
    assert "/library/study" not in sent["Theo"]


def test_nobody_is_asked_about_the_same_twice_in_a_week(
    services: Services, brand: FlaskClient, ids: dict[str, int], clock: Clock
) -> None:
    only = {"only": ids["deck"], "id": list(ids.values()), "form_page": f"{LIST}?show=never"}
    assert brand.post(f"{LIST}/ask", data=only).location == f"{LIST}?show=never"
    page = brand.get(LIST).text
    assert "Asked by mail about one asset: Theo." in page
    assert f'name="only" value="{ids["deck"]}"' not in page
    assert f'name="only" value="{ids["film"]}"' in page
    brand.post(f"{LIST}/ask", data={"id": [ids["deck"], ids["film"]]})
    assert "Asked in the last week already: one asset." in brand.get(LIST).text
    clock.move(timedelta(days=7))
    brand.post(f"{LIST}/ask", data={"id": ids["deck"]})
    assert "already" not in brand.get(LIST).text


def test_what_changed_hands_before_the_mail_goes_out_is_not_asked_about(
    services: Services, brand: FlaskClient, ids: dict[str, int]
) -> None:
    brand.post(f"{LIST}/ask", data={"id": ids["study"]})
    with transaction(services.sessions) as session:
        session.get_one(Asset, ids["study"]).owner_id = session.get_one(Asset, ids["deck"]).owner_id
    sweep(services)
    assert mails(services) == {}


def test_without_a_row_ticked_it_says_what_to_do(brand: FlaskClient) -> None:
    assert "Choose one asset or more first." in brand.post(f"{LIST}/ask").text
