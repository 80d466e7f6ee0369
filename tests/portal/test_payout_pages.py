"""Bank data and payouts on screen: entered by a partner, approved and sent by two people of finance."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from commissions.approvals.approval_models import Proposal, ProposalKind, ProposalState
from commissions.imports.importing import ImportRequest
from commissions.ledger.balances import balances
from commissions.ledger.ledger_models import Account
from commissions.payouts.payout_models import Payout
from config import Payer, Settings
from partners.models import User
from partners.payee_models import Payee, PayeeState
from portal.after_close import tell_of_statements
from portal.kernel.activity import Activity
from portal.kernel.db import reading, transaction
from portal.kernel.identity import Role
from portal.kernel.outbox import send_posted
from portal.services import Services
from tests.factories.books import Billed, LineOf, a_plan, adopt, an_order, deliver, invoice
from tests.factories.closed_months import close, the_worked_example
from tests.factories.fact_files import take
from tests.factories.payees import german_details, partner_of
from tests.factories.people import PASSWORD, a_brand, a_user
from tests.fixtures.browsers import LogIn
from tests.fixtures.portal import Clock

APRIL = datetime(2026, 4, 8, 9, tzinfo=UTC)
LATER = (date(2026, 4, 1), date(2026, 5, 31))
TYPED = {
    name: getattr(german_details(), name)
    for name in ("legal_name", "street", "postcode", "town", "country", "tax_id", "holder", "iban", "bic")
}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    payer = Payer("Larkwell Audio", "DE75512108001245126199", "SOLADEST600")
    return replace(settings, payer=payer, payee_key=bytes(range(32)))


@pytest.fixture
def people(services: Services, clock: Clock) -> dict[str, User]:
    """March is closed; its partners R1 and R2, and the brand's finance."""
    clock.at = APRIL
    with transaction(services.sessions) as session:
        the_worked_example(session)
        for ref in ("R1", "R2"):
            partner_of(session, ref).email = f"office@{ref.lower()}.example"
        close(session, "2026-03", APRIL)
        brand = a_brand(session)
        return {
            "r1": a_user(session, partner_of(session, "R1"), Role.PARTNER_ADMIN),
            "r2": a_user(session, partner_of(session, "R2"), Role.PARTNER_ADMIN),
            "finance": a_user(session, brand, Role.FINANCE),
            "approver": a_user(session, brand, Role.FINANCE_APPROVER),
        }


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def proposal_id(services: Services, kind: ProposalKind) -> int:
    with services.sessions() as session:
        waiting = select(Proposal.id).where(Proposal.kind == kind, Proposal.state == ProposalState.WAITING)
        return session.scalars(waiting).one()


def mails(services: Services) -> str:
    send_posted(services.sessions, services.mailer, clock=services.clock)
    folder = Path(services.settings.data_dir) / "mail"
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.iterdir()))


def entered_and_approved(
    app: Flask, services: Services, people: dict[str, User], log_in: LogIn, clock: Clock
) -> None:
    """R1's bank data, as people do it; then it cools off."""
    sent = log_in(people["r1"]).post("/money/payee", data=TYPED | {"password": PASSWORD})
    assert (sent.status_code, sent.location) == (303, "/money/payee")
    number = proposal_id(services, ProposalKind.PAYEE)
    approver = log_in(people["approver"])
    assert approver.post(f"/approvals/{number}/approve", data={"password": "wrong"}).status_code == 422
    assert approver.post(f"/approvals/{number}/approve", data={"password": PASSWORD}).status_code == 303
    clock.move(timedelta(days=3))


def test_bank_data_goes_from_the_partner_over_a_second_person_into_force(
    app: Flask, services: Services, people: dict[str, User], log_in: LogIn, clock: Clock
) -> None:
    entered_and_approved(app, services, people, log_in, clock)
    page = log_in(people["r1"]).get("/money/payee").text
    assert "account that ends in 3000" in page
    assert "DE89" not in page
    told = mails(services)
    assert "office@r1.example" in told
    assert people["r1"].email in told
    assert "DE89" not in told
    assert "3000" not in log_in(people["r2"]).get("/money/payee").text


