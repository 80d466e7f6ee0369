"""Which place of the side bar is marked."""

from __future__ import annotations

import re

from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories.library import a_found_asset
from tests.factories.people import a_user
from tests.fixtures.browsers import LogIn


def test_an_asset_belongs_to_content_for_those_who_write_it_and_to_find_where_a_search_led_there(
    services: Services, log_in: LogIn
) -> None:
    with transaction(services.sessions) as session:
        ref = a_found_asset(session, "Orchard Row", "words").ref
        brand = a_user(session, role=Role.BRAND)

    def marked(address: str) -> set[str]:
        page = log_in(brand).get(address).text
        return set(re.findall(r'<a href="([^"]+)" aria-current="page"', page))

    assert marked(f"/library/{ref}") == {"/content"}
    assert marked(f"/library/{ref}/edit") == {"/content"}
    assert marked(f"/library/{ref}?q=orchard") == {"/library"}
    assert marked("/library") == {"/library"}
