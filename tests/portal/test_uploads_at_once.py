"""A form that is sent twice at one moment acts once, and both are told of the same asset (F10)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from content.assets.models import Asset, AssetVersion
from content.uploads import incoming
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories import files
from tests.factories.library import a_found_asset
from tests.factories.people import a_user
from tests.factories.uploads import Sender

FORM = {"title": "Orchard Row", "kind": "document", "audience": "all", "language": "en"}


@pytest.mark.parametrize("address", ["/library", "/library/arrivals", "/library/{ref}/versions"])
def test_f10_two_equal_forms_at_one_moment_make_one_version_and_get_one_answer(
    services: Services, log_in: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    with transaction(services.sessions) as session:
        person = a_user(session, role=Role.BRAND)
        address = address.format(ref=a_found_asset(session, "There", "words").ref)
    brand, other = log_in(person), log_in(person)
    sender = Sender(brand, files.a_pdf("One"), "a.pdf")
    upload = sender.announce()["ref"]
    sender.send(upload, 1)
    sender.finish(upload)
    before, whole = count(services), incoming.whole
    answers: list[Any] = []

    def and_meanwhile(*arguments: Any) -> Any:
        """Both have looked at the upload before one of them takes it."""
        found = whole(*arguments)
        monkeypatch.setattr(incoming, "whole", whole)
        answers.append(other.post(address, data=FORM | {"upload": upload}))
        return found

    monkeypatch.setattr(incoming, "whole", and_meanwhile)
    answers.append(brand.post(address, data=FORM | {"upload": upload}))
    first, second = answers
    assert (second.status_code, second.location, second.get_json(silent=True)) == (
        first.status_code,
        first.location,
        first.get_json(silent=True),
    )
    assert first.status_code in {200, 303}
    after = count(services)
    assert after[1] == before[1] + 1
    assert after[0] <= before[0] + 1


def count(services: Services) -> tuple[int, int]:
    with services.sessions() as session:
        found = [session.scalar(select(func.count()).select_from(table)) for table in (Asset, AssetVersion)]
    return found[0] or 0, found[1] or 0