def test_what_is_typed_wrong_stays_and_says_what_is_wrong(
    app: Flask, people: dict[str, User], log_in: LogIn, services: Services
) -> None:
    browser = log_in(people["r1"])
    wrong = TYPED | {"iban": "DE00 1234", "password": PASSWORD}
    answer = browser.post("/money/payee", data=wrong)
    assert answer.status_code == 422
    assert "This is not an IBAN" in answer.text
    assert "DE00 1234" in answer.text
    answer = browser.post("/money/payee", data=TYPED | {"password": "guessed"})
    assert answer.status_code == 422
    assert "not your password" in answer.text
    with services.sessions() as session:
        assert session.scalars(select(Payee)).all() == []


def test_a_colleague_who_may_not_enter_bank_data_reads_who_may_and_is_offered_no_way_there(
    services: Services, people: dict[str, User], log_in: LogIn
) -> None:
    with transaction(services.sessions) as session:
        colleague = a_user(session, partner_of(session, "R1"), Role.PARTNER)
    browser = log_in(colleague)
    answer = browser.get("/money/payee")
    assert answer.status_code == 403
    assert "entered by an administrator of the partner" in answer.text
    for page in ("/statements", "/"):
        assert "/money/payee" not in browser.get(page).text


def test_what_is_taken_back_is_no_longer_asked_of_finance(
    app: Flask, services: Services, people: dict[str, User], log_in: LogIn
) -> None:
    browser = log_in(people["r1"])
    browser.post("/money/payee", data=TYPED | {"password": PASSWORD})
    assert browser.post("/money/payee/withdraw").status_code == 303
    with services.sessions() as session:
        assert [payee.state for payee in session.scalars(select(Payee))] == [PayeeState.WITHDRAWN]
        assert [one.state for one in session.scalars(select(Proposal))] == [ProposalState.WITHDRAWN]


def test_what_finance_rejects_is_declined_and_the_partner_reads_why(
    app: Flask, services: Services, people: dict[str, User], log_in: LogIn
) -> None:
    browser = log_in(people["r1"])
    browser.post("/money/payee", data=TYPED | {"password": PASSWORD})
    number = proposal_id(services, ProposalKind.PAYEE)
    log_in(people["approver"]).post(f"/approvals/{number}/reject", data={"note": "Call us first"})
    assert "Call us first" in browser.get("/money/payee").text


def test_finance_sees_the_last_four_and_more_only_on_the_record(
    app: Flask, services: Services, people: dict[str, User], log_in: LogIn, clock: Clock
) -> None:
    entered_and_approved(app, services, people, log_in, clock)
    browser = log_in(people["finance"])
    assert "3000" in browser.get("/payees").text
    with services.sessions() as session:
        payee = session.scalars(select(Payee)).one()
    page = browser.get(f"/payees/{payee.id}").text
    assert "3000" in page
    assert "DE89" not in page
    assert browser.post(f"/payees/{payee.id}/reveal", data={"password": "wrong"}).status_code == 422
    in_question = {"HX-Request": "true", "X-Stays": "1"}
    wrong = browser.post(f"/payees/{payee.id}/reveal", data={"password": "wrong"}, headers=in_question)
    assert "not your password" in wrong.text
    assert "<html" not in wrong.text
    shown = browser.post(f"/payees/{payee.id}/reveal", data={"password": PASSWORD}).text
    assert "DE89370400440532013000" in shown
    assert "DE136695976" in shown
    with services.sessions() as session:
        verbs = session.scalars(select(Activity.verb)).all()
        assert verbs.count("bank data revealed") == 1
    assert browser.get("/payees/999").status_code == 404


