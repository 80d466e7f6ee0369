"""Property 16: an amount is in at most one payout, within the payable; a returned one restores it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from commissions.checking.checking import broken_rules
from commissions.facts.book_lock import lock_books
from commissions.facts.house_rules import HouseRules
from commissions.facts.import_models import ImportKind
from commissions.imports.payout_import import StatusRow, take_statuses
from commissions.imports.taking import BookTaking
from commissions.ledger.accrual import accrue
from commissions.ledger.balances import trial_balance
from commissions.ledger.ledger_models import Account, LedgerEntry, Statement
from commissions.ledger.periods import first_open, last_closed
from commissions.payouts.payable import payables
from commissions.payouts.payout_errors import NothingPayable, NotTheLastClosed, PaidBeforeTheEnd
from commissions.payouts.payout_models import Payout, PayoutStatus
from commissions.payouts.payouts import BatchOrder, Debtor, PayoutApproval, create_batch
from commissions.statements.closing import close_period
from portal.kernel.verdicts import Fate, Row
from tests.factories.books import LineOf, a_plan, adopt, an_import, an_order, deliver
from tests.factories.closed_months import two_people
from tests.factories.payees import approved_payee, german_details, partner_of
from tests.profiles import stateful

HOUSE = HouseRules()
AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
FLIGHT = (date(2026, 3, 1), date(2026, 5, 31))
DAYS = st.sampled_from([date(2026, 3, 31), date(2026, 4, 1), date(2026, 5, 20)])
DEBTOR = Debtor("Larkwell Audio", "DE75512108001245126199", "SOLADEST600")


class Payouts(RuleBasedStateMachine):
    """Two partners, one with bank data, over five months that are closed and paid in any order of events."""

    sessions: sessionmaker[Session]

    @initialize()
    def open_books(self) -> None:
        self.session = self.sessions()
        self.session.connection(execution_options={"writes": True})
        for ref in ("R1", "R2"):
            partner_of(self.session, ref)
        approved_payee(self.session, "R1", german_details(), at=AT)
        adopt(self.session, a_plan())
        line = LineOf("L1", rate="12.35", days=FLIGHT, booked=9000, split={"R1": "60", "R2": "40"})
        an_order(self.session, "IO-1", line)
        self.people = two_people(self.session)
        self.returned = 0

    @rule(day=DAYS, units=st.integers(0, 3000))
    def deliver(self, day: date, units: int) -> None:
        deliver(self.session, "L1", day, units)

    @rule()
    def close_the_next_month(self) -> None:
        accrue(self.session, at=AT, house=HOUSE)
        following = first_open(self.session)
        if following is not None and following.ref <= "2026-07":
            close_period(self.session, following.ref, approval=self.people, at=AT, house=HOUSE)

    @rule(after=st.integers(0, 40), by_hand=st.booleans())
    def pay(self, *, after: int, by_hand: bool) -> None:
        last = last_closed(self.session)
        if last is None:
            return
        before = self._sent()
        order = BatchOrder(last.ref, last.end_day + timedelta(days=after), DEBTOR, by_hand)
        try:
            self._create(order)
        except NothingPayable:
            return
        sent = self._sent()
        self._create(order)
        assert before <= sent == self._sent()

    @rule()
    def pay_what_cannot_be_paid(self) -> None:
        last = last_closed(self.session)
        for ref, day in (("2026-02", date(2026, 4, 1)), (last.ref if last else "2026-03", date(2026, 3, 31))):
            try:
                self._create(BatchOrder(ref, day, DEBTOR))
            except (NotTheLastClosed, PaidBeforeTheEnd):
                continue
            raise AssertionError(ref)

    @rule(status=st.sampled_from([PayoutStatus.CONFIRMED, PayoutStatus.RETURNED]), which=st.integers(0, 9))
    def hear_from_the_bank(self, status: PayoutStatus, which: int) -> None:
        found = self.session.scalars(select(Payout).order_by(Payout.id)).all()
        if not found:
            return
        payout = found[which % len(found)]
        key = (payout.partner_ref, payout.currency)
        before = payables(self.session).get(key, 0)
        # a first answer, or money that came back after it was confirmed
        told = {event.status for event in payout.events}
        is_news = status not in told and PayoutStatus.RETURNED not in told
        fate = self._answer(StatusRow(payout.payout_ref, status, payout.batch.pay_on, None))
        assert fate in ({Fate.ACCEPTED} if is_news else {Fate.UNCHANGED, Fate.DOUBTED})
        given_back = payout.amount_minor if fate is Fate.ACCEPTED and status is PayoutStatus.RETURNED else 0
        assert payables(self.session).get(key, 0) - before == given_back
        self.returned += given_back

    @invariant()
    def no_amount_is_in_two_payouts(self) -> None:
        if not hasattr(self, "session"):
            return
        assert set(trial_balance(self.session).values()) <= {0}
        query = select(Payout, Statement.payable).join(Statement, Statement.id == Payout.statement_id)
        rows = self.session.execute(query).all()
        assert all(0 < payout.amount_minor <= payable for payout, payable in rows)
        assert len({payout.statement_id for payout, _ in rows}) == len(rows)
        # whatever was let go is what went to the bank and did not come back
        credit = LedgerEntry.credit_minor - LedgerEntry.debit_minor
        gone = select(func.sum(credit)).where(LedgerEntry.account.in_([Account.CLEARING, Account.CASH]))
        assert (self.session.scalar(gone) or 0) == self._sent() - self.returned

    def teardown(self) -> None:
        if not hasattr(self, "session"):
            return
        broken = list(broken_rules(self.session, HOUSE, tell=lambda _: None))
        self.session.rollback()
        self.session.close()
        assert broken == []

    def _create(self, order: BatchOrder) -> None:
        create_batch(self.session, order, approval=PayoutApproval(None, None), at=AT, house=HOUSE)

    def _sent(self) -> int:
        return int(self.session.scalar(select(func.sum(Payout.amount_minor))) or 0)

    def _answer(self, row: StatusRow) -> Fate:
        lock_books(self.session)
        taking = BookTaking(an_import(self.session, ImportKind.PAYOUT_STATUS), AT, house=HOUSE)
        (verdict,) = take_statuses(self.session, [Row(1, {}, row)], taking)
        return verdict.fate


def test_property_16_whatever_is_paid_returned_and_closed(sessions: sessionmaker[Session]) -> None:
    class OnThisDatabase(Payouts):
        pass

    OnThisDatabase.sessions = sessions
    run_state_machine_as_test(OnThisDatabase, settings=settings(stateful, stateful_step_count=12))
