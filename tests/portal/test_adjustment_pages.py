"""Adjustments, holds and receivables on screen: one proposes, another approves, and only then it counts."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from commissions.adjustments.adjustment_models import Adjustment, Hold, HoldEnd
from commissions.approvals.approval_models import Proposal
from commissions.ledger.balances import balances
from commissions.ledger.ledger_models import Account
from partners.models import User
from portal.kernel.db import reading, transaction
from portal.kernel.identity import Role
from portal.services import Services
from tests.commissions.stated import owing_by_april
from tests.factories.fact_files import take
from tests.factories.people import a_brand, a_user
from tests.fixtures.browsers import LogIn

GIVEN = {
    "what": "adjustment", "partner_ref": "R1", "currency": "usd", "amount": "12.50", "on": "2026-05-02",
    "reason": "Rate of March corrected",
}  # fmt: skip


@pytest.fixture
def people(services: Services) -> tuple[User, User]:
    """Finance and an approver, in books in which R1 owes 338.32."""
    with transaction(services.sessions) as session:
        owing_by_april(session)
        brand = a_brand(session)
        return a_user(session, brand, Role.FINANCE), a_user(session, brand, Role.FINANCE_APPROVER)


@pytest.fixture
def finance(log_in: LogIn, people: tuple[User, User]) -> FlaskClient:
    return log_in(people[0])


def propose(browser: FlaskClient, **fields: str) -> int:
    """The number of the proposal that the form made."""
    answer = browser.post("/adjustments", data=GIVEN | fields)
    assert answer.status_code == 303, answer.text
    return int(answer.headers["Location"].rpartition("/")[2])


def balance(services: Services, account: Account) -> int:
    with reading(services.sessions) as session:
        return balances(session)["R1", "USD"].of(account)


def test_an_adjustment_counts_once_a_second_person_approved_it(
    services: Services, log_in: LogIn, people: tuple[User, User], finance: FlaskClient
) -> None:
    number = propose(finance)
    assert "Adjust Partner R1: 12.50 USD" in finance.get("/adjustments").text
    assert "Partner R1 · R1" in finance.get(f"/approvals/{number}").text
    assert balance(services, Account.PAYABLE) == 0
    assert finance.post(f"/approvals/{number}/approve").status_code == 403
    assert log_in(people[1]).post(f"/approvals/{number}/approve").status_code == 303
    with reading(services.sessions) as session:
        made = session.scalars(select(Adjustment)).one()
    assert (made.amount_minor, made.period, made.reason) == (1250, "2026-05", GIVEN["reason"])
    assert (made.recorded_by, made.approved_by) == (str(people[0].id), str(people[1].id))
    page = log_in(people[0]).get("/adjustments?q=corrected").text
    assert "Partner R1" in page
    assert "12.50" in page


def test_the_very_same_adjustment_is_not_proposed_twice(finance: FlaskClient) -> None:
    """As it would be who goes back in the browser and sends the form again."""
    number = propose(finance)
    answer = finance.post("/adjustments", data=GIVEN)
    assert answer.status_code == 409
    assert f"The very same waits already as approval {number}." in answer.text
    assert propose(finance, reason="A second one, for April") == number + 1


def test_amounts_are_typed_as_they_are_shown(
    services: Services, people: tuple[User, User], finance: FlaskClient
) -> None:
    with transaction(services.sessions) as session:
        session.get_one(User, people[0].id).locale = "de"
    assert "Like 1.234,50" in finance.get("/adjustments/new").text
    number = propose(finance, amount="1.234,50")
    assert "Adjust Partner R1: 1.234,50 USD" in finance.get(f"/approvals/{number}").text
    answer = finance.post("/adjustments", data=GIVEN | {"amount": "1234.50"})
    assert "It is no amount of USD. Write it like 1.234,50." in answer.text


def test_a_day_that_is_refused_stands_at_its_field_as_the_reader_writes_it(finance: FlaskClient) -> None:
    page = finance.post("/adjustments", data=GIVEN | {"on": "1999-12-31"}).text
    assert page.count("It is dated 31 December 1999.") == 2


def test_what_waits_is_approved_in_the_approvers_own_format(
    services: Services, people: tuple[User, User], log_in: LogIn, finance: FlaskClient
) -> None:
    number = propose(finance, amount="1234.50")
    with transaction(services.sessions) as session:
        session.get_one(User, people[1].id).locale = "de"
    approver = log_in(people[1])
    for page in (f"/approvals/{number}", "/approvals", "/adjustments"):
        text = approver.get(page).text
        assert "Adjust Partner R1: 1.234,50 USD" in text
        assert "1,234.50" not in text
    answer = approver.post(f"/approvals/{number}/approve", follow_redirects=True)
    assert "stands in Mai 2026." in answer.text


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("amount", "1.234,50", "It is no amount of USD."),
        ("amount", "-0.00", "An adjustment is never 0."),
        ("amount", "1" * 400, "It is too large."),
        ("amount", "\N{FULLWIDTH DIGIT ONE}\N{FULLWIDTH DIGIT TWO}", "It is no amount of USD."),
        ("currency", "XXX", "is not a currency of ISO 4217."),
        ("on", "2026-02-30", "Choose the day on which it counts."),
        ("on", "0001-01-01", "has a day between 2000 and today."),
        ("partner_ref", "R9", "The partner R9 is not known."),
        ("reason", " ", "Give a reason"),
    ],
)
def test_what_makes_no_sense_is_said_at_its_field(
    finance: FlaskClient, field: str, typed: str, said: str
) -> None:
    answer = finance.post("/adjustments", data=GIVEN | {field: typed})
    assert answer.status_code == 422
    beside = re.search(f'id="{field}-error">(.*?)</p>', answer.text, re.DOTALL)
    assert beside is not None
    assert said in beside[1]


def test_a_refusal_names_months_and_days_as_the_reader_writes_them(
    services: Services, people: tuple[User, User], log_in: LogIn, finance: FlaskClient
) -> None:
    answer = finance.post("/months/2026-03/review")
    assert "March 2026 is closed already." in answer.text
    with transaction(services.sessions) as session:
        session.get_one(User, people[0].id).locale = "de"
    assert "März 2026 is closed already." in log_in(people[0]).post("/months/2026-03/review").text


def test_a_hold_is_placed_and_upheld_by_two_people(
    services: Services, log_in: LogIn, people: tuple[User, User], finance: FlaskClient
) -> None:
    approver = log_in(people[1])
    approver.post(f"/approvals/{propose(finance, amount='50')}/approve")
    number = propose(finance, what="hold", amount="20", reason="Looked into")
    approver.post(f"/approvals/{number}/approve")
    assert (balance(services, Account.PAYABLE), balance(services, Account.HELD)) == (3000, 2000)
    assert "HOLD-0001" in finance.get("/adjustments?view=holds").text
    ended = finance.post("/adjustments/holds/HOLD-0001", data={"ending": "upheld", "reason": "Fraud"})
    approver.post(f"/approvals/{int(ended.headers['Location'].rpartition('/')[2])}/approve")
    assert (balance(services, Account.PAYABLE), balance(services, Account.HELD)) == (3000, 0)
    again = finance.post("/adjustments/holds/HOLD-0001", data={"ending": "lifted", "reason": "No fraud"})
    assert again.status_code == 409
    with reading(services.sessions) as session:
        assert session.scalars(select(HoldEnd)).one().hold_id == session.scalars(select(Hold)).one().id


def test_what_a_partner_owes_is_written_off_or_was_paid(
    services: Services, log_in: LogIn, people: tuple[User, User], finance: FlaskClient
) -> None:
    assert "338.32" in finance.get("/adjustments?view=owed").text
    approver = log_in(people[1])
    for what, amount in (("write_off", "300.00"), ("repayment", "38.32")):
        number = propose(finance, what=what, amount=amount)
        assert approver.post(f"/approvals/{number}/approve").status_code == 303
    assert balance(services, Account.RECEIVABLE) == 0


def test_what_was_taken_over_without_a_day_is_made_payable_by_two_people(
    services: Services, log_in: LogIn, people: tuple[User, User], finance: FlaskClient
) -> None:
    rows = "adjustment_ref,partner_ref,currency,amount,on,reason,kind,account\n"
    rows += "O-1,R2,USD,40.00,2026-05-01,Go-live,opening,accrued\n"
    assert take(services.sessions, "adjustments", rows).accepted == 1
    page = finance.get("/adjustments?view=taken_over").text
    assert "without a due day" in page
    given = {"partner_ref": "R2", "currency": "USD", "amount": "4000", "reason": "Final by now"}
    assert finance.post("/adjustments/taken-over", data=given | {"amount": "4001"}).status_code == 409
    answer = finance.post("/adjustments/taken-over", data=given)
    assert answer.status_code == 303
    assert "Partner R2 · R2" in finance.get(answer.location).text
    assert log_in(people[1]).post(f"{answer.location}/approve").status_code == 303
    with reading(services.sessions) as session:
        owed = balances(session)["R2", "USD"]
    assert (owed.of(Account.ACCRUED), owed.of(Account.PAYABLE)) == (0, 4000)
    assert "Nothing taken over waits" in log_in(people[0]).get("/adjustments?view=taken_over").text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"amount": "0"}, "never 0"),
        ({"amount": "1.234"}, "USD has 2 decimals"),
        ({"amount": "twelve"}, "It is no amount of USD"),
        ({"currency": "EURO"}, "not a currency"),
        ({"on": "soon"}, "Choose the day"),
        ({"on": "2199-01-01"}, "between 2000 and today"),
        ({"reason": " "}, "Give a reason"),
        ({"partner_ref": "R9"}, "R9 is not known"),
        ({"what": "hold"}, "Only 0.00 USD is payable"),
        ({"what": "write_off", "amount": "338.33"}, "owes 338.32 USD"),
        ({"what": "repayment", "amount": "-1"}, "above 0"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_form_that_makes_no_sense_comes_back_as_it_was(
    services: Services, finance: FlaskClient, fields: dict[str, str], sentence: str
) -> None:
    answer = finance.post("/adjustments", data=GIVEN | fields)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert (fields.get("reason") or GIVEN["reason"]) in answer.text
    with reading(services.sessions) as session:
        assert session.scalar(select(Proposal.id)) is None


@pytest.mark.parametrize("view", ["adjustments", "holds", "owed"])
def test_an_empty_list_says_what_will_stand_there(finance: FlaskClient, view: str) -> None:
    found = finance.get(f"/adjustments?view={view}&q=nobody-of-this-name").text
    assert "Nothing found" in found


@pytest.mark.parametrize("role", [Role.ADMIN, Role.PARTNER, Role.BRAND])
def test_r4_nobody_but_finance_adjusts(services: Services, log_in: LogIn, role: Role) -> None:
    with transaction(services.sessions) as session:
        user = a_user(session, role=role)
    browser = log_in(user)
    assert browser.get("/adjustments").status_code == (200 if role is Role.ADMIN else 403)
    assert browser.post("/adjustments", data=GIVEN).status_code == 403
    assert browser.post("/adjustments/holds/HOLD-0001").status_code == 403
