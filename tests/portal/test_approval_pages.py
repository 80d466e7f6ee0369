"""Files that need a second person, in the browser: kept, shown, and counted once somebody else approves."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from commissions.approvals.approval_models import Proposal, ProposalState
from commissions.facts.billing_models import Invoice
from commissions.facts.fact_models import DeliveryRow
from commissions.facts.import_models import ImportFile, ImportKind
from commissions.plans.plan_models import PlanVersion
from config import Settings
from partners.api_keys import Scope, create_key
from partners.models import User
from portal.app import create_app
from portal.kernel.db import reading, transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.factories.closed_months import APRIL, close
from tests.factories.fact_files import deliveries, take, take_orders
from tests.factories.people import a_brand, a_user
from tests.fixtures.browsers import LogIn

INVOICES = (
    "invoice_ref,kind,credits_invoice,issued_on,line_ref,units,net,currency,commission_effect,reason\n"
    "I1,invoice,,2026-03-31,L1,,1000.00,USD,,\n"
)
CREDIT = INVOICES + "C1,credit_note,I1,2026-04-02,L1,2,85.00,USD,{effect},wrong daypart\n"
PLAN = '{"plan": "standard", "components": [{"name": "base", "kind": "percent", "percent": "10"}]}'


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, sources={"traffic-desk": "manual"})


@pytest.fixture
def people(services: Services) -> dict[str, User]:
    take_orders(services.sessions)
    with transaction(services.sessions) as session:
        brand = a_brand(session)
        return {
            "author": a_user(session, brand, Role.FINANCE_APPROVER),
            "second": a_user(session, brand, Role.FINANCE_APPROVER),
            "clerk": a_user(session, brand, Role.FINANCE),
        }


@pytest.fixture
def key(services: Services, people: dict[str, User]) -> str:
    with transaction(services.sessions) as session:
        return create_key(session, people["author"], Scope.WRITE, at=services.clock())


def send(browser: FlaskClient, kind: str, text: str, **fields: str) -> tuple[int, str]:
    file = (io.BytesIO(text.encode()), f"{kind}.csv")
    got = browser.post("/imports", data={"kind": kind, "file": file, **fields})
    return got.status_code, got.location or got.text


def count(sessions: sessionmaker[Session], table: type) -> int:
    with reading(sessions) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_file_with_a_credit_note_counts_only_once_a_second_person_approved_it(
    services: Services, people: dict[str, User], log_in: LogIn
) -> None:
    author, second = log_in(people["author"]), log_in(people["second"])
    status, place = send(author, "invoices", CREDIT.format(effect="reduce"), reason="aired at night")
    assert status == 303
    assert count(services.sessions, Invoice) == 0
    page = second.get(place).text
    assert "aired at night" in page
    assert "wrong daypart" in page
    assert "Import invoices and credit notes from invoices.csv" in second.get("/approvals").text
    assert second.get(f"{place}/file").data.decode() == CREDIT.format(effect="reduce")
    assert second.post(f"{place}/approve").status_code == 303
    assert count(services.sessions, Invoice) == 2
    with reading(services.sessions) as session:
        file = session.scalars(select(ImportFile).where(ImportFile.kind == ImportKind.INVOICES)).one()
        both = str(people["author"].id), str(people["second"].id)
        assert (file.imported_by, file.approved_by) == both
    assert "2 read, 2 new." in second.get("/approvals?show=decided").text


def test_property_24_no_page_lets_the_author_approve(
    services: Services, people: dict[str, User], log_in: LogIn
) -> None:
    author = log_in(people["author"])
    _, place = send(author, "invoices", CREDIT.format(effect="settles"))
    assert "Approve</button>" not in author.get(place).text
    assert author.post(f"{place}/approve").status_code == 403
    assert author.post(f"{place}/reject", data={"note": "no"}).status_code == 403
    assert log_in(people["clerk"]).post(f"{place}/approve").status_code == 403
    assert count(services.sessions, Invoice) == 0
    assert author.post(f"{place}/withdraw").status_code == 303
    assert log_in(people["second"]).post(f"{place}/approve").status_code == 409


def test_r4_who_the_author_is_does_not_come_from_the_form(
    services: Services, people: dict[str, User], log_in: LogIn
) -> None:
    author = log_in(people["author"])
    _, place = send(author, "invoices", CREDIT.format(effect="reduce"), author_id="1", by="1")
    forged = {"author_id": str(people["second"].id), "decided_by": str(people["second"].id)}
    assert author.post(f"{place}/approve", data=forged).status_code == 403
    assert count(services.sessions, Invoice) == 0


def test_invoices_and_goodwill_need_nobody_else(
    services: Services, people: dict[str, User], log_in: LogIn
) -> None:
    status, _ = send(log_in(people["author"]), "invoices", CREDIT.format(effect="none"))
    assert status == 200
    assert count(services.sessions, Invoice) == 2


@pytest.mark.parametrize("named_in", ["the form", "the file"])
def test_manual_counts_need_a_second_person_and_other_counts_do_not(
    services: Services, people: dict[str, User], log_in: LogIn, named_in: str
) -> None:
    author, second = log_in(people["author"]), log_in(people["second"])
    assert send(author, "deliveries", deliveries("L1,2026-03-05,3,1"))[0] == 200
    manual = deliveries("L1,2026-03-05,4,1")
    fields = {"source": "traffic-desk"}
    if named_in == "the file":
        manual, fields = "source,line_ref,service_date,units\ntraffic-desk,L1,2026-03-05,4\n", {}
    status, place = send(author, "deliveries", manual, **fields)
    assert (status, count(services.sessions, DeliveryRow)) == (303, 1)
    assert second.post(f"{place}/approve").status_code == 303
    assert count(services.sessions, DeliveryRow) == 2


def test_a_file_that_cannot_be_read_is_told_at_once_and_nobody_is_asked(
    services: Services, people: dict[str, User], log_in: LogIn
) -> None:
    status, page = send(log_in(people["author"]), "invoices", CREDIT.format(effect="reduce") + "I3,invoice\n")
    assert status == 422
    assert "1 row cannot be read. Nothing was written." in page
    assert count(services.sessions, Proposal) == 0


def test_a_file_that_came_in_meanwhile_is_not_imported_twice(
    services: Services, people: dict[str, User], log_in: LogIn
) -> None:
    _, place = send(log_in(people["author"]), "invoices", CREDIT.format(effect="reduce"))
    take(services.sessions, "invoices", CREDIT.format(effect="reduce"))
    got = log_in(people["second"]).post(f"{place}/approve")
    assert got.status_code == 409
    assert count(services.sessions, Invoice) == 2
    with reading(services.sessions) as session:
        assert session.scalars(select(Proposal)).one().state is ProposalState.WAITING


def test_a_plan_by_file_waits_for_a_second_person(
    services: Services, people: dict[str, User], log_in: LogIn
) -> None:
    author, second = log_in(people["author"]), log_in(people["second"])
    status, place = send(author, "plans", PLAN)
    assert (status, count(services.sessions, PlanVersion)) == (303, 0)
    assert second.post(f"{place}/approve").status_code == 303
    with reading(services.sessions) as session:
        version = session.scalars(select(PlanVersion)).one()
        assert (version.recorded_by, version.approved_by) == (
            str(people["author"].id),
            str(people["second"].id),
        )


def test_a_rejection_needs_a_reason_that_the_author_reads(
    services: Services, people: dict[str, User], log_in: LogIn
) -> None:
    author, second = log_in(people["author"]), log_in(people["second"])
    _, place = send(author, "invoices", CREDIT.format(effect="reduce"))
    assert second.post(f"{place}/reject", data={"note": " "}).status_code == 422
    assert second.post(f"{place}/reject", data={"note": "No affidavit."}).status_code == 303
    assert "No affidavit." in author.get(place).text
    assert count(services.sessions, Invoice) == 0


def test_what_waits_is_counted_beside_the_place(people: dict[str, User], log_in: LogIn) -> None:
    author = log_in(people["author"])
    assert 'class="count"' not in author.get("/approvals").text
    send(author, "invoices", CREDIT.format(effect="reduce"))
    assert "waiting: </span>1</span>" in author.get("/").text


def test_what_the_operator_brought_in_alone_is_listed(
    services: Services, people: dict[str, User], log_in: LogIn
) -> None:
    take(services.sessions, "invoices", INVOICES)
    browser = log_in(people["clerk"])
    assert "Brought in without a second person" not in browser.get("/approvals").text
    take(services.sessions, "plans", PLAN)
    take(services.sessions, "invoices", CREDIT.format(effect="reduce"))
    page = browser.get("/approvals").text
    assert "Brought in without a second person" in page
    assert page.count("operator</td>") == 2


def test_the_api_refuses_counts_of_a_manual_source(
    settings: Settings, services: Services, people: dict[str, User], key: str
) -> None:
    app: Flask = create_app(settings, services)
    row = {"line_ref": "L1", "service_date": "2026-03-05", "units": "4"}
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "one"}
    got = app.test_client().post(
        "/api/v1/deliveries", json={"source": "traffic-desk", "rows": [row]}, headers=headers
    )
    assert got.status_code == 403
    assert "second person" in got.text
    assert count(services.sessions, DeliveryRow) == 0


def test_a_plan_that_may_change_closed_months_says_how_many_and_why(
    services: Services, people: dict[str, User], log_in: LogIn
) -> None:
    take(services.sessions, "plans", PLAN)
    take(services.sessions, "deliveries", deliveries("L1,2026-03-05,4,1"))
    with transaction(services.sessions) as session:
        close(session, "2026-03", APRIL)
    author = log_in(people["author"])
    other = PLAN.replace('"10"', '"12"')
    status, page = send(author, "plans", other)
    assert status == 422
    assert "Say why" in page
    _, place = send(author, "plans", other, reason="promised in February")
    page = log_in(people["second"]).get(place).text
    assert "1, with 1 lines" in page
    assert "promised in February" in page