def test_a_batch_is_proposed_approved_and_downloaded(
    app: Flask, services: Services, people: dict[str, User], log_in: LogIn, clock: Clock
) -> None:
    entered_and_approved(app, services, people, log_in, clock)
    finance = log_in(people["finance"])
    page = finance.get("/payouts").text
    assert "2026-03-R1-USD" in page
    assert "no bank data" in page
    wanted = {"period": "2026-03", "pay_on": "2026-04-15", "password": PASSWORD}
    assert finance.post("/payouts", data=wanted).status_code == 303
    assert finance.post("/payouts", data=wanted).status_code == 409
    with services.sessions() as session:
        assert session.scalars(select(Payout)).all() == []
    number = proposal_id(services, ProposalKind.PAYOUT)
    assert finance.post(f"/approvals/{number}/approve", data={"password": PASSWORD}).status_code == 403
    approver = log_in(people["approver"])
    assert approver.post(f"/approvals/{number}/approve", data={"password": PASSWORD}).status_code == 303
    batch = finance.get("/payouts/2026-03-20260415").text
    assert "2026-03-R1-USD" in batch
    assert "to be paid on 15 April 2026" in batch
    assert "Sent" not in batch
    bank = finance.get("/payouts/2026-03-20260415/pain.001-USD.xml")
    assert b"DE89370400440532013000" in bank.data
    assert bank.headers["Content-Disposition"] == "attachment; filename=2026-03-20260415-pain.001-USD.xml"
    sheet = finance.get("/payouts/2026-03-20260415/payouts.csv").text
    assert "DE89" not in sheet
    assert ",338.32,2026-04-15,transfer,3000" in sheet
    assert finance.get("/payouts/2026-03-20260415/other.xml").status_code == 404
    assert "1 to be paid" in finance.get("/payouts").text
    assert "$338.32 is to be paid on 15 Apr 2026" in log_in(people["r1"]).get("/money/pays").text
    clock.at = datetime(2026, 4, 15, 9, tzinfo=UTC)
    assert "1 sent" in log_in(people["finance"]).get("/payouts").text
    clock.at = datetime(2026, 4, 16, 9, tzinfo=UTC)
    said = "$338.32 was to be paid on 15 Apr 2026, and the bank has not confirmed it yet"
    assert said in log_in(people["r1"]).get("/money/pays").text


def test_what_the_bank_returned_is_told_from_what_stands(
    services: Services, people: dict[str, User], log_in: LogIn
) -> None:
    finance = log_in(people["finance"])
    by_hand = {"period": "2026-03", "pay_on": "2026-04-08", "by_hand": "1", "password": PASSWORD}
    finance.post("/payouts", data=by_hand)
    number = proposal_id(services, ProposalKind.PAYOUT)
    log_in(people["approver"]).post(f"/approvals/{number}/approve", data={"password": PASSWORD})
    assert "Returned by the bank" not in finance.get("/payouts/2026-03-20260408").text
    with services.sessions() as session:
        ref = session.scalars(select(Payout.payout_ref).where(Payout.partner_ref == "R1")).one()
    rows = f"payout_ref,status,on,reason\n{ref},returned,2026-04-08,Account closed\n"
    assert take(services.sessions, "payout_status", rows, ImportRequest(at=APRIL)).accepted == 1
    page = words_of(finance.get("/payouts/2026-03-20260408").text)
    with reading(services.sessions) as session:
        on_its_way = sum(balance.of(Account.CLEARING) for balance in balances(session).values())
    assert on_its_way == 22554
    for said in ("Sent in USD 563.86 USD", "owed again −338.32 USD", "Stands in USD 225.54 USD"):
        assert said in page
    payouts = words_of(finance.get("/payouts").text)
    assert "563.86 sent, 338.32 returned" in payouts
    assert "Left out 1 1 more is in a payout already" in payouts
    assert "2026-03-R1-USD came back from the bank; it is paid with the next statement." in payouts


