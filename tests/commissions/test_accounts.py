"""A partner's account from close to close: holdback, adjustments, holds, receivables, payouts, go-live."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commissions.adjusting import adjust, repay_receivable, write_off_receivable
from commissions.adjustment_errors import (
    AccountDoesNotFit,
    AdjustmentNeedsReason,
    AmountIsNothing,
    DayNotBelieved,
    HoldHasEnded,
    MoreThanOwed,
    MoreThanPayable,
    NoSuchPartner,
    RefTaken,
)
from commissions.adjustment_models import AdjustedAccount
from commissions.balances import balances, trial_balance
from commissions.billing_models import CommissionEffect
from commissions.checking import broken_rules
from commissions.closing import close_period
from commissions.errors import SamePerson
from commissions.holds import Ending, Holding, lift_hold, place_hold, uphold_hold
from commissions.house_rules import HouseRules
from commissions.ledger_models import Account, LedgerEntry, Statement, StatementLine, StatementLineKind
from commissions.periods import period
from commissions.service_calendar import Calendar
from partners.models import Organisation
from portal.kernel.errors import NotFound
from tests.commissions.test_accrual import SPLIT, the_worked_example
from tests.commissions.test_closing import APRIL, JUNE, MAY, close, statement, two_people
from tests.factories.books import Billed, LineOf, a_plan, adopt, an_order, deliver, invoice
from tests.factories.money import SIGNED, an_adjustment, an_opening, the_bank_pays, the_bank_returns
from tests.factories.people import a_partner

JULY = datetime(2026, 7, 8, 9, tzinfo=UTC)


def rules_broken(session: Session) -> list[str]:
    return [f"{one.rule}: {one.sentence}" for one in broken_rules(session, HouseRules(), tell=lambda _: None)]


def figures(session: Session, number: str) -> dict[str, int]:
    """The figures that are not 0."""
    names = (
        *("opening", "earned", "prior_period", "clawback", "adjustments", "holdback_withheld"),
        *("holdback_released", "payouts", "closing", "holdback_balance", "payable"),
    )
    found = statement(session, number)
    return {name: getattr(found, name) for name in names if getattr(found, name)}


def lines(session: Session, number: str, kind: StatementLineKind) -> list[StatementLine]:
    return [line for line in statement(session, number).lines if line.kind is kind]


def of(session: Session, account: Account, partner: str = "R1") -> int:
    """The balance as the partner sees it: what is owed to it is above 0."""
    return balances(session)[partner, "USD"].of(account)


def owing_by_april(session: Session) -> None:
    """March is closed and paid, then both lines are restated to nothing: R1 owes 338.32."""
    the_worked_example(session)
    close(session, "2026-03", APRIL)
    the_bank_pays(session, "2026-03", on=date(2026, 4, 10))
    for line, day in (("L1", 5), ("L2", 6)):
        deliver(session, line, date(2026, 3, day), 0)
    close(session, "2026-04", MAY)


class TestTheWorkedExample:
    """Domain-commissions 2.9 for R1 and R2, with their two spots of April on a line of its own."""

    @pytest.fixture(autouse=True)
    def _book(self, session: Session) -> None:
        the_worked_example(session)
        adopt(session, a_plan(holdback_percent="10", holdback_days=30))
        april = LineOf("L3", days=(date(2026, 4, 1), date(2026, 4, 30)), split=SPLIT)
        an_order(session, "IO-2", april)
        for partner in session.scalars(select(Organisation).where(Organisation.ref.in_(["R1", "R2"]))):
            partner.terms[0].minimum_payout = {"USD": 2500}
        invoice(session, "INV-1", Billed("L1", net=382_500, units=90), on=date(2026, 4, 3))
        close(session, "2026-03", APRIL)

    def test_rows_three_and_four(self, session: Session) -> None:
        assert figures(session, "2026-03-R1-USD") == {
            "earned": 33832, "holdback_withheld": 3383, "closing": 30449, "holdback_balance": 3383,
            "payable": 30449,
        }  # fmt: skip
        assert figures(session, "2026-03-R2-USD") == {
            "earned": 22554, "holdback_withheld": 2255, "closing": 20299, "holdback_balance": 2255,
            "payable": 20299,
        }  # fmt: skip
        (line,) = lines(session, "2026-03-R1-USD", StatementLineKind.HOLDBACK)
        assert (line.amount, line.basis, line.rate) == (-3383, "338.32", "10%")
        assert line.explanation == (
            "10% of the 338.32 that became payable under plan standard version 2 is held back until "
            "30 April 2026."
        )

    def test_rows_nine_to_eleven_and_the_balances(self, session: Session) -> None:
        deliver(session, "L2", date(2026, 3, 6), 183_912)
        deliver(session, "L3", date(2026, 4, 9), 2)
        ten_spots = Billed("L1", net=42_500, units=10, service_month=date(2026, 3, 1))
        invoice(session, "CN-1", ten_spots, on=date(2026, 4, 10), credits_invoice="INV-1")
        goodwill = Billed("L1", net=5_000, effect=CommissionEffect.NONE)
        invoice(session, "CN-2", goodwill, on=date(2026, 4, 12), credits_invoice="INV-1")
        the_bank_pays(session, "2026-03", on=date(2026, 4, 15))
        close(session, "2026-04", MAY)
        assert figures(session, "2026-04-R1-USD") == {
            "opening": 30449, "earned": 510, "prior_period": -218, "clawback": -2550, "payouts": 30449,
            "holdback_released": 3383, "closing": 1125,
        }  # fmt: skip
        assert figures(session, "2026-04-R2-USD") == {
            "opening": 20299, "earned": 340, "prior_period": -144, "clawback": -1700, "payouts": 20299,
            "holdback_released": 2255, "closing": 751,
        }  # fmt: skip
        (line,) = lines(session, "2026-04-R1-USD", StatementLineKind.HOLDBACK_RELEASE)
        assert (line.amount, line.service_month) == (3383, "2026-03")
        assert line.explanation == "Held back on 2026-03-R1-USD until 30 April 2026; it is yours now."
        assert _balances(session) == {
            Account.CASH: -50748, Account.EXPENSE: 52624, Account.PAYABLE: -1876, Account.ACCRUED: 0,
            Account.HOLDBACK: 0, Account.CLEARING: 0,
        }  # fmt: skip
        assert rules_broken(session) == []


def _balances(session: Session) -> dict[Account, int]:
    """Debits less credits by account."""
    query = select(
        LedgerEntry.account, func.sum(LedgerEntry.debit_minor - LedgerEntry.credit_minor)
    ).group_by(LedgerEntry.account)
    return {account: int(minor) for account, minor in session.execute(query)}


def test_an_adjustment_stands_on_the_statement_of_its_month_with_its_reason(session: Session) -> None:
    the_worked_example(session)
    adjust(session, an_adjustment(-1000), SIGNED)
    close(session, "2026-03", APRIL)
    assert figures(session, "2026-03-R1-USD") == {
        "earned": 33832, "adjustments": -1000, "closing": 32832, "payable": 32832
    }  # fmt: skip
    (line,) = lines(session, "2026-03-R1-USD", StatementLineKind.ADJUSTMENT)
    assert (line.component, line.amount) == ("ADJ-1", -1000)
    assert line.explanation == "Adjustment, 20 March 2026: Rate of March corrected."
    assert rules_broken(session) == []


def test_an_adjustment_of_a_closed_month_is_posted_in_the_first_open_one(session: Session) -> None:
    the_worked_example(session)
    close(session, "2026-03", APRIL)
    made = adjust(session, an_adjustment(500), SIGNED)
    dated = session.scalars(select(LedgerEntry.dated).where(LedgerEntry.entry == made.entry)).first()
    assert (made.period, dated) == ("2026-04", date(2026, 4, 1))
    close(session, "2026-04", MAY)
    assert figures(session, "2026-04-R1-USD")["adjustments"] == 500


def test_the_same_adjustment_again_is_nothing_and_another_under_its_ref_is_refused(session: Session) -> None:
    a_partner(session, "R1")
    first = adjust(session, an_adjustment(500), SIGNED)
    assert adjust(session, an_adjustment(500), SIGNED) is first
    with pytest.raises(RefTaken):
        adjust(session, an_adjustment(600), SIGNED)
    assert of(session, Account.PAYABLE) == 500


def test_an_adjustment_is_never_nothing_nor_without_reason_partner_or_day(session: Session) -> None:
    a_partner(session, "R1")
    with pytest.raises(AmountIsNothing):
        adjust(session, an_adjustment(0), SIGNED)
    with pytest.raises(AdjustmentNeedsReason):
        adjust(session, an_adjustment(1, reason=" "), SIGNED)
    with pytest.raises(NoSuchPartner):
        adjust(session, an_adjustment(1, partner="R9"), SIGNED)
    with pytest.raises(DayNotBelieved):
        adjust(session, an_adjustment(1, on=date(2062, 3, 31)), SIGNED)
    with pytest.raises(AccountDoesNotFit):
        adjust(session, replace(an_adjustment(1), account=AdjustedAccount.ACCRUED), SIGNED)
    with pytest.raises(AccountDoesNotFit):
        adjust(session, an_opening(1, AdjustedAccount.HOLDBACK, ref="O-1"), SIGNED)
    assert balances(session) == {}


def test_the_author_cannot_approve_an_adjustment_or_a_hold(session: Session) -> None:
    a_partner(session, "R1")
    alone = replace(SIGNED, approved_by=SIGNED.by)
    with pytest.raises(SamePerson):
        adjust(session, an_adjustment(1), alone)
    with pytest.raises(SamePerson):
        place_hold(session, Holding("R1", "USD", 1, "Fraud", date(2026, 4, 2)), alone)


def test_half_run_orders_and_opening_balances_are_taken_over_and_the_first_close_follows(
    session: Session,
) -> None:
    """Go-live on 1 April: before it, 60 of 90 spots aired and were settled in the system before."""
    for ref in ("R1", "R2"):
        a_partner(session, ref)
    adopt(session, a_plan())
    an_order(session, "IO-1", LineOf("L1", booked=90, days=(date(2026, 2, 1), date(2026, 4, 30))))
    for one in (
        an_opening(20000, AdjustedAccount.PAYABLE, ref="O-PAY"),
        an_opening(5500, AdjustedAccount.ACCRUED, ref="O-ACC", due_on=date(2026, 4, 30)),
        an_opening(3000, AdjustedAccount.HOLDBACK, ref="O-HELD", due_on=date(2026, 4, 15)),
    ):
        adjust(session, one, SIGNED)
    close(session, "2026-03", APRIL)
    assert figures(session, "2026-03-R1-USD") == {
        "adjustments": 25500, "closing": 25500, "holdback_balance": 3000, "payable": 20000
    }  # fmt: skip
    # what aired before keeps the cap right; what it earned was settled before
    deliver(session, "L1", date(2026, 2, 10), 25)
    deliver(session, "L1", date(2026, 3, 10), 35)
    deliver(session, "L1", date(2026, 4, 10), 40)
    before = an_opening(
        -25500, AdjustedAccount.ACCRUED, ref="O-RAN", on=date(2026, 4, 1), due_on=date(2026, 4, 1)
    )
    adjust(session, before, SIGNED)
    the_bank_pays(session, "2026-03", on=date(2026, 4, 10))
    close(session, "2026-04", MAY)
    # 30 of the 40 spots of April are within the order: 127.50
    assert figures(session, "2026-04-R1-USD") == {
        "opening": 25500, "earned": 12750, "prior_period": 25500, "adjustments": -25500, "payouts": 20000,
        "holdback_released": 3000, "closing": 21250, "payable": 21250,
    }  # fmt: skip
    (released,) = lines(session, "2026-04-R1-USD", StatementLineKind.RELEASED)
    assert (released.component, released.amount) == ("O-ACC", 5500)
    assert trial_balance(session) == {"USD": 0}
    assert rules_broken(session) == []


def test_the_first_close_may_be_a_period_before_anything_happened(session: Session) -> None:
    the_worked_example(session)
    assert close(session, "2026-01", APRIL).statements == 0
    assert close(session, "2026-02", APRIL).statements == 0
    assert close(session, "2026-03", APRIL).statements == 2


def test_an_opening_without_a_due_day_stays_accrued_until_a_pair_moves_it(session: Session) -> None:
    a_partner(session, "R1")
    adjust(session, an_opening(700, AdjustedAccount.ACCRUED, ref="O-1"), SIGNED)
    close(session, "2026-03", APRIL)
    assert figures(session, "2026-03-R1-USD") == {"adjustments": 700, "closing": 700}
    for amount, account in ((-700, AdjustedAccount.ACCRUED), (700, AdjustedAccount.PAYABLE)):
        adjust(session, an_opening(amount, account, ref=f"O-{account}", on=date(2026, 4, 2)), SIGNED)
    close(session, "2026-04", MAY)
    assert figures(session, "2026-04-R1-USD") == {"opening": 700, "closing": 700, "payable": 700}
    assert rules_broken(session) == []


def test_a_receivable_arises_is_recovered_and_nothing_is_withheld_meanwhile(session: Session) -> None:
    owing_by_april(session)
    assert figures(session, "2026-04-R1-USD") == {
        "opening": 33832, "prior_period": -33832, "payouts": 33832, "closing": -33832
    }  # fmt: skip
    adopt(session, a_plan(holdback_percent="10", holdback_days=30))
    an_order(session, "IO-2", LineOf("L3", days=(date(2026, 5, 1), date(2026, 6, 30)), split=SPLIT))
    deliver(session, "L3", date(2026, 5, 4), 50)
    close(session, "2026-05", JUNE)
    assert figures(session, "2026-05-R1-USD") == {"opening": -33832, "earned": 12750, "closing": -21082}
    deliver(session, "L3", date(2026, 6, 4), 50)
    adjust(session, an_adjustment(50000, on=date(2026, 6, 2)), SIGNED)
    close(session, "2026-06", JULY)
    assert figures(session, "2026-06-R1-USD")["payable"] == 12750 + 50000 - 21082
    assert of(session, Account.RECEIVABLE) == 0
    assert rules_broken(session) == []


def test_holdback_is_used_before_a_receivable_arises(session: Session) -> None:
    the_worked_example(session)
    adopt(session, a_plan(holdback_percent="10", holdback_days=300))
    close(session, "2026-03", APRIL)
    the_bank_pays(session, "2026-03", on=date(2026, 4, 10))
    adjust(session, an_adjustment(-2000, on=date(2026, 4, 11)), SIGNED)
    close(session, "2026-04", MAY)
    assert figures(session, "2026-04-R1-USD") == {
        "opening": 30449, "adjustments": -2000, "payouts": 30449, "holdback_released": 2000,
        "holdback_balance": 1383,
    }  # fmt: skip
    (line,) = lines(session, "2026-04-R1-USD", StatementLineKind.HOLDBACK_RELEASE)
    assert line.explanation == (
        "Held back on 2026-03-R1-USD and used now, because more was taken back than was payable."
    )
    adjust(session, an_adjustment(-2000, ref="ADJ-2", on=date(2026, 5, 11)), SIGNED)
    close(session, "2026-05", JUNE)
    assert figures(session, "2026-05-R1-USD") == {
        "adjustments": -2000, "holdback_released": 1383, "closing": -617
    }  # fmt: skip
    assert of(session, Account.RECEIVABLE) == -617
    assert rules_broken(session) == []


def test_what_is_owed_is_written_off_or_paid_and_no_more_than_that(session: Session) -> None:
    owing_by_april(session)
    given_up = an_adjustment(30000, ref="WO-1", on=date(2026, 5, 3), reason="Insolvent")
    with pytest.raises(MoreThanOwed):
        write_off_receivable(session, replace(given_up, amount=33833), SIGNED)
    write_off_receivable(session, given_up, SIGNED)
    write_off_receivable(session, given_up, SIGNED)
    paid = an_adjustment(3832, ref="REP-1", on=date(2026, 5, 4), reason="Transfer received")
    repay_receivable(session, paid, SIGNED)
    close(session, "2026-05", JUNE)
    assert figures(session, "2026-05-R1-USD") == {"opening": -33832, "adjustments": 30000, "payouts": -3832}
    assert of(session, Account.RECEIVABLE) == 0
    assert rules_broken(session) == []


def test_a_hold_keeps_an_amount_from_payment_until_it_is_lifted(session: Session) -> None:
    the_worked_example(session)
    close(session, "2026-03", APRIL)
    with pytest.raises(MoreThanPayable):
        place_hold(session, Holding("R1", "USD", 33833, "Fraud", date(2026, 4, 9)), SIGNED)
    hold = place_hold(session, Holding("R1", "USD", 10000, "Fraud", date(2026, 4, 9)), SIGNED)
    close(session, "2026-04", MAY)
    assert figures(session, "2026-04-R1-USD") == {"opening": 33832, "closing": 33832, "payable": 23832}
    lifted = Ending(hold.hold_ref, "Cleared", date(2026, 5, 3))
    lift_hold(session, lifted, SIGNED)
    with pytest.raises(HoldHasEnded):
        uphold_hold(session, lifted, SIGNED)
    close(session, "2026-05", JUNE)
    assert figures(session, "2026-05-R1-USD")["payable"] == 33832
    assert rules_broken(session) == []


def test_a_hold_that_is_upheld_reverses_the_expense_and_is_stated(session: Session) -> None:
    the_worked_example(session)
    close(session, "2026-03", APRIL)
    hold = place_hold(session, Holding("R1", "USD", 10000, "Fraud", date(2026, 4, 9)), SIGNED)
    uphold_hold(session, Ending(hold.hold_ref, "Clicks were bought", date(2026, 4, 20)), SIGNED)
    close(session, "2026-04", MAY)
    assert figures(session, "2026-04-R1-USD") == {
        "opening": 33832, "adjustments": -10000, "closing": 23832, "payable": 23832
    }  # fmt: skip
    (line,) = lines(session, "2026-04-R1-USD", StatementLineKind.ADJUSTMENT)
    assert line.explanation == "Held amount that is not paid, 20 April 2026: Clicks were bought."
    with pytest.raises(NotFound):
        lift_hold(session, Ending("HOLD-9999", "Why", date(2026, 4, 20)), SIGNED)
    assert rules_broken(session) == []


def test_a_returned_payout_is_payable_again(session: Session) -> None:
    the_worked_example(session)
    close(session, "2026-03", APRIL)
    the_bank_returns(session, "2026-03", on=date(2026, 4, 10))
    close(session, "2026-04", MAY)
    assert figures(session, "2026-04-R1-USD") == {"opening": 33832, "closing": 33832, "payable": 33832}


def test_months_of_the_broadcast_calendar_withhold_and_release(session: Session) -> None:
    """Broadcast March ends on 29 March, April on 26 April, May on 31 May."""
    house = HouseRules(calendar=Calendar.BROADCAST)
    the_worked_example(session)
    adopt(session, a_plan(holdback_percent="10", holdback_days=30))
    people = two_people(session)
    for ref, at in (("2026-03", APRIL), ("2026-04", MAY), ("2026-05", JUNE)):
        close_period(session, ref, approval=people, at=at, house=house)
    balance = [figures(session, f"2026-0{month}-R1-USD").get("holdback_balance", 0) for month in (3, 4, 5)]
    assert balance == [3383, 3383, 0]
    assert period(session, "2026-04").end_day == date(2026, 4, 27)


def test_two_currencies_of_a_partner_never_meet(session: Session) -> None:
    a_partner(session, "R1")
    adjust(session, an_adjustment(-500), SIGNED)
    adjust(session, replace(an_adjustment(900, ref="ADJ-2"), currency="JPY"), SIGNED)
    close(session, "2026-03", APRIL)
    assert figures(session, "2026-03-R1-USD") == {"adjustments": -500, "closing": -500}
    assert figures(session, "2026-03-R1-JPY") == {"adjustments": 900, "closing": 900, "payable": 900}
    assert session.scalar(select(func.count()).select_from(Statement)) == 2
    assert rules_broken(session) == []
