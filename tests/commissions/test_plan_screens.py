"""Plans on screen: written by one person, approved by another, tried on past months in between."""

from __future__ import annotations

import html
import json
import re
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from commissions.approvals.approval_models import Proposal
from commissions.approvals.approvals import Setting, approve
from commissions.facts.errors import SamePerson
from commissions.facts.house_rules import HouseRules
from commissions.ledger.accrual import accrue
from commissions.plans.plan_models import PlanVersion
from commissions.proposals.approval_acts import ACTS
from commissions.proposals.plan_proposals import PlanMovedOn
from commissions.statements.closing import Approval, close_period
from partners.models import User
from partners.people import identity_of
from portal import worker
from portal.adapters.queue import TRY_PLAN
from portal.kernel.db import reading, transaction
from portal.kernel.identity import Role
from portal.services import Services
from portal.web.commissions.plan_drafts import changed, document_of, new_plan
from tests.factories.books import LineOf, a_plan, adopt, an_order, deliver
from tests.factories.people import a_brand, a_partner, a_user
from tests.fixtures.browsers import LogIn

People = dict[str, User]
CLOSED_AT = datetime(2026, 4, 8, 9, tzinfo=UTC)
FORM = {
    "edits": "standard",
    "reason": "agreed with the partners in May",
    "plan.plan": "standard",
    "plan.finality_days": "0",
    "plan.components[0].kind": "percent",
    "plan.components[0].name": "base",
    "plan.components[0].percent": "11",
}


MARCH = (date(2026, 3, 1), date(2026, 3, 31))


@pytest.fixture
def people(services: Services) -> People:
    """Three lines of 90 spots in March, of two partners, accrued and closed."""
    with transaction(services.sessions) as session:
        for ref in ("GOLD", "SILVER"):
            a_partner(session, ref)
        adopt(session, a_plan())
        an_order(session, "IO-1", LineOf("L1", days=MARCH), LineOf("L2", days=MARCH), partner="GOLD")
        an_order(session, "IO-2", LineOf("L3", days=MARCH), partner="SILVER")
        for ref in ("L1", "L2", "L3"):
            deliver(session, ref, MARCH[0], 90)
        accrue(session, at=CLOSED_AT)
        roles = {"finance": Role.FINANCE, "approver": Role.FINANCE_APPROVER, "admin": Role.ADMIN}
        found = {name: a_user(session, a_brand(session), role) for name, role in roles.items()}
        author, approver = (
            identity_of(session, found[name], today=CLOSED_AT.date()) for name in ("finance", "approver")
        )
        close_period(
            session, "2026-03", approval=Approval(author, approver), at=CLOSED_AT, house=HouseRules()
        )
    return found


@pytest.fixture
def finance(people: People, log_in: LogIn) -> FlaskClient:
    return log_in(people["finance"])


def proposals(services: Services) -> list[Proposal]:
    with reading(services.sessions) as session:
        return list(session.scalars(select(Proposal)))


def versions(services: Services) -> list[PlanVersion]:
    with reading(services.sessions) as session:
        return list(session.scalars(select(PlanVersion).order_by(PlanVersion.id)))


def decide(services: Services, proposal_id: int, person: User) -> None:
    with transaction(services.sessions) as session:
        by = identity_of(session, person, today=date(2026, 6, 15))
        setting = Setting(HouseRules(), services.blobs, ACTS)
        approve(session, proposal_id, by=by, at=services.clock(), setting=setting)


def test_a_saved_plan_is_a_proposal_that_a_second_person_turns_into_a_version(
    services: Services, people: People, finance: FlaskClient
) -> None:
    assert finance.post("/plans", data=FORM).status_code == 303
    [proposed] = proposals(services)
    assert (proposed.title, proposed.payload["reason"]) == ("standard gets version 2", FORM["reason"])
    assert len(versions(services)) == 1
    waits = f'<a href="/approvals/{proposed.id}">standard gets version 2</a>'
    assert waits in finance.get("/plans/standard").text
    with pytest.raises(SamePerson):
        decide(services, proposed.id, people["finance"])
    decide(services, proposed.id, people["approver"])
    made = versions(services)[-1]
    assert (made.version, made.document["components"][0]["percent"]) == (2, "11")
    assert (made.recorded_by, made.approved_by) == (
        str(people["finance"].id),
        str(people["approver"].id),
    )
    page = finance.get("/plans/standard").text
    assert "11% of the basis" in page
    assert waits not in page


def test_each_version_says_from_when_to_when_it_holds(services: Services, finance: FlaskClient) -> None:
    with transaction(services.sessions) as session:
        adopt(session, a_plan(valid_from="2026-06-01", valid_to="2026-08-31"))
    page = finance.get("/plans/standard").text
    assert re.findall("holds ([^<]+)", page) == ["1 June 2026 to 31 August 2026", "always"]


