"""Months that nothing moved are not worked out again, and every posting is what it would have been."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from commissions.facts.errors import CloseIsBlocked
from commissions.facts.fact_models import BillingSource, Cap, Pricing
from commissions.facts.house_rules import HouseRules
from commissions.ledger.accrual import accrue
from commissions.ledger.ledger_models import AccrualRun, Posting
from commissions.ledger.periods import first_open
from commissions.reckoning.line_facts import Horizon, Known, known_lines
from commissions.reckoning.plan_book import plan_book
from commissions.reckoning.unmoved_past import adds_up, with_past_in_brief
from commissions.statements.closing import Approval, close_period
from tests.commissions.test_accrual_scope import standings
from tests.factories.books import Billed, LineOf, a_plan, adopt, an_order, deliver, disallow, invoice, line_id
from tests.factories.closed_months import two_people
from tests.factories.people import a_partner
from tests.factories.random_cases import plans
from tests.profiles import examples

HOUSE = HouseRules()
AT = datetime(2026, 12, 1, tzinfo=UTC)
FLIGHT = (date(2026, 2, 15), date(2026, 8, 10))
SPLIT = {"R1": "2", "R2": "1"}
LINES = {
    "L1": LineOf("L1", days=FLIGHT, booked=900, tolerance="5", split=SPLIT, agency="12.5"),
    "L2": LineOf("L2", days=FLIGHT, booked=400, pricing=Pricing.FLAT, rate="9876.54"),
    "L3": LineOf("L3", days=FLIGHT, booked=800, cap=Cap.NONE, split=SPLIT, rate="49.99"),
    "L4": LineOf("L4", days=FLIGHT, booked=600, cap=Cap.PER_CYCLE, pricing=Pricing.CPM, rate="11370.5"),
}
DAYS = [date(2026, month, day) for month in range(2, 9) for day in (1, 28) if (month, day) > (2, 15)][:13]
COUNTS = st.tuples(
    st.just("count"), st.sampled_from(sorted(LINES)), st.sampled_from(DAYS), st.integers(0, 400)
)
OTHER = st.one_of(
    st.tuples(st.just("second source"), st.sampled_from(["L1", "L3"]), st.sampled_from(DAYS), st.just(70)),
    st.tuples(st.just("credit"), st.just("L1"), st.sampled_from(DAYS), st.integers(0, 90)),
    st.tuples(st.just("disallow"), st.just("L3"), st.sampled_from(DAYS), st.integers(0, 50)),
    st.tuples(st.just("reprice"), st.just("L1"), st.sampled_from(DAYS), st.integers(1, 90)),
    st.tuples(st.just("close"), st.just(""), st.just(DAYS[0]), st.just(0)),
)
Step = tuple[str, str, date, int]
# a list of counts, now and then something else
STEPS = st.lists(st.one_of(COUNTS, COUNTS, COUNTS, OTHER), min_size=2, max_size=10)


def a_house(session: Session, plan: dict[str, Any]) -> Approval:
    a_partner(session, "N")
    a_partner(session, "M", parent_ref="N")
    for ref in ("R1", "R2"):
        a_partner(session, ref, parent_ref="M")
    adopt(session, plan)
    for number, line in enumerate(LINES.values(), 1):
        an_order(session, f"O{number}", line)
    invoice(session, "INV", Billed("L1", net=10**9), on=date(2026, 3, 1))
    return two_people(session)


def take(session: Session, number: int, step: Step, people: Approval) -> None:
    what, ref, day, amount = step
    if what == "count":
        deliver(session, ref, day, amount)
    elif what == "second source":
        deliver(session, ref, day, amount, source="another")
    elif what == "credit":
        row = Billed(ref, net=1_000, units=amount)
        invoice(session, f"CN{number}", row, on=day, credits_invoice="INV")
    elif what == "disallow":
        disallow(session, ref, day, amount, revision=number + 1)
    elif what == "reprice":
        an_order(session, "O1", replace(LINES["L1"], rate=str(amount), valid_from=day))
    else:
        close_the_next(session, people)


def close_the_next(session: Session, people: Approval) -> None:
    # what came late may open an earlier month, which then closes first
    accrue(session, at=AT, house=HOUSE)
    following = first_open(session)
    # a random plan may have no rate for a line, which blocks
    with suppress(CloseIsBlocked):
        if following is not None and following.ref <= "2026-08":
            close_period(session, following.ref, approval=people, at=AT, house=HOUSE)


def forget_the_ground(session: Session) -> None:
    """The next accrual cannot build on the ones before it."""
    last = session.scalars(select(AccrualRun).order_by(AccrualRun.id.desc()).limit(1)).first()
    if last is not None:
        kept = {name: getattr(last, name) for name in ("at", "known_through", "through")}
        session.add(AccrualRun(id=last.id + 1, ground=None, **kept))
        session.flush()


def told(session: Session) -> list[tuple[Any, ...]]:
    # numbers that a sequence gave go on after a rollback
    columns = [one for one in Posting.__table__.columns if one.name not in {"id", "run_id", "line_id"}]
    return [
        tuple(str(cell) for cell in row) for row in session.execute(select(*columns).order_by(Posting.id))
    ]


@settings(max_examples=examples(15))
@given(plans(2), STEPS, st.integers(1, 3))
def in_brief_is_enough(
    sessions: sessionmaker[Session], plan: dict[str, Any], steps: list[Step], every: int
) -> None:
    outcomes = []
    for from_scratch in (False, True):
        with sessions() as session:
            session.connection(execution_options={"writes": True})
            people = a_house(session, plan | {"basis": plan["basis"].replace("collected", "net")})
            for number, step in enumerate(steps):
                if from_scratch:
                    forget_the_ground(session)
                take(session, number, step, people)
                if number % every == 0 or number + 1 == len(steps):
                    if from_scratch:
                        forget_the_ground(session)
                    accrue(session, at=AT, house=HOUSE)
            outcomes.append((told(session), [stands[1:] for stands in standings(session)]))
            session.rollback()
    assert outcomes[0] == outcomes[1]


def test_postings_are_the_same_with_the_past_in_brief_as_from_scratch(
    sessions: sessionmaker[Session],
) -> None:
    in_brief_is_enough(sessions)


def a_line(session: Session, line: LineOf, **plan: Any) -> Known:
    """Counted in three months; nothing else is known of it."""
    a_partner(session, "R1")
    adopt(session, a_plan(**plan))
    an_order(session, "O1", line)
    for month in (3, 4, 5):
        deliver(session, line.ref, date(2026, month, 20), 50)
    return known(session, line.ref)


def known(session: Session, ref: str) -> Known:
    horizon = Horizon(HOUSE, plan_book(session), AT.date())
    return next(iter(known_lines(session, [line_id(session, ref)], horizon)))


def a_ladder(**fields: str) -> dict[str, Any]:
    ladder = {"name": "volume", "kind": "tiers", "measure": "net", "tiers": [{"upto": None, "percent": "8"}]}
    return {"components": [ladder | {"window": "line"} | fields]}


def months_in_brief(one: Known) -> list[tuple[str, int]]:
    assert one.facts is not None
    brief = with_past_in_brief(one.facts, "2026-05", is_new=False)
    return [(step.period, step.units) for step in brief.steps]


def test_the_past_of_a_plain_line_is_one_step(session: Session) -> None:
    one = a_line(session, LINES["L1"])
    assert adds_up(one)
    assert months_in_brief(one) == [("2026-04", 100), ("2026-05", 50)]


def test_windows_of_tiers_stay_apart(session: Session) -> None:
    one = a_line(session, LINES["L1"], **a_ladder(window="quarter"))
    assert adds_up(one)
    assert months_in_brief(one) == [("2026-03", 50), ("2026-04", 50), ("2026-05", 50)]


@pytest.mark.parametrize(
    "line",
    [
        LINES["L4"],
        replace(LINES["L1"], source=BillingSource.CONTRACTED),
        replace(LINES["L1"], source=BillingSource.THIRD_PARTY),
    ],
    ids=["cap by month", "contracted", "not counted by its source"],
)
def test_lines_whose_past_does_not_add_up(session: Session, line: LineOf) -> None:
    assert not adds_up(a_line(session, line))


@pytest.mark.parametrize("plan", [{"basis": "collected"}, a_ladder(window="month", scope="partner")])
def test_plans_under_which_the_past_does_not_add_up(session: Session, plan: dict[str, Any]) -> None:
    assert not adds_up(a_line(session, LINES["L1"], **plan))


def test_what_reaches_back_is_worked_out_from_scratch(session: Session) -> None:
    one = a_line(session, LINES["L1"])
    assert adds_up(one)
    invoice(session, "INV", Billed("L1", net=10**6), on=date(2026, 3, 31))
    assert adds_up(known(session, "L1"))
    note = Billed("L1", net=1_000, units=3)
    invoice(session, "CN", note, on=date(2026, 4, 2), credits_invoice="INV")
    assert not adds_up(known(session, "L1"))


def test_a_second_source_or_a_new_price_may_change_the_past(session: Session) -> None:
    one = a_line(session, LINES["L1"])
    deliver(session, "L1", date(2026, 6, 20), 50, source="another")
    assert not adds_up(known(session, "L1"))
    an_order(session, "O2", replace(LINES["L1"], ref="L9"))
    an_order(session, "O2", replace(LINES["L1"], ref="L9", rate="60", valid_from=date(2026, 4, 1)))
    for month in (3, 4):
        deliver(session, "L9", date(2026, month, 20), 50)
    assert one.facts is not None
    assert not adds_up(known(session, "L9"))
