"""The plan editor proposes the words that partners and lines have, so that a plan fits somebody."""

from __future__ import annotations

import re

from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories.books import LineOf, an_order
from tests.factories.people import a_brand, a_partner, a_user
from tests.fixtures.browsers import LogIn


def test_the_fields_of_a_plan_propose_known_words(services: Services, log_in: LogIn) -> None:
    with transaction(services.sessions) as session:
        a_partner(session, "TIDEWELL", tier="gold")
        an_order(session, "IO-1", LineOf("L1", product="podcast"), partner="TIDEWELL")
        writer = a_user(session, a_brand(session), Role.FINANCE)
    page = log_in(writer).get("/plans/new").text

    def proposed(name: str) -> list[str]:
        options = page.partition(f'<datalist id="known-{name}">')[2].partition("</datalist>")[0]
        return re.findall(r'value="([^"]+)"', options)

    assert proposed("tier") == ["gold"]
    assert proposed("partner_ref") == ["TIDEWELL"]
    assert proposed("station") == ["WXYZ-FM"]
    assert proposed("product") == ["podcast"]
    assert proposed("category") == []
    assert 'list="known-tier"' in page