def test_the_page_says_that_the_newest_version_counts_and_which_ones_it_replaces(
    services: Services, finance: FlaskClient
) -> None:
    counts = "Of the versions that hold on a day, the newest counts."
    assert counts not in finance.get("/plans/standard").text
    with transaction(services.sessions) as session:
        adopt(session, a_plan(percent="9", valid_from="2026-06-01", valid_to="2026-08-31"))
        adopt(session, a_plan(percent="8", valid_from="2026-05-01"))
    page = finance.get("/plans/standard").text
    assert counts in page
    assert re.findall("holds ([^<]+)", page) == [
        "from 1 May 2026",
        "1 June 2026 to 31 August 2026 · replaced by version 3",
        "always",
    ]


def test_the_list_of_plans_reads_no_posting(finance: FlaskClient, statements: list[str]) -> None:
    statements.clear()
    assert "standard" in finance.get("/plans").text
    assert [query for query in statements if "FROM postings" in query] == []


def test_a_plan_that_moved_on_meanwhile_is_not_overwritten(
    services: Services, people: People, finance: FlaskClient
) -> None:
    finance.post("/plans", data=FORM)
    with transaction(services.sessions) as session:
        adopt(session, a_plan(percent="13"))
    with pytest.raises(PlanMovedOn):
        decide(services, proposals(services)[0].id, people["approver"])
    assert [one.version for one in versions(services)] == [1, 2]


WRONG = [
    ("plan.components[0].percent", "101", "A percent lies between 0 and 100."),
    ("reason", "", "Say why"),
    ("plan.components[0].percent", "10", "there is nothing to approve"),
    ("plan.valid_from", "2026-13-01", "is not a day of the calendar"),
    ("plan.colour", "red", "There is no such field."),
]


def test_what_makes_no_sense_is_said_and_what_was_typed_is_kept(
    services: Services, finance: FlaskClient
) -> None:
    for field, value, said in WRONG:
        page = finance.post("/plans", data=FORM | {field: value})
        assert (page.status_code, said in page.text) == (422, True), said
        assert 'value="standard"' in page.text
    assert proposals(services) == []


def test_a_new_plan_cannot_take_the_name_of_another(services: Services, finance: FlaskClient) -> None:
    page = finance.post("/plans", data=FORM | {"edits": ""})
    assert page.status_code == 422
    assert "There is a plan of this name" in page.text
    assert proposals(services) == []


def test_examples_follow_what_is_typed(finance: FlaskClient) -> None:
    told = finance.post("/plans/examples", data=FORM).text
    assert "version" not in told
    assert "420.75" in told
    assert "11% of 3,825.00 net" in told
    comma = finance.post("/plans/examples", data=FORM | {"plan.components[0].percent": "12,5"}).text
    assert "a decimal number with a point, such as 12.5" in comma
    wrong = finance.post("/plans/examples", data=FORM | {"plan.components[0].percent": "101"}).text
    assert 'data-error-field="plan.components[0].percent"' in wrong
    assert (
        'data-error-field="example.rate"'
        in finance.post("/plans/examples", data=FORM | {"example.rate": "x"}).text
    )


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("example.units", "1" * 400, "It is too large."),
        ("example.units", "1.5", "It has to be a whole number."),
        ("example.rate", "99999999999999999999", "It is too large."),
        ("example.split", "1" * 5000, "A share is a whole number from 0 to 100."),
        ("example.split", "33.3", "A share is a whole number from 0 to 100."),
        ("example.split", "\N{FULLWIDTH DIGIT SIX}", "A share is a whole number from 0 to 100."),
    ],
)
def test_an_example_that_makes_no_sense_says_so_at_its_field(
    finance: FlaskClient, field: str, typed: str, said: str
) -> None:
    told = finance.post("/plans/examples", data=FORM | {field: typed})
    assert (told.status_code, f'data-error-field="{field}"' in told.text) == (200, True)
    assert said in told.text


def test_an_example_takes_units_with_decimals_that_are_nothing(finance: FlaskClient) -> None:
    for typed in ("-0.00", "90.000"):
        assert (
            "More and less of it"
            in finance.post("/plans/examples", data=FORM | {"example.units": typed}).text
        )


def test_a_point_that_the_reader_writes_between_thousands_is_asked_about(
    services: Services, people: People, log_in: LogIn
) -> None:
    said = "Write 1250 or 1.2500."
    assert said not in log_in(people["finance"]).post("/plans", data=FORM | {"plan.line_cap": "1.250"}).text
    with transaction(services.sessions) as session:
        session.get_one(User, people["finance"].id).locale = "de"
    german = log_in(people["finance"])
    assert german.post("/plans", data=FORM | {"plan.line_cap": "1.250"}).status_code == 422
    for field in ("plan.line_cap", "example.units"):
        assert said in german.post("/plans/examples", data=FORM | {field: "1.250"}).text
    assert said in german.post("/plans", data=FORM | {"plan.line_cap": "1.250"}).text
    assert german.post("/plans", data=FORM | {"plan.line_cap": "0.25"}).status_code == 303


