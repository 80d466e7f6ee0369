"""An accrual works out only what changed, and that comes to the same as working out everything."""

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

from commissions.facts.errors import CloseIsBlocked, PeriodNotOver
from commissions.facts.fact_models import BillingSource
from commissions.facts.house_rules import HouseRules
from commissions.ledger import accrual_scope
from commissions.ledger.accrual import AccrualSummary, accrue, missing_changes
from commissions.ledger.exception_models import LineException
from commissions.ledger.ledger_models import AccrualRun, LineStanding
from commissions.ledger.periods import first_open
from tests.factories.books import (
    Billed,
    LineOf,
    a_plan,
    a_shared_ladder,
    adopt,
    an_order,
    deliver,
    disallow,
    invoice,
    line_id,
    pay,
)
from tests.factories.closed_months import close
from tests.factories.partner_terms import told
from tests.factories.people import a_partner
from tests.profiles import examples

HOUSE = HouseRules()
AT = datetime(2026, 5, 10, 9, tzinfo=UTC)
FLIGHT = (date(2026, 3, 1), date(2026, 5, 31))
POOLED = a_shared_ladder({"upto": "20000", "percent": "8"}, {"upto": None, "percent": "10"})
OVER_IT = {"name": "over", "kind": "override", "level": 1, "percent": "2"}
PLAIN = LineOf("L1", days=FLIGHT, plan="standard", booked=5_000)
LINES = {
    "L1": PLAIN,
    "L2": replace(PLAIN, ref="L2", plan="pooled"),
    "L3": replace(PLAIN, ref="L3", plan="pooled", rate="11.37"),
    "L4": replace(PLAIN, ref="L4", plan="collected"),
    "L5": replace(PLAIN, ref="L5", source=BillingSource.CONTRACTED),
    # its plan is that of its partner's tier
    "L6": replace(PLAIN, ref="L6", plan=None),
    "MG": replace(PLAIN, ref="MG", makegood_for="L1"),
}
ORDER_OF = {"L1": "O1", "L2": "O1", "L3": "O2", "L4": "O2", "L5": "O3", "MG": "O3", "L6": "O3"}


def a_house(session: Session) -> None:
    for ref in ("R2", "R1"):
        told(session, ref, parent_ref="R2" if ref == "R1" else None)
    adopt(session, a_plan() | {"components": [*a_plan()["components"], OVER_IT]})
    adopt(session, a_plan("for-gold", percent="12", applies_to={"tier": "gold"}))
    adopt(session, a_plan("pooled") | {"components": [POOLED]})
    adopt(session, a_plan("collected") | {"basis": "collected"})
    for ref, line in LINES.items():
        an_order(session, ORDER_OF[ref], line)
    invoice(session, "INV", Billed("L3", net=900_000), Billed("L4", net=900_000), on=date(2026, 3, 31))


def accrued(session: Session, at: datetime = AT) -> AccrualSummary:
    return accrue(session, at=at, house=HOUSE)


def standings(session: Session) -> list[tuple[Any, ...]]:
    columns = list(LineStanding.__table__.columns)
    return [tuple(row) for row in session.execute(select(*columns).order_by(LineStanding.line_id))]


def exceptions(session: Session) -> list[tuple[str, int]]:
    query = select(LineException.item, LineException.line_id)
    return [(item, line_id) for item, line_id in session.execute(query.order_by(*query.selected_columns))]


def all_lines_again(session: Session, at: datetime) -> AccrualSummary:
    """An accrual that cannot build on the one before it."""
    last = session.scalars(select(AccrualRun).order_by(AccrualRun.id.desc()).limit(1)).one()
    session.add(
        AccrualRun(
            id=last.id + 1, at=last.at, known_through=last.known_through, through=last.through, ground=None
        )
    )
    session.flush()
    return accrued(session, at)


LINE = st.sampled_from(["L1", "L2", "L3", "L4", "L6", "MG"])
DAY = st.sampled_from([date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1), date(2026, 5, 20)])
STEPS = st.one_of(
    st.tuples(st.just("deliver"), LINE, DAY, st.integers(0, 900)),
    st.tuples(st.just("credit"), st.sampled_from(["L3", "L4"]), DAY, st.integers(0, 300)),
    st.tuples(st.just("pay"), st.just("INV"), DAY, st.integers(1, 900_000)),
    st.tuples(st.just("disallow"), LINE, DAY, st.integers(0, 50)),
    st.tuples(st.just("reprice"), LINE, DAY, st.integers(1, 90)),
    st.tuples(st.just("move"), st.sampled_from(["O1", "O2"]), DAY, st.integers(1, 2)),
    st.tuples(st.just("plan"), st.just(""), DAY, st.integers(1, 20)),
    st.tuples(st.just("day"), st.just(""), DAY, st.integers(1, 20)),
    st.tuples(st.just("terms"), st.sampled_from(["R1", "R2"]), DAY, st.integers(0, 2)),
    st.tuples(st.just("close"), st.just(""), DAY, st.integers(1, 20)),
)


def take(session: Session, number: int, step: tuple[str, str, date, int], at: datetime) -> None:
    what, ref, day, amount = step
    if what == "deliver":
        deliver(session, ref, day, amount)
    elif what == "credit":
        row = Billed(ref, net=1_000, units=amount)
        invoice(session, f"CN{number}", row, on=day, credits_invoice="INV")
    elif what == "pay":
        pay(session, f"PAY{number}", ref, amount, on=day)
    elif what == "disallow":
        disallow(session, ref, day, amount, revision=number + 1)
    elif what == "reprice":
        an_order(session, ORDER_OF[ref], replace(LINES[ref], rate=str(amount)))
    elif what == "move":
        an_order(session, ref, partner=f"R{amount}")
    elif what == "plan":
        adopt(session, a_plan(percent=str(amount)))
    elif what == "terms":
        told(session, ref, tier=("gold", "silver", None)[amount], parent_ref=None if ref == "R2" else "R2")
    elif what == "close":
        with suppress(PeriodNotOver, CloseIsBlocked):
            found = first_open(session)
            close(session, found.ref if found else "2026-03", at)


