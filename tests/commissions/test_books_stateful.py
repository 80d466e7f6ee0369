"""Whatever comes, in whatever order: the books hold, and a closed month is the same bytes for ever."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy.orm import Session, sessionmaker

from commissions.checking.checking import broken_rules
from commissions.facts.billing_models import CommissionEffect
from commissions.facts.fact_models import Cap, Pricing
from commissions.facts.house_rules import HouseRules
from commissions.facts.service_calendar import Calendar, span
from commissions.ledger.accrual import accrue
from commissions.ledger.balances import trial_balance
from commissions.ledger.periods import first_open, period
from commissions.statements.closing import Approval, close_period
from commissions.statements.documents import documents
from tests.factories.books import Billed, LineOf, a_plan, adopt, an_order, deliver, invoice
from tests.factories.closed_months import two_people
from tests.factories.people import a_partner
from tests.profiles import examples, stateful

HOUSE = HouseRules()
FLIGHT = (date(2026, 3, 1), date(2026, 5, 31))
DAYS = [date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1), date(2026, 5, 20)]
LINES = ("L1", "L2", "L3")
EFFECTS = st.sampled_from(CommissionEffect)
AFTER_ALL = datetime(2026, 12, 1, tzinfo=UTC)


def a_house(session: Session) -> Approval:
    """Two partners, two currencies, two plans, and an order of each kind of line."""
    for ref in ("R1", "R2"):
        a_partner(session, ref)
    adopt(session, a_plan())
    per_spot = {"name": "extra", "kind": "per_unit", "amount": "0.015", "per": "1"}
    adopt(session, a_plan("both", "7.5") | {"components": [*a_plan(percent="7.5")["components"], per_spot]})
    split = {"R1": "60", "R2": "40"}
    an_order(
        session,
        "IO-1",
        LineOf("L1", rate="12.35", plan="standard", days=FLIGHT, split=split),
        LineOf("L2", rate="11.37", pricing=Pricing.CPM, booked=90_000, plan="both", days=FLIGHT, split=split),
    )
    yen = LineOf("L3", rate="990", plan="standard", days=FLIGHT, cap=Cap.PER_CYCLE)
    an_order(session, "IO-3", yen, partner="R2", currency="JPY")
    for line, currency in (("L1", "USD"), ("L2", "USD"), ("L3", "JPY")):
        invoice(session, f"INV-{line}", Billed(line, net=10**9), on=date(2026, 3, 2), currency=currency)
    return two_people(session)


def stated(session: Session, ref: str) -> list[list[Any]]:
    """Every cell of a period's statements."""
    found = documents(session, period(session, ref), HOUSE)
    return [[document.cells(), document.line_rows(), document.content_hash] for document in found]


class Books(RuleBasedStateMachine):
    """Deliveries, restatements and credit notes in any order, with accruals and closes between them."""

    sessions: sessionmaker[Session]

    @initialize()
    def open_books(self) -> None:
        self.session = self.sessions()
        self.session.connection(execution_options={"writes": True})
        self.people = a_house(self.session)
        self.kept: dict[str, list[list[Any]]] = {}
        self.notes = 0

    @rule(line=st.sampled_from(LINES), day=st.sampled_from(DAYS), units=st.integers(0, 60_000))
    def deliver(self, line: str, day: date, units: int) -> None:
        deliver(self.session, line, day, units)

    @rule(line=st.sampled_from(LINES), effect=EFFECTS, units=st.integers(0, 200), on=st.sampled_from(DAYS))
    def credit(self, line: str, effect: CommissionEffect, units: int, on: date) -> None:
        self.notes += 1
        row = Billed(line, net=1234, units=units, effect=effect)
        ref, currency = f"CN-{self.notes}", "JPY" if line == "L3" else "USD"
        invoice(self.session, ref, row, on=on, currency=currency, credits_invoice=f"INV-{line}")

    @rule()
    def accrue(self) -> None:
        accrue(self.session, at=AFTER_ALL, house=HOUSE)
        assert accrue(self.session, at=AFTER_ALL, house=HOUSE).postings == 0

    @rule()
    def close_the_next_month(self) -> None:
        # what came late may open an earlier month, which then closes first
        accrue(self.session, at=AFTER_ALL, house=HOUSE)
        following = first_open(self.session)
        if following is None or following.ref > "2026-08":
            return
        close_period(self.session, following.ref, approval=self.people, at=AFTER_ALL, house=HOUSE)
        self.kept[following.ref] = stated(self.session, following.ref)

    @invariant()
    def the_ledger_sums_to_nothing(self) -> None:
        if hasattr(self, "session"):
            assert set(trial_balance(self.session).values()) <= {0}

    def teardown(self) -> None:
        if not hasattr(self, "session"):
            return
        broken = list(broken_rules(self.session, HOUSE, tell=lambda _: None))
        now = {ref: stated(self.session, ref) for ref in self.kept}
        self.session.rollback()
        self.session.close()
        assert broken == []
        assert now == self.kept


