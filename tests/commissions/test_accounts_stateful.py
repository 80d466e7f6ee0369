"""Whatever is restated, adjusted, held, paid and closed: accounts hold, and each month can be made again."""

from __future__ import annotations

from datetime import date

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from commissions.adjustments.adjusting import adjust, write_off_receivable
from commissions.adjustments.adjustment_errors import MoreThanOwed, MoreThanPayable
from commissions.adjustments.adjustment_models import Hold, HoldEnd
from commissions.adjustments.carrying import carry, is_carried
from commissions.adjustments.holds import Ending, Holding, lift_hold, place_hold, uphold_hold
from commissions.checking.checking import broken_rules
from commissions.facts.house_rules import HouseRules
from commissions.ledger.accrual import accrue
from commissions.ledger.balances import balances, trial_balance
from commissions.ledger.ledger_models import Account, Statement
from commissions.ledger.periods import first_open, last_closed, period
from commissions.payouts.payout_errors import NothingPayable, NotTheLastClosed, PaidBeforeTheEnd
from commissions.statements.closing import close_period
from commissions.statements.rebuilding import rebuilt_hashes
from partners.models import Organisation
from tests.factories.books import LineOf, a_plan, adopt, an_order, deliver
from tests.factories.closed_months import two_people
from tests.factories.money import LATER, SIGNED, an_adjustment, the_bank_pays, the_bank_returns
from tests.factories.people import a_partner
from tests.profiles import stateful

HOUSE = HouseRules()
FLIGHT = (date(2026, 3, 1), date(2026, 5, 31))
DAYS = st.sampled_from([date(2026, 3, 31), date(2026, 4, 1), date(2026, 5, 20), date(2026, 6, 10)])
PARTNERS = st.sampled_from(["R1", "R2"])
AMOUNTS = st.sampled_from([-40_000, -777, 1, 2_500, 30_000])
ENDINGS = st.sampled_from([lift_hold, uphold_hold])


class Accounts(RuleBasedStateMachine):
    """Two partners with holdback and a minimum payout, over four months."""

    sessions: sessionmaker[Session]

    @initialize()
    def open_books(self) -> None:
        self.session = self.sessions()
        self.session.connection(execution_options={"writes": True})
        for ref in ("R1", "R2"):
            a_partner(self.session, ref).terms[0].minimum_payout = {"USD": 2500}
        adopt(self.session, a_plan(holdback_percent="12.5", holdback_days=40))
        lines = (
            LineOf("L1", rate="12.35", days=FLIGHT, booked=9000, split={"R1": "60", "R2": "40"}),
            LineOf("L2", rate="7.77", days=FLIGHT, booked=9000),
        )
        an_order(self.session, "IO-1", *lines)
        self.people, self.adjusted = two_people(self.session), 0

    @rule(line=st.sampled_from(["L1", "L2"]), day=DAYS, units=st.integers(0, 3000))
    def deliver(self, line: str, day: date, units: int) -> None:
        deliver(self.session, line, min(day, FLIGHT[1]), units)

    @rule(partner=PARTNERS, amount=AMOUNTS, day=DAYS)
    def adjust(self, partner: str, amount: int, day: date) -> None:
        self.adjusted += 1
        wanted = an_adjustment(amount, partner=partner, ref=f"ADJ-{self.adjusted}", on=day)
        adjust(self.session, wanted, SIGNED)

    @rule(partner=PARTNERS, amount=st.sampled_from([1, 5_000]), day=DAYS)
    def give_up(self, partner: str, amount: int, day: date) -> None:
        self.adjusted += 1
        wanted = an_adjustment(amount, partner=partner, ref=f"ADJ-{self.adjusted}", on=day)
        try:
            write_off_receivable(self.session, wanted, SIGNED)
        except MoreThanOwed:
            return

    @rule(partner=PARTNERS, amount=st.sampled_from([1, 5_000]), day=DAYS)
    def hold(self, partner: str, amount: int, day: date) -> None:
        try:
            place_hold(self.session, Holding(partner, "USD", amount, "Fraud", day), SIGNED)
        except MoreThanPayable:
            return

    @rule(end=ENDINGS, day=DAYS)
    def end_a_hold(self, end: type, day: date) -> None:
        ended = select(HoldEnd.hold_id)
        ref = self.session.scalar(select(func.min(Hold.hold_ref)).where(Hold.id.not_in(ended)))
        if ref is not None:
            end(self.session, Ending(ref, "Looked into", day), SIGNED)

    @rule(bank=st.sampled_from([the_bank_pays, the_bank_returns]))
    def pay(self, bank: type) -> None:
        last = last_closed(self.session)
        if last is None:
            return
        try:
            bank(self.session, last.ref, on=last.end_day)
        except (NothingPayable, NotTheLastClosed, PaidBeforeTheEnd):
            return

    @rule()
    def close_the_next_month(self) -> None:
        accrue(self.session, at=LATER, house=HOUSE)
        following = first_open(self.session)
        if following is not None and following.ref <= "2026-09":
            close_period(self.session, following.ref, approval=self.people, at=LATER, house=HOUSE)

    @rule()
    def carry_the_balances(self) -> None:
        before = balances(self.session)
        carry(self.session)
        assert is_carried(self.session)
        assert balances(self.session) == before

    @invariant()
    def nobody_is_owed_and_owes(self) -> None:
        if hasattr(self, "session"):
            assert set(trial_balance(self.session).values()) <= {0}
            for balance in balances(self.session).values():
                assert min(balance.of(Account.HOLDBACK), balance.of(Account.HELD)) >= 0
                assert balance.of(Account.RECEIVABLE) <= 0

    def teardown(self) -> None:
        if not hasattr(self, "session"):
            return
        try:
            self._look_back()
        finally:
            self.session.rollback()
            self.session.close()

    def _look_back(self) -> None:
        assert list(broken_rules(self.session, HOUSE, tell=lambda _: None)) == []
        for partner in self.session.scalars(select(Organisation).where(Organisation.ref == "R1")):
            # what is learned after an issue does not change it
            partner.name, partner.terms[0].minimum_payout = "Another name", {"USD": 999_999}
        issued, rebuilt = self._issued_and_rebuilt()
        assert rebuilt == issued

    def _issued_and_rebuilt(self) -> tuple[dict[str, str], dict[str, str]]:
        stated = self.session.execute(select(Statement.number, Statement.content_hash))
        issued = {row.number: row.content_hash for row in stated}
        refs = sorted({number[:7] for number in issued})
        rebuilt: dict[str, str] = {}
        for ref in refs:
            rebuilt |= rebuilt_hashes(self.session, period(self.session, ref), HOUSE)
        return issued, rebuilt


def test_accounts_hold_and_each_closed_month_can_be_made_again(sessions: sessionmaker[Session]) -> None:
    class OnThisDatabase(Accounts):
        pass

    OnThisDatabase.sessions = sessions
    run_state_machine_as_test(OnThisDatabase, settings=settings(stateful, stateful_step_count=12))
