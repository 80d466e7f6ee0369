"""What an accrual posts is what simulate promised and what the rules say again, period by period (26)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from commissions.checking.checking import broken_rules
from commissions.facts.house_rules import HouseRules
from commissions.facts.service_calendar import Calendar
from commissions.ledger.accrual import accrue
from commissions.ledger.ledger_models import LedgerEntry, Posting
from commissions.simulation.simulation_answers import answer as simulated
from tests.commissions.rules_again.answer import all_targets, work_out
from tests.factories.books import AT
from tests.factories.cases import enter
from tests.factories.random_cases import cases, cases_with_debts, credited_make_goods, dated_cases
from tests.profiles import examples

# a whole house for each
EXAMPLES = examples(12)
HOUSE = {calendar: HouseRules(calendar=calendar) for calendar in Calendar}


def posted(session: Session) -> dict[tuple[str, str, str, str], int]:
    key = (Posting.line_ref, Posting.component, Posting.payee_ref, Posting.service_period)
    rows = session.execute(select(*key, func.sum(Posting.amount_minor)).group_by(*key))
    return {
        (line, component, payee, period): int(sum_) for line, component, payee, period, sum_ in rows if sum_
    }


def promised(case: dict[str, Any], house: HouseRules) -> dict[tuple[str, str, str], str]:
    answer = simulated(case, house)
    return {
        (line["line_ref"], posting["component"], posting["payee"]): posting["amount"].replace(".", "")
        for line in answer["lines"]
        for posting in line["postings"]
    }


def chained(case: dict[str, Any]) -> dict[str, Any]:
    """M stands above R1, and N above M; nobody above R2."""
    above = {"R1": {"M": 1, "N": 2}, "R2": {}}
    return case | {"lines": [line | {"overrides": above[line["partner_ref"]]} for line in case["lines"]]}


def come_in(session: Session, data: st.DataObject, case: dict[str, Any], house: HouseRules) -> None:
    """The facts of a case, now and then with an accrual: it works out anew only what changed since."""
    session.connection(execution_options={"writes": True})

    def pause() -> None:
        if data.draw(st.booleans()):
            accrue(session, at=AT, house=house)

    enter(session, case, pause)


def accrued(session: Session, house: HouseRules) -> dict[tuple[str, str, str, str], int]:
    accrue(session, at=AT, house=house)
    assert list(broken_rules(session, house, tell=lambda _: None)) == []
    return posted(session)


@settings(max_examples=EXAMPLES)
@given(st.data(), st.one_of(cases(), cases_with_debts(), credited_make_goods()), st.sampled_from(Calendar))
def run_for_real(
    sessions: sessionmaker[Session], data: st.DataObject, drawn: dict[str, Any], calendar: Calendar
) -> None:
    case, house = chained(drawn), HOUSE[calendar]
    with sessions() as session:
        come_in(session, data, case, house)
        written = select(func.count()).select_from(LedgerEntry)
        rows = session.scalar(written)
        before = promised(case, house)
        assert session.scalar(written) == rows
        found = accrued(session, house)
        session.rollback()
    assert found == all_targets(work_out(case | {"calendar": calendar.value}))
    sums: dict[tuple[str, str, str], int] = defaultdict(int)
    for (line, component, payee, _), amount in found.items():
        sums[line, component, payee] += amount
    assert {key: amount for key, amount in sums.items() if amount} == {
        key: int(amount) for key, amount in before.items() if int(amount)
    }


def test_an_accrual_posts_what_was_promised(sessions: sessionmaker[Session]) -> None:
    run_for_real(sessions)


@settings(max_examples=EXAMPLES)
@given(st.data(), dated_cases(), st.sampled_from(Calendar))
def run_for_real_with_changes(
    sessions: sessionmaker[Session], data: st.DataObject, drawn: dict[str, Any], calendar: Calendar
) -> None:
    case, house = chained(drawn), HOUSE[calendar]
    with sessions() as session:
        come_in(session, data, case, house)
        found = accrued(session, house)
        session.rollback()
    assert found == all_targets(work_out(case | {"calendar": calendar.value}))


def test_an_accrual_pays_each_day_at_the_price_and_split_that_held(sessions: sessionmaker[Session]) -> None:
    run_for_real_with_changes(sessions)
