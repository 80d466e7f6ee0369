"""Which plan a line has where several fit its partner, and what people are told of it."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from commissions.ledger.accrual import accrue
from commissions.ledger.ledger_models import Posting
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories.books import AT, LineOf, a_plan, adopt, an_order, deliver
from tests.factories.people import a_brand, a_partner, a_user
from tests.fixtures.browsers import LogIn

PARTNER = {"tier": "gold", "type": "broker", "region": "emea"}


def plan_that_pays(session: Session, *named: set[str]) -> str:
    """Of plans that name these keys of the partner, in this order of their names, the one that a line has."""
    a_partner(session, "R1", **PARTNER)
    known = PARTNER | {"partner_ref": "R1"}
    for number, keys in enumerate(named):
        adopt(session, a_plan(f"plan-{number}", applies_to={key: known[key] for key in sorted(keys)}))
    an_order(session, "IO-1", LineOf("L1"))
    deliver(session, "L1", date(2026, 3, 5), 10)
    accrue(session, at=AT)
    return str(session.scalar(select(Posting.plan)))


ORDERED = [
    {"partner_ref"},
    {"tier", "type", "region"},
    {"tier", "type"},
    {"tier", "region"},
    {"type", "region"},
    {"tier"},
    {"type"},
    {"region"},
    set[str](),
]


@pytest.mark.parametrize(("first", "second"), list(pairwise(ORDERED)))
@pytest.mark.parametrize("chosen", [0, 1])
def test_of_two_plans_for_a_partner_the_order_of_what_they_name_decides_and_never_their_names(
    session: Session, first: set[str], second: set[str], chosen: int
) -> None:
    named = (first, second) if chosen == 0 else (second, first)
    assert plan_that_pays(session, *named) == f"plan-{chosen}"


def test_a_plans_page_says_which_other_plan_fits_the_same_partners_and_which_of_them_a_line_has(
    services: Services, log_in: LogIn
) -> None:
    with transaction(services.sessions) as session:
        finance = a_user(session, a_brand(session), Role.FINANCE)
        adopt(session, a_plan("emea", applies_to={"region": "emea"}, valid_to="2026-12-31"))
        adopt(session, a_plan("gold", applies_to={"tier": "gold"}))
        adopt(session, a_plan("silver", applies_to={"tier": "silver"}))
        adopt(session, a_plan("next", applies_to={"type": "broker"}, valid_from="2027-01-01"))
        adopt(session, a_plan("whole", applies_to={"tier": "gold", "region": "emea"}))
        adopt(session, a_plan("rest"))
    client = log_in(finance)
    assert told(client, "emea") == ["gold (tier gold): gold", "silver (tier silver): silver"]
    assert told(client, "gold") == ["emea (region emea): this plan", "next (type broker): this plan"]
    assert told(client, "whole") == told(client, "rest") == []
    assert "tier goes before type" in client.get("/plans/gold/edit").text


def told(client: FlaskClient, name: str) -> list[str]:
    text = re.sub(r"<[^>]+>", "", client.get(f"/plans/{name}").text)
    said = re.findall(r"Where (\S+ \([^)]+\)) fits, too, a line has ([^.]+)\.", text)
    assert ("tier goes before type" in text) == bool(said)
    return [": ".join(one) for one in said]