@settings(max_examples=examples(20))
@given(st.lists(st.tuples(STEPS, st.booleans()), min_size=1, max_size=8))
def what_changed_is_enough(
    sessions: sessionmaker[Session], steps: list[tuple[tuple[str, str, date, int], bool]]
) -> None:
    with sessions() as session:
        session.connection(execution_options={"writes": True})
        a_house(session)
        at = AT
        accrued(session, at)
        for number, (step, pause) in enumerate(steps):
            at = at.replace(day=at.day + 1) if step[0] == "day" else at
            take(session, number, step, at)
            if pause:
                accrued(session, at)
        accrued(session, at)
        run = session.scalars(select(AccrualRun).order_by(AccrualRun.id.desc()).limit(1)).one()
        assert not list(missing_changes(session, run, HOUSE))
        found = standings(session), exceptions(session)
        assert all_lines_again(session, at).postings == 0
        assert (standings(session), exceptions(session)) == found
        session.rollback()


def test_working_out_what_changed_comes_to_the_same_as_working_out_everything(
    sessions: sessionmaker[Session],
) -> None:
    what_changed_is_enough(sessions)


def test_a_release_that_reckons_otherwise_works_out_every_line(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_partner(session, "R1")
    adopt(session, a_plan())
    an_order(session, "O1", *(replace(PLAIN, ref=ref) for ref in ("L1", "L2", "L3")))
    assert accrued(session).lines == 3
    assert accrued(session).lines == 0
    monkeypatch.setattr(accrual_scope, "RULES", accrual_scope.RULES + 1)
    assert accrued(session).lines == 3


def test_only_lines_that_changed_are_worked_out(session: Session) -> None:
    a_partner(session, "R1")
    adopt(session, a_plan())
    an_order(session, "O1", *(replace(PLAIN, ref=ref) for ref in ("L1", "L2", "L3")))
    an_order(session, "O2", LINES["L5"])
    assert accrued(session).lines == 4
    deliver(session, "L1", date(2026, 3, 1), 10)
    # the line that changed, and the contracted one, which time moves
    assert accrued(session).lines == 2
    adopt(session, a_plan(percent="11"))
    assert accrued(session).lines == 4


def test_a_close_works_out_no_line_again(session: Session) -> None:
    a_partner(session, "R1")
    adopt(session, a_plan())
    an_order(session, "O1", *(replace(PLAIN, ref=ref) for ref in ("L1", "L2")))
    deliver(session, "L1", date(2026, 3, 1), 10)
    close(session, "2026-03", AT)
    assert accrued(session).lines == 0
    deliver(session, "L2", date(2026, 3, 1), 10)
    assert accrued(session).lines == 1


def test_new_terms_work_out_the_lines_of_the_partner_and_of_those_below(session: Session) -> None:
    told(session, "R2")
    told(session, "R1", parent_ref="R2")
    told(session, "R3")
    adopt(session, a_plan())
    for number, partner in enumerate(("R1", "R2", "R3"), 1):
        an_order(session, f"O{number}", replace(PLAIN, ref=f"L{number}"), partner=partner)
    assert accrued(session).lines == 3
    told(session, "R4")
    assert accrued(session).lines == 0
    told(session, "R2", tier="gold")
    assert accrued(session).lines == 2
    told(session, "R3", tier="gold")
    assert accrued(session).lines == 1


def test_what_ended_meanwhile_becomes_an_exception_though_nothing_else_changed(session: Session) -> None:
    a_partner(session, "R1")
    adopt(session, a_plan())
    an_order(session, "O1", PLAIN)
    deliver(session, "L1", date(2026, 3, 1), 10)
    accrued(session)
    assert exceptions(session) == []
    accrued(session, datetime(2026, 6, 1, 9, tzinfo=UTC))
    assert exceptions(session) == [("debt", line_id(session, "L1"))]


def test_a_make_good_that_its_line_needs_less_of_becomes_an_exception(session: Session) -> None:
    sold = replace(PLAIN, booked=100)
    a_partner(session, "R1")
    adopt(session, a_plan())
    an_order(session, "O1", sold, *(replace(sold, ref=ref, makegood_for="L1") for ref in ("MG1", "MG2")))
    deliver(session, "L1", date(2026, 3, 1), 60)
    deliver(session, "MG1", date(2026, 4, 1), 20)
    deliver(session, "MG2", date(2026, 4, 1), 20)
    accrued(session)
    assert exceptions(session) == []
    deliver(session, "L1", date(2026, 3, 2), 30)
    accrued(session)
    assert exceptions(session) == [("over", line_id(session, ref)) for ref in ("MG1", "MG2")]


def test_lines_that_tiers_count_together_are_worked_out_together(session: Session) -> None:
    a_house(session)
    deliver(session, "L2", date(2026, 3, 1), 300)
    accrued(session)
    deliver(session, "L3", date(2026, 3, 1), 1_000)
    # what L3 brings lifts L2 to the next tier: 2% more of 12,750.00
    assert accrued(session).change == {"USD": 25_500 + 96_645}
