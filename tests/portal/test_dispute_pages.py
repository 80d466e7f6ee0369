"""Disputes in the browser: asked with a file, answered by mail and thread, decided by two people."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from commissions.disputes.dispute_models import Dispute
from partners.models import Organisation, User
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.kernel.outbox import send_posted
from portal.services import Services
from tests.factories.closed_months import APRIL, close, the_worked_example
from tests.factories.people import a_brand, a_user
from tests.fixtures.browsers import LogIn

NUMBER = "2026-03-R1-USD"


@pytest.fixture
def people(services: Services) -> dict[str, User]:
    """A partner with a statement for March, another one, and finance."""
    with transaction(services.sessions) as session:
        the_worked_example(session)
        close(session, "2026-03", APRIL)
        brand = a_brand(session)
        own = {
            ref: session.scalars(select(Organisation).where(Organisation.ref == ref)).one()
            for ref in ("R1", "R2")
        }
        return {
            "partner": a_user(session, own["R1"], Role.PARTNER),
            "other": a_user(session, own["R2"], Role.PARTNER),
            "clerk": a_user(session, brand, Role.FINANCE),
            "approver": a_user(session, brand, Role.FINANCE_APPROVER),
        }


def ask(
    browser: FlaskClient,
    fields: Mapping[str, str] | None = None,
    *,
    name: str = "log.csv",
    data: bytes = b"day,spots\n",
) -> str:
    form = {"statement": NUMBER, "line": "1", "text": "92 spots aired.", "expected": "240.00"}
    got = browser.post("/disputes", data={**form, **(fields or {}), "file": (io.BytesIO(data), name)})
    return got.location if got.status_code == 303 else got.text


def mails(services: Services) -> list[str]:
    send_posted(services.sessions, services.mailer, clock=services.clock)
    folder = Path(services.settings.data_dir) / "mail"
    return [one.read_text() for one in sorted(folder.glob("*"))] if folder.exists() else []


def test_a_missing_line_whose_ref_cannot_be_one_is_refused_by_its_name(
    people: dict[str, User], log_in: LogIn
) -> None:
    page = ask(log_in(people["partner"]), {"line": "", "line_ref": "spring campaign"})
    assert "The line: A ref holds letters, digits, dot, underscore and hyphen" in page


def test_a_question_goes_to_finance_and_its_answer_comes_back_by_mail(
    services: Services, people: dict[str, User], log_in: LogIn
) -> None:
    partner, clerk = log_in(people["partner"]), log_in(people["clerk"])
    assert "Question this line" in partner.get(f"/statements/{NUMBER}?line=1").text
    place = ask(partner)
    assert place == "/disputes/D-0001"
    thread = clerk.get(place).text
    for shown in ("92 spots aired.", "log.csv", "Delivery rows", NUMBER):
        assert shown in thread
    assert clerk.post(f"{place}/messages", data={"text": "We ask the station."}).status_code == 303
    assert "We ask the station." in partner.get(place).text
    told = mails(services)
    assert any(people["partner"].email in mail and "We ask the station." in mail for mail in told)
    assert any("D-0001" in mail and people["clerk"].email in mail for mail in told)
    assert "D-0001" in partner.get(f"/statements/{NUMBER}").text


def test_an_outcome_in_money_waits_for_a_second_person_and_then_tells_the_partner(
    services: Services, people: dict[str, User], log_in: LogIn
) -> None:
    partner, clerk, approver = (log_in(people[name]) for name in ("partner", "clerk", "approver"))
    place = ask(partner)
    chosen = {"outcome": "partly", "amount": "10.50", "text": "One spot aired late."}
    waits = clerk.post(f"{place}/outcome", data=chosen).location
    assert clerk.post(f"{waits}/approve").status_code == 403
    assert "One spot aired late." not in partner.get(place).text
    assert approver.post(f"{waits}/approve").status_code == 303
    page = partner.get(place).text
    assert "One spot aired late." in page
    assert "Partly accepted" in page
    assert any("10.50 USD stand on the statement of" in mail for mail in mails(services))


def test_a_rejection_is_told_with_its_reason(
    services: Services, people: dict[str, User], log_in: LogIn
) -> None:
    partner, clerk = log_in(people["partner"]), log_in(people["clerk"])
    place = ask(partner)
    assert clerk.post(f"{place}/outcome", data={"outcome": "rejected", "text": " "}).status_code == 422
    assert clerk.post(f"{place}/outcome", data={"outcome": "maybe", "text": "x"}).status_code == 422
    clerk.post(f"{place}/outcome", data={"outcome": "rejected", "text": "The log shows 90."})
    assert "The log shows 90." in partner.get(place).text
    assert any("The log shows 90." in mail for mail in mails(services))


def test_r11_r29_a_file_is_only_ever_saved_and_only_by_both_sides(
    people: dict[str, User], log_in: LogIn
) -> None:
    partner, other = log_in(people["partner"]), log_in(people["other"])
    page = b"<script>alert(1)</script>"
    place = ask(partner, name="proof.txt", data=page)
    file = f"{place}/files/1"
    got = partner.get(file)
    assert got.data == page
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert got.headers["Content-Type"] == "application/octet-stream"
    assert "sandbox" in got.headers["Content-Security-Policy"]
    assert log_in(people["clerk"]).get(file).status_code == 200
    assert other.get(file).status_code == 404
    assert other.get(place).status_code == 404
    assert place not in other.get("/disputes").text


@pytest.mark.parametrize(
    ("name", "fields", "why"),
    [
        ("script.html", {}, "Put an HTML demo in a zip"),
        ("log.csv", {"text": " "}, "Say what is wrong"),
        ("log.csv", {"expected": "many"}, "The amount:"),
        ("log.csv", {"expected": "1.234"}, "The amount:"),
    ],
)
def test_what_makes_no_sense_is_said_and_what_was_typed_is_kept(
    people: dict[str, User], log_in: LogIn, name: str, fields: dict[str, str], why: str
) -> None:
    said = ask(log_in(people["partner"]), fields, name=name)
    assert why in said
    assert fields.get("text", "92 spots aired.").strip() in said


def test_r2_nobody_asks_about_a_statement_that_is_not_theirs(people: dict[str, User], log_in: LogIn) -> None:
    other, clerk = log_in(people["other"]), log_in(people["clerk"])
    form = {"statement": NUMBER, "line": "1", "text": "mine?"}
    assert other.post("/disputes", data=form).status_code == 404
    assert other.get(f"/disputes/new?statement={NUMBER}").status_code == 404
    assert clerk.post("/disputes", data=form).status_code == 403
    assert log_in(people["partner"]).get(f"/disputes/new?statement={NUMBER}&line=99").status_code == 404


def test_finance_is_told_at_home_of_questions_whose_day_has_passed(
    services: Services, people: dict[str, User], log_in: LogIn
) -> None:
    ask(log_in(people["partner"]))
    clerk = log_in(people["clerk"])
    assert "unanswered after its day" not in clerk.get("/").text
    with transaction(services.sessions) as session:
        session.scalars(select(Dispute)).one().due_on = services.clock().date() - timedelta(days=1)
    assert "One partner’s question is unanswered after its day." in clerk.get("/").text