def test_rows_are_added_moved_and_removed_by_buttons(finance: FlaskClient) -> None:
    page = finance.post("/plans/draft", data=FORM | {"do": "add:tiers"}).text
    assert 'name="plan.components[1].tiers[1].percent"' in page
    document = changed(document_of(FORM.items()), "add:bonus")
    assert [one["name"] for one in changed(document, "up:1")["components"]] == ["bonus", "base"]
    assert [one["name"] for one in changed(document, "remove:0")["components"]] == ["bonus"]
    tiers = changed(changed(new_plan(), "add:tiers"), "add-tier:1")["components"][1]["tiers"]
    assert [one.get("upto") for one in tiers] == ["10000", None, None]
    rates = changed(new_plan(), "add-rate:0")
    assert changed(rates, "drop-rate:0.0")["components"] == new_plan()["components"]
    for act in ("up:0", "down:9", "remove:x", "add:magic", "drop-tier:0.7", ""):
        assert changed(new_plan(), act)["components"] == new_plan()["components"]


ODD = [
    {"plan.components": "x", "plan.components[0].kind": "percent"},
    {"plan.components[0]": "x", "plan.applies_to": "x", "plan.components[1].rates": "abc"},
    {"plan.components[0].kind": "tiers", "plan.components[0].tiers[999].percent": "1"},
    {"document": "[1]"},
    {"document": "{"},
    {"document": '{"plan": "a", "components": 5}'},
]


def test_a_form_that_nobody_would_send_is_answered_with_a_page(finance: FlaskClient) -> None:
    for fields in ODD:
        for address in ("/plans/draft", "/plans", "/plans/simulate"):
            assert finance.post(address, data=fields).status_code in {200, 303, 400, 409, 422}, fields


def tried(services: Services, browser: FlaskClient, address: str, data: dict[str, str]) -> str:
    """Where the answer is, once the worker has worked it out."""
    asked = browser.post(address, data=data)
    assert asked.status_code == 303, asked.text
    there = str(asked.location)
    assert "the answer stays here" in browser.get(there).text
    worker.TASKS[TRY_PLAN](services, simulation_id=int(there.rpartition("/")[2]))
    return there


def test_past_months_are_compared_on_screen_and_as_csv(services: Services, finance: FlaskClient) -> None:
    there = tried(services, finance, "/plans/simulate", FORM)
    # 90 spots of net 42.50 are 382.50 at 10% and 420.75 at 11%
    told = finance.get(there).text
    assert all(part in told for part in ("11% of 3,825.00 net", "All months"))
    assert finance.get(f"{there}?as=csv").text.splitlines()[1:] == [
        "GOLD,Partner GOLD,USD,765.00,841.50,76.50,2",
        "SILVER,Partner SILVER,USD,382.50,420.75,38.25,1",
    ]
    finance.post("/plans", data=FORM)
    [proposed] = proposals(services)
    page = finance.get(proposed.payload["address"])
    assert page.status_code == 200
    start, _, number = proposed.payload["address"].partition("?proposal=")
    assert "76.50" in finance.get(tried(services, finance, start, {"proposal": number})).text
    assert finance.get(f"/plans/other/simulate?proposal={proposed.id}").status_code == 404
    assert finance.get("/plans/standard/simulate?version=9").status_code == 404
    assert "Tried before" in finance.get("/plans/standard/simulate").text
    later = tried(services, finance, "/plans/simulate", FORM | {"plan.valid_from": "2027-01-01"})
    assert "Nothing changes: this version is for orders signed from 1 January" in finance.get(later).text


def test_a_simulation_of_the_editor_leads_back_to_what_stood_there(
    services: Services, finance: FlaskClient
) -> None:
    page = finance.get(tried(services, finance, "/plans/simulate", FORM)).text
    [document] = re.findall(r'name="document" value="([^"]*)"', page)
    again = finance.post("/plans/draft", data={"document": html.unescape(document), "edits": "standard"}).text
    assert 'value="11"' in again


def test_one_simulation_runs_at_a_time_and_the_next_is_refused_without_losing_the_draft(
    services: Services, finance: FlaskClient
) -> None:
    first = str(finance.post("/plans/standard/simulate", data={"since": "2026-03"}).location)
    refused = finance.post("/plans/simulate", data=FORM)
    assert refused.status_code == 409
    assert "being tried on past months already" in refused.text
    assert 'value="11"' in refused.text
    assert finance.post("/plans/standard/simulate").location == first
    worker.TASKS[TRY_PLAN](services, simulation_id=int(first.rpartition("/")[2]))
    assert finance.get(first, headers={"HX-Request": "true"}).headers["HX-Redirect"] == first
    other = tried(services, finance, f"{first}/again", {"since": "2026-04"})
    assert "11% of 3,825.00 net" not in finance.get(other).text


def test_a_version_is_downloaded_as_it_was_given(finance: FlaskClient) -> None:
    got = finance.get("/plans/standard/1.json")
    assert json.loads(got.text) == a_plan()
    assert got.headers["Content-Disposition"] == "attachment; filename=standard-1.json"


def test_the_administrator_reads_plans_and_writes_none(people: People, log_in: LogIn) -> None:
    browser = log_in(people["admin"])
    assert browser.get("/plans").status_code == 200
    assert browser.get("/plans/standard/simulate").status_code == 200
    assert browser.get("/plans/new").status_code == 403
    assert browser.post("/plans", data=FORM).status_code == 403
