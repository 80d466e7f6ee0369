"""Whatever is revised, cancelled, re-planned, restated, credited and paid: books are what their facts say."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from commissions.adjustments.adjusting import adjust
from commissions.checking.checking import broken_rules
from commissions.facts.errors import CloseIsBlocked, PeriodNotOver
from commissions.facts.house_rules import HouseRules
from commissions.facts.import_models import ImportKind
from commissions.facts.service_calendar import Calendar
from commissions.ledger.balances import trial_balance
from commissions.ledger.ledger_models import Statement
from commissions.ledger.periods import first_open, last_closed, period
from commissions.payouts.payout_errors import NothingPayable, NotTheLastClosed, PaidBeforeTheEnd
from commissions.proposals.debt_write_offs import NothingToWriteOff
from commissions.statements.closing import close_period
from commissions.statements.documents import documents
from commissions.statements.rebuilding import rebuilt_hashes
from portal.kernel.db import reading, transaction
from portal.kernel.json_fields import FieldRefused
from tests.factories.changing_books import (
    CHANGES,
    DAYS,
    LINES,
    ORDER_CHANGES,
    ORDERS,
    PARTNER_CHANGES,
    PARTNERS,
    PLAN_CHANGES,
    PLANS,
    Changes,
    Told,
    billed,
    credited,
    open_books,
)
from tests.factories.closed_months import two_people
from tests.factories.kept_books import KeptBooks
from tests.factories.money import LATER, SIGNED, an_adjustment, the_bank_pays, the_bank_returns
from tests.factories.stored_cases import worked_again
from tests.profiles import stateful

TIMES = [datetime(2026, month, 9, 9, tzinfo=UTC) for month in (4, 6, 9)]
LINE, ORDER, DAY = st.sampled_from(sorted(LINES)), st.sampled_from(sorted(ORDERS)), st.sampled_from(DAYS)
# of many lines each would hardly ever be made good and credited
CREDITED = st.one_of(LINE, st.sampled_from(["L1", "L1", "MG"]))
SOURCE = st.sampled_from(["", "", "", "adserver"])
FROM = st.one_of(st.none(), DAY)


class Changing(RuleBasedStateMachine):
    """Facts of every kind, all of them from files, with accruals, closes and payouts between them."""

    engine: Engine

    @initialize(calendar=st.sampled_from(Calendar))
    def open_books(self, calendar: Calendar) -> None:
        self.house = HouseRules(calendar, sources={"adserver": "third_party"})
        self.books = KeptBooks(self.engine, self.house)
        with transaction(self.books.sessions) as session:
            self.people = two_people(session)
        self.told, self.numbers = Told(), 0
        self.issued: dict[str, list[Any]] = {}
        open_books(self.books)
        self.books.at = TIMES[0]

    @rule(counts=st.lists(st.tuples(LINE, DAY, st.integers(0, 600), SOURCE), min_size=1, max_size=5))
    def deliver(self, counts: list[tuple[str, date, int, str]]) -> None:
        rows = [
            {"line_ref": line, "service_date": str(day), "units": str(units), "source": source}
            for line, day, units, source in counts
        ]
        self.books.take(ImportKind.DELIVERIES, *rows)

    @rule(line=LINE, changes=CHANGES, since=FROM)
    def revise(self, line: str, changes: Changes, since: date | None) -> None:
        self.books.take(ImportKind.ORDERS, self.told.line(line, changes, since))

    @rule(line=LINE, day=DAY)
    def cancel(self, line: str, day: date) -> None:
        cancelled = {"status": "cancelled", "cancelled_on": str(day)}
        self.books.take(ImportKind.ORDERS, self.told.line(line, cancelled))

    @rule(line=LINE)
    def bring_back(self, line: str) -> None:
        self.books.take(ImportKind.ORDERS, self.told.line(line, {"status": "signed", "cancelled_on": ""}))

    @rule(order=ORDER, changes=ORDER_CHANGES)
    def sign_again(self, order: str, changes: Changes) -> None:
        self.books.take(ImportKind.ORDERS, self.told.order(order, changes))

    @rule(name=st.sampled_from(sorted(PLANS)), changes=PLAN_CHANGES, since=FROM)
    def plan_anew(self, name: str, changes: Mapping[str, Any], since: date | None) -> None:
        self._adopt(name, self.told.plan(name, changes, since))

    @rule(name=st.sampled_from(sorted(PLANS)), changes=PLAN_CHANGES, since=FROM)
    def plan_anew_and_see(self, name: str, changes: Mapping[str, Any], since: date | None) -> None:
        self.books.accrue()
        plan = self.told.plan(name, changes, since)
        expected = self.books.would_change(plan)
        if self._adopt(name, plan):
            change = self.books.accrue().change
            assert {currency: minor for currency, minor in change.items() if minor} == expected

    def _adopt(self, name: str, plan: Mapping[str, Any]) -> bool:
        """False where another plan is for the same partners at the same time."""
        try:
            self.books.adopt(plan)
        except FieldRefused:
            self.told.plans[name].pop("applies_to", None)
            return False
        return True

    @rule(ref=st.sampled_from(sorted(PARTNERS)), changes=PARTNER_CHANGES, since=FROM)
    def tell_of_a_partner(self, ref: str, changes: Changes, since: date | None) -> None:
        self.books.take(ImportKind.PARTNERS, self.told.partner(ref, changes, since))

    @rule(
        line=CREDITED,
        effect=st.sampled_from(["reduce", "reduce", "none", "settles"]),
        units=st.sampled_from([0, 1, 30, 400]),
        on=DAY,
        month=st.sampled_from(["", "", "2026-03", "2026-05"]),
    )
    def credit(self, line: str, effect: str, units: int, on: date, month: str) -> None:
        self.numbers += 1
        note = credited(self.numbers, line, effect, units, on)
        self.books.take(ImportKind.INVOICES, note | {"service_month": month})

    @rule(line=LINE, amount=st.sampled_from([-500, 800, 20_000]), on=DAY)
    def receive(self, line: str, amount: int, on: date) -> None:
        self.numbers += 1
        currency = billed(line)["currency"]
        said = {"payment_ref": f"PAY-{self.numbers}", "invoice_ref": f"INV-{line}", "received_on": str(on)}
        self.books.take(ImportKind.PAYMENTS, said | {"amount": str(amount), "currency": currency})

    @rule(line=CREDITED, units=st.sampled_from([1, 50, 300]), on=DAY)
    def write_off(self, line: str, units: int, on: date) -> None:
        with suppress(NothingToWriteOff):
            self.books.write_off(line, units, on)

    @rule(line=st.sampled_from(["L2", "L4", "MG"]), original=st.sampled_from(["", "L1", "L3"]))
    def make_good(self, line: str, original: str) -> None:
        self.books.take(ImportKind.ORDERS, self.told.line(line, {"makegood_for": original}))

    @rule(line=LINE, day=DAY, units=st.integers(0, 40))
    def disallow(self, line: str, day: date, units: int) -> None:
        said = {"line_ref": line, "service_date": str(day), "units": str(units), "reason": "Wrong daypart"}
        self.books.take(ImportKind.DISALLOWED, said)

    @rule()
    def time_passes(self) -> None:
        self.books.at = next((at for at in TIMES if at > self.books.at), TIMES[-1])

    @rule(through=st.sampled_from([None, None, date(2026, 4, 10)]))
    def accrue(self, through: date | None) -> None:
        self.books.accrue(through)
        assert self.books.accrue(through).postings == 0

    @rule()
    def close_the_next_month(self) -> None:
        self.books.dismiss_all()
        self.books.accrue()
        with suppress(CloseIsBlocked, PeriodNotOver), transaction(self.books.sessions) as session:
            following = first_open(session)
            if following is not None and following.ref <= "2026-07":
                close_period(session, following.ref, approval=self.people, at=self.books.at, house=self.house)
                self.issued[following.ref] = issued(session, following.ref, self.house)

    # of many rules one in sixteen would hardly ever close anything
    @rule()
    def close_one_more(self) -> None:
        self.close_the_next_month()

    @rule(partner=st.sampled_from(["R1", "R2"]), amount=st.sampled_from([-40_000, 777]), on=DAY)
    def adjust(self, partner: str, amount: int, on: date) -> None:
        self.numbers += 1
        wanted = an_adjustment(amount, partner=partner, ref=f"ADJ-{self.numbers}", on=on)
        with transaction(self.books.sessions) as session:
            adjust(session, wanted, SIGNED)

    @rule(bank=st.sampled_from([the_bank_pays, the_bank_returns]))
    def pay(self, bank: Any) -> None:
        refusals = (NothingPayable, NotTheLastClosed, PaidBeforeTheEnd)
        with suppress(*refusals), transaction(self.books.sessions) as session:
            last = last_closed(session)
            if last is not None:
                bank(session, last.ref, on=last.end_day)

    def teardown(self) -> None:
        if not hasattr(self, "books"):
            return
        try:
            self.books.at = LATER
            self.books.accrue()
            with transaction(self.books.sessions) as session:
                self._look_back(session)
            earned, standings, facts = self.books.earned(), self.books.standings(), self.books.facts
            with reading(self.books.sessions) as session:
                assert earned == worked_again(session, self.house)
        finally:
            self.books.forget()
        fresh = KeptBooks(self.engine, self.house)
        try:
            fresh.take_again(facts)
            fresh.at = LATER
            fresh.accrue()
            assert fresh.standings() == standings
            assert fresh.earned() == earned
        finally:
            fresh.forget()

    def _look_back(self, session: Session) -> None:
        assert set(trial_balance(session).values()) <= {0}
        assert list(broken_rules(session, self.house, tell=lambda _: None)) == []
        for ref, figures in self.issued.items():
            assert issued(session, ref, self.house) == figures
            stated = select(Statement.number, Statement.content_hash).where(Statement.period == ref)
            hashes = {row.number: row.content_hash for row in session.execute(stated)}
            assert rebuilt_hashes(session, period(session, ref), self.house) == hashes


def issued(session: Session, ref: str, house: HouseRules) -> list[Any]:
    """Every cell of a period's statements."""
    return [
        [document.cells(), document.line_rows(), document.content_hash]
        for document in documents(session, period(session, ref), house)
    ]


def test_books_are_what_their_facts_say_whatever_changes(engine: Engine) -> None:
    class OnThisDatabase(Changing):
        pass

    OnThisDatabase.engine = engine
    run_state_machine_as_test(OnThisDatabase, settings=settings(stateful, stateful_step_count=16))
