"""What a second person reads before a plan is approved: what changes, and every rule."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from commissions.approvals.approval_models import Proposal
from partners.models import User
from portal.kernel.db import reading, transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories.fact_files import take
from tests.factories.people import a_brand, a_user
from tests.fixtures.browsers import LogIn

BASE: dict[str, Any] = {"name": "base", "kind": "percent", "percent": "10"}
TIERS: dict[str, Any] = {
    "name": "volume",
    "kind": "tiers",
    "mode": "marginal",
    "measure": "net",
    "window": "quarter",
    "scope": "partner",
    "tiers": [{"upto": "40000", "percent": "0"}, {"upto": None, "percent": "2"}],
}


@pytest.fixture
def author(services: Services) -> User:
    with transaction(services.sessions) as session:
        return a_user(session, a_brand(session), Role.FINANCE)


def a_plan(*components: dict[str, Any], **terms: Any) -> str:
    return json.dumps({"plan": "standard", "components": components, **terms})


def proposed(services: Services, browser: FlaskClient, text: str) -> str:
    """The page on which the plan waits."""
    file = (io.BytesIO(text.encode()), "plan.json")
    assert browser.post("/imports", data={"kind": "plans", "file": file}).status_code == 303
    with reading(services.sessions) as session:
        number = session.scalars(select(Proposal.id).order_by(Proposal.id.desc())).first()
    return browser.get(f"/approvals/{number}").text


def cells(page: str) -> list[str]:
    return [part.split(">", 1)[1].split("</td>")[0] for part in page.split("<td data-at=")[1:]]


def test_whoever_approves_a_plan_reads_what_changes_and_every_rule(
    services: Services, author: User, log_in: LogIn
) -> None:
    take(services.sessions, "plans", a_plan(BASE, TIERS, holdback_percent="10", holdback_days=60))
    page = proposed(services, log_in(author), a_plan({**BASE, "percent": "12"}, TIERS))
    assert "What changes from version 1" in page
    told = cells(page)
    assert told[:3] == ["Held back", "10% for 60 days", '<span class="ink3">nothing</span>']
    assert told[3:6] == ["Rule base", "10% of the basis.", "12% of the basis."]
    assert "Tiers by net of all the partner&#39;s lines in a quarter" in page


def test_a_tier_that_moves_is_told_by_its_band(services: Services, author: User, log_in: LogIn) -> None:
    take(services.sessions, "plans", a_plan(BASE, TIERS))
    higher = {**TIERS, "tiers": [{"upto": "50000", "percent": "0"}, {"upto": None, "percent": "2"}]}
    told = cells(proposed(services, log_in(author), a_plan(BASE, higher)))
    nothing = '<span class="ink3">nothing</span>'
    assert told[:3] == ["Rule volume, up to and with 50,000", nothing, "0%"]
    assert told[3:6] == ["Rule volume, up to and with 40,000", "0%", nothing]


def test_a_new_plan_has_nothing_before_it_and_shows_its_rules(
    services: Services, author: User, log_in: LogIn
) -> None:
    page = proposed(services, log_in(author), a_plan(BASE))
    assert "What changes from" not in page
    assert "10% of the basis." in page


def test_a_plan_that_waits_leads_to_its_approval_from_the_list_and_from_its_trial(
    services: Services, author: User, log_in: LogIn
) -> None:
    browser = log_in(author)
    proposed(services, browser, a_plan(BASE))
    [way] = re.findall(r'<a href="(/approvals/[0-9]+)">', browser.get("/plans").text)
    trial = browser.get(f"/plans/standard/simulate?proposal={way.rpartition('/')[2]}").text
    assert f'href="{way}">To the approval' in trial


def test_an_approved_plan_is_led_to_and_says_when_it_is_posted(
    services: Services, author: User, log_in: LogIn
) -> None:
    proposed(services, log_in(author), a_plan(BASE))
    with transaction(services.sessions) as session:
        second = a_user(session, a_brand(session), Role.FINANCE_APPROVER)
    browser = log_in(second)
    browser.post("/approvals/1/approve")
    page = browser.get("/approvals/1").text
    assert 'href="/plans/standard">Open the plan' in page
    assert "posted by the next accrual" in page
