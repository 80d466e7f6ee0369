"""A month closed by two people at their screens: the second one issues what was seen, and nothing else."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from commissions.ledger.accrual import accrue
from commissions.ledger.ledger_models import Statement
from portal.kernel.db import reading, transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories.books import LineOf, a_plan, adopt, an_order, deliver
from tests.factories.people import a_brand, a_partner, a_user
from tests.fixtures.browsers import LogIn
from tests.fixtures.portal import Clock

IN_APRIL = datetime(2026, 4, 8, 9, tzinfo=UTC)
MARCH = (date(2026, 3, 1), date(2026, 3, 31))


@pytest.fixture
def people(services: Services, clock: Clock, log_in: LogIn) -> dict[str, FlaskClient]:
    """50 spots of March at 85.00 are accrued."""
    clock.at = IN_APRIL
    with transaction(services.sessions) as session:
        a_partner(session, "R1")
        adopt(session, a_plan())
        an_order(session, "IO-1", LineOf("L1", days=MARCH), LineOf("L2", days=MARCH))
        deliver(session, "L1", date(2026, 3, 5), 50)
        accrue(session, at=IN_APRIL)
        brand = a_brand(session)
        users = {
            "author": a_user(session, brand, Role.FINANCE),
            "approver": a_user(session, brand, Role.FINANCE_APPROVER),
        }
    return {name: log_in(user) for name, user in users.items()}


def seen_by(approver: FlaskClient) -> str:
    """What the form of the preview says of the figures on it."""
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', approver.get(PREVIEW).text)
    assert found is not None
    return found[1]


PREVIEW = "/months/2026-03/preview/statements"


def payables(services: Services) -> list[int]:
    with reading(services.sessions) as session:
        return list(session.scalars(select(Statement.payable)))


def test_the_second_person_closes_from_the_figures_that_are_issued(
    services: Services, people: dict[str, FlaskClient]
) -> None:
    assert 'name="seen"' not in people["approver"].get(PREVIEW).text
    people["author"].post("/months/2026-03/review")
    board = people["approver"].get("/months/2026-03").text
    assert 'href="/months/2026-03/preview"' in board
    assert "/months/2026-03/close" not in board
    # the author sees them, and cannot close
    assert 'name="seen"' not in people["author"].get(PREVIEW).text
    seen = seen_by(people["approver"])
    answer = people["approver"].post("/months/2026-03/close", data={"seen": seen}, follow_redirects=True)
    assert "1 statement is issued" in answer.text
    assert len(payables(services)) == 1


def test_facts_that_came_after_the_preview_are_shown_before_anything_is_issued(
    services: Services, people: dict[str, FlaskClient]
) -> None:
    people["author"].post("/months/2026-03/review")
    seen = seen_by(people["approver"])
    with transaction(services.sessions) as session:
        deliver(session, "L2", date(2026, 3, 6), 10)
    answer = people["approver"].post("/months/2026-03/close", data={"seen": seen})
    assert (answer.status_code, answer.location) == (303, "/months/2026-03/preview")
    assert "the figures have changed since you looked at them" in people["approver"].get(answer.location).text
    assert payables(services) == []
    again = seen_by(people["approver"])
    assert again != seen
    people["approver"].post("/months/2026-03/close", data={"seen": again})
    assert len(payables(services)) == 1


@pytest.mark.parametrize("seen", ["", "0" * 64])
def test_nothing_is_issued_unseen(services: Services, people: dict[str, FlaskClient], seen: str) -> None:
    people["author"].post("/months/2026-03/review")
    people["approver"].post("/months/2026-03/close", data={"seen": seen})
    assert payables(services) == []


def test_a_draft_opens_with_each_line_and_its_sentence(people: dict[str, FlaskClient]) -> None:
    approver = people["approver"]
    assert 'href="/months/2026-03/preview/2026-03-R1-USD"' in approver.get(PREVIEW).text
    page = approver.get("/months/2026-03/preview/2026-03-R1-USD").text
    assert "50 spots at 50.00 = 2,500.00 gross, less agency 15% = 2,125.00 net; 10% of 2,125.00 net" in page
    assert "No line has" in approver.get("/months/2026-03/preview/2026-03-R1-USD?q=nowhere").text
    assert approver.get("/months/2026-03/preview/2026-03-R2-USD").status_code == 404


def test_a_draft_leads_to_the_statement_once_it_is_issued(people: dict[str, FlaskClient]) -> None:
    people["author"].post("/months/2026-03/review")
    people["approver"].post("/months/2026-03/close", data={"seen": seen_by(people["approver"])})
    answer = people["approver"].get("/months/2026-03/preview/2026-03-R1-USD")
    assert answer.location == "/statements/2026-03-R1-USD"


def test_an_accrual_that_finds_nothing_new_says_so(people: dict[str, FlaskClient]) -> None:
    answer = people["author"].post("/months/2026-03/accrue", follow_redirects=True)
    assert "Nothing has changed since the last accrual." in answer.text
