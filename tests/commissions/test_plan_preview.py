"""A plan tried on past months equals the real run when it is adopted, and writes nothing (2.12, 26)."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commissions.checking.checking import broken_rules
from commissions.facts.house_rules import HouseRules
from commissions.facts.problems import Problem
from commissions.ledger.accrual import accrue
from commissions.ledger.ledger_models import Posting
from commissions.plans.plan_reading import read_plan
from commissions.proposals.plan_preview import Months, PlanPreview, preview
from commissions.proposals.preview_json import preview_as_json, preview_from_json
from commissions.reckoning.line_facts import Horizon
from commissions.reckoning.plan_book import plan_book
from commissions.statements.closing import Approval, close_period
from portal.kernel.identity import Role
from tests.factories.books import LineOf, a_plan, a_shared_ladder, adopt, an_order, deliver
from tests.factories.people import a_brand, a_partner, an_identity

AT = datetime(2026, 5, 10, 9, tzinfo=UTC)
MARCH, APRIL = (date(2026, 3, 1), date(2026, 3, 31)), (date(2026, 4, 1), date(2026, 4, 30))
ALWAYS = Months()
LADDER = a_shared_ladder({"upto": "3000", "percent": "0"}, {"upto": None, "percent": "2"})
OVERRIDE = {"name": "over", "kind": "override", "level": 1, "percent": "2"}
BASE = {"name": "base", "kind": "percent", "percent": "12.5"}
TRIED = [
    a_plan(percent="12.5"),
    a_plan(percent="0"),
    a_plan(basis="gross"),
    a_plan() | {"components": [BASE, LADDER, OVERRIDE], "line_cap": "300", "currency": "USD"},
    a_plan() | {"components": [LADDER]},
]


@pytest.fixture
def books(session: Session) -> Session:
    """Two partners under one parent; March of one line is closed, April is open."""
    a_partner(session, "TOP")
    for ref in ("R1", "R2"):
        a_partner(session, ref, parent_ref="TOP")
    adopt(session, a_plan())
    an_order(session, "IO-1", LineOf("L1", days=MARCH, split={"R1": "60", "R2": "40"}), partner="R1")
    an_order(session, "IO-2", LineOf("L2", days=APRIL, rate="33.333333"), partner="R1")
    an_order(session, "IO-3", LineOf("L3", days=APRIL, rate="7"), partner="R2", currency="JPY")
    for ref, day in (("L1", MARCH[0]), ("L2", APRIL[0]), ("L3", APRIL[1])):
        deliver(session, ref, day, 77)
    accrue(session, at=AT)
    brand = a_brand(session)
    two = Approval(
        an_identity(session, brand, Role.FINANCE), an_identity(session, brand, Role.FINANCE_APPROVER)
    )
    close_period(session, "2026-03", approval=two, at=AT, house=HouseRules())
    return session


def preview_of(session: Session, document: dict[str, Any], months: Months = ALWAYS) -> PlanPreview:
    horizon = Horizon(HouseRules(), plan_book(session), AT.date())
    return preview(session, read_plan(document), horizon=horizon, months=months)


def differences(found: PlanPreview) -> dict[tuple[str, str], int]:
    return {
        (row.partner_ref, row.currency): row.difference.minor for row in found.rows if row.difference.minor
    }


def posted_since(session: Session, last: int) -> dict[tuple[str, str], int]:
    query = (
        select(Posting.payee_ref, Posting.currency, func.sum(Posting.amount_minor))
        .where(Posting.id > last)
        .group_by(Posting.payee_ref, Posting.currency)
    )
    return {(row[0], row[1]): int(row[2]) for row in session.execute(query) if row[2]}


@pytest.mark.parametrize("document", TRIED, ids=range(len(TRIED)))
def test_what_was_simulated_is_what_is_posted_once_adopted(books: Session, document: dict[str, Any]) -> None:
    last = books.scalar(select(func.max(Posting.id))) or 0
    found = preview_of(books, document)
    assert books.scalar(select(func.max(Posting.id))) == last
    adopt(books, document)
    accrue(books, at=AT)
    expected = differences(found)
    if found.left_out:
        # a line in another currency than the plan's is not calculated, and keeps what it has
        assert found.left_out == {Problem.OTHER_CURRENCY: 1}
    assert posted_since(books, last) == expected
    assert expected


def test_lines_that_stay_behind_are_counted_without_those_that_a_new_plan_takes_away(
    session: Session,
) -> None:
    a_partner(session, "R1")
    adopt(session, a_plan() | {"components": [LADDER]})
    for ref, signed_on in (("L1", date(2026, 2, 1)), ("L2", date(2026, 3, 1))):
        an_order(session, f"IO-{ref}", LineOf(ref, days=APRIL), signed_on=signed_on)
        deliver(session, ref, APRIL[0], 60)
    accrue(session, at=AT)
    document = a_plan("spring", valid_from="2026-02-20", applies_to={"type": "reseller"})
    found = preview_of(session, document)
    last = session.scalar(select(func.max(Posting.id))) or 0
    adopt(session, document)
    accrue(session, at=AT)
    # L2 earns 10% of 2,550.00 instead of 2%, and L1 alone reaches no tier that pays
    assert posted_since(session, last) == differences(found) == {("R1", "USD"): 25_500 - 2 * 5_100}
    assert found.lines == 1


@pytest.mark.parametrize(
    ("upto", "difference"),
    # another ladder counts what was signed under it alone: 2% of 1,700 and of 1,300 are lost
    [("2500", {}), ("2000", {("R1", "USD"): -6_000})],
)
def test_a_version_with_the_same_ladder_goes_on_counting_with_the_one_before(
    session: Session, upto: str, difference: dict[tuple[str, str], int]
) -> None:
    a_partner(session, "R1")
    rates: list[dict[str, Any]] = [{"percent": "0"}, {"upto": None, "percent": "2"}]
    now, next_one = ([rates[0] | {"upto": bound}, rates[1]] for bound in ("2500", upto))
    adopt(session, a_plan() | {"components": [LADDER | {"tiers": now}]})
    an_order(session, "IO-1", LineOf("L1", rate="20", agency="0"), signed_on=date(2026, 2, 1))
    an_order(session, "IO-2", LineOf("L2", rate="20", agency="0"), signed_on=date(2026, 3, 1))
    deliver(session, "L1", MARCH[0], 85)
    deliver(session, "L2", MARCH[1], 65)
    accrue(session, at=AT)
    last = session.scalar(select(func.max(Posting.id))) or 0
    newer = a_plan(valid_from="2026-03-01") | {"components": [LADDER | {"tiers": next_one}]}
    assert differences(preview_of(session, newer)) == difference
    adopt(session, newer)
    accrue(session, at=AT)
    assert posted_since(session, last) == difference
    assert list(broken_rules(session, HouseRules(), tell=lambda _: None)) == []


def test_months_narrow_what_is_compared(books: Session) -> None:
    document = a_plan(percent="20")
    march = preview_of(books, document, Months("2026-03", "2026-03"))
    april = preview_of(books, document, Months("2026-04"))
    whole = preview_of(books, document)
    assert {row.currency for row in march.rows} == {"USD"}
    both = [differences(one) for one in (march, april)]
    assert differences(whole) == {
        key: both[0].get(key, 0) + both[1].get(key, 0) for key in {*both[0], *both[1]}
    }


def test_the_largest_changes_come_first_with_their_reason(books: Session) -> None:
    found = preview_of(books, a_plan(percent="20"))
    sizes = [abs(row.difference.minor) for row in found.rows]
    assert sizes == sorted(sizes, reverse=True)
    first = found.rows[0].lines[0]
    assert (first.line_ref, first.component) in {("L1", "base"), ("L2", "base")}
    assert "20% of" in first.why[0]
    assert [row[0] for row in found.totals] == ["JPY", "USD"]


@pytest.mark.parametrize("document", TRIED, ids=range(len(TRIED)))
def test_what_is_kept_of_a_simulation_says_what_was_worked_out(
    books: Session, document: dict[str, Any]
) -> None:
    found = preview_of(books, document)
    kept = json.loads(json.dumps(preview_as_json(found)))
    assert preview_from_json(found.plan, kept) == found


def test_a_plan_that_is_for_nobody_changes_nothing(books: Session) -> None:
    document = a_plan("platinum") | {"applies_to": {"tier": "platinum"}}
    assert preview_of(books, document).rows == []