def test_what_changed_since_it_was_proposed_is_not_sent(
    app: Flask, services: Services, people: dict[str, User], log_in: LogIn, clock: Clock
) -> None:
    finance = log_in(people["finance"])
    by_hand = {"period": "2026-03", "pay_on": "2026-04-15", "by_hand": "1", "password": PASSWORD}
    assert finance.post("/payouts", data=by_hand).status_code == 303
    entered_and_approved(app, services, people, log_in, clock)
    number = proposal_id(services, ProposalKind.PAYOUT)
    answer = log_in(people["approver"]).post(f"/approvals/{number}/approve", data={"password": PASSWORD})
    assert answer.status_code == 409
    assert "Propose the batch anew" in answer.text


def test_a_partner_reads_when_it_is_paid_and_what_it_has_to_do(
    app: Flask, services: Services, people: dict[str, User], log_in: LogIn, clock: Clock
) -> None:
    browser = log_in(people["r1"])
    for address in ("/money/pays", "/statements/2026-03-R1-USD/pay"):
        assert "waits for your bank data" in browser.get(address).text
    told = unescape(log_in(people["finance"]).get("/statements/2026-03-R1-USD/pay").text)
    assert "waits for the partner's bank data" in told
    entered_and_approved(app, services, people, log_in, clock)
    browser = log_in(people["r1"])
    for address in ("/money/pays", "/statements/2026-03-R1-USD/pay"):
        assert "expected on" in browser.get(address).text
    for address in ("/money/pays", "/statements"):
        assert "R1-USD" not in log_in(people["r2"]).get(address).text


def test_the_mail_about_a_statement_says_when_it_is_paid_as_its_page_does(
    services: Services, people: dict[str, User]
) -> None:
    tell_of_statements(services)
    assert "$338.32 is payable, and waits for your bank data" in mails(services)


def test_an_older_statement_says_what_became_of_what_was_held_back(
    services: Services, people: dict[str, User], log_in: LogIn, clock: Clock
) -> None:
    with transaction(services.sessions) as session:
        adopt(session, a_plan("kept", holdback_percent="10", holdback_days=10, payable_when="invoiced"))
        an_order(session, "IO-9", LineOf("L9", plan="kept", days=LATER))
        deliver(session, "L9", date(2026, 4, 10), 10)
        invoice(session, "INV-9", Billed("L9", net=21_250), on=date(2026, 4, 30))
        close(session, "2026-04", datetime(2026, 5, 8, tzinfo=UTC))
    clock.at = datetime(2026, 5, 8, 9, tzinfo=UTC)
    page = words_of(log_in(people["r1"]).get("/statements/2026-04-R1-USD/pay").text)
    assert "Not payable yet $2.13: held back until 10 May 2026, beside the closing balance" in page
    assert "$21.25: waits for the invoice to the advertiser" in page
    tell_of_statements(services)
    assert "$21.25: waits for the invoice to the advertiser" in mails(services)
    with transaction(services.sessions) as session:
        close(session, "2026-05", datetime(2026, 6, 8, tzinfo=UTC))
    page = words_of(log_in(people["r1"]).get("/statements/2026-04-R1-USD/pay").text)
    assert "Not payable when issued $21.25: waited for the invoice to the advertiser" in page
    assert "$2.13: held back until 10 May 2026, released on 8 Jun 2026" in page
    assert "As it stood on 8 May 2026." in page


def test_without_script_a_partners_pages_link_to_where_the_money_stands(
    people: dict[str, User], log_in: LogIn
) -> None:
    browser = log_in(people["r1"])
    for page, address, said in (
        ("/", "/money/pays", "waits for your bank data"),
        ("/statements", "/money/pays", "waits for your bank data"),
        ("/statements", "/money/strips", "On statement"),
    ):
        without_script = re.search(rf'<noscript>.*?href="{address}".*?</noscript>', browser.get(page).text)
        assert without_script, (page, address)
        whole, part = browser.get(address).text, browser.get(address, headers={"HX-Request": "true"}).text
        assert said in whole
        assert said in part
        assert "<main" in whole
        assert "<main" not in part