def test_the_books_hold_whatever_comes(sessions: sessionmaker[Session]) -> None:
    class OnThisDatabase(Books):
        pass

    OnThisDatabase.sessions = sessions
    run_state_machine_as_test(OnThisDatabase, settings=settings(stateful, stateful_step_count=12))


FACTS = st.tuples(st.sampled_from(LINES), st.sampled_from(DAYS), st.integers(0, 60_000))


@settings(max_examples=examples(20))
@given(st.data(), st.lists(FACTS, min_size=1, max_size=6, unique_by=lambda fact: fact[:2]))
def in_any_order(
    sessions: sessionmaker[Session], data: st.DataObject, facts: Sequence[tuple[str, date, int]]
) -> None:
    shuffled = data.draw(st.permutations(facts))
    pauses = data.draw(st.lists(st.booleans(), min_size=len(facts), max_size=len(facts)))
    straight = _closed(sessions, facts, [False] * len(facts))
    assert _closed(sessions, shuffled, pauses) == straight


def test_the_order_of_facts_and_accruals_changes_no_byte(sessions: sessionmaker[Session]) -> None:
    in_any_order(sessions)


def _closed(
    sessions: sessionmaker[Session], facts: Sequence[tuple[str, date, int]], accruals: Sequence[bool]
) -> list[list[Any]]:
    """All months closed after the facts came in this order; nothing is kept."""
    with sessions() as session:
        session.connection(execution_options={"writes": True})
        people = a_house(session)
        for (line, day, units), pause in zip(facts, accruals, strict=True):
            deliver(session, line, day, units)
            if pause:
                accrue(session, at=AFTER_ALL, house=HOUSE)
        accrue(session, at=AFTER_ALL, house=HOUSE)
        found = []
        while (following := first_open(session)) is not None and following.ref <= "2026-05":
            close_period(session, following.ref, approval=people, at=AFTER_ALL, house=HOUSE)
            found += stated(session, following.ref)
        session.rollback()
        return found


def test_broadcast_months_close_too(session: Session) -> None:
    people = a_house(session)
    house = HouseRules(calendar=Calendar.BROADCAST)
    # the last days of March 2026 belong to the broadcast month of April
    last_sunday = span("2026-03", Calendar.BROADCAST).last_day
    assert last_sunday == date(2026, 3, 29)
    deliver(session, "L1", last_sunday, 10)
    deliver(session, "L1", last_sunday + timedelta(days=1), 10)
    accrue(session, at=AFTER_ALL, house=house)
    for ref in ("2026-03", "2026-04"):
        close_period(session, ref, approval=people, at=AFTER_ALL, house=house)
    earned = [
        document.figures["earned"] for document in documents(session, period(session, "2026-04"), house)
    ]
    assert earned == [630, 420]
