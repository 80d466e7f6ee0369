"""Adjustments, opening balances at go-live, and holds: posted once, stated with their reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commissions.adjustments.adjusting import adjust
from commissions.adjustments.adjustment_errors import (
    AccountDoesNotFit,
    AdjustmentNeedsReason,
    AmountIsNothing,
    DayNotBelieved,
    HoldHasEnded,
    MoreThanPayable,
    NoSuchPartner,
    RefTaken,
)
from commissions.adjustments.adjustment_models import AdjustedAccount
from commissions.adjustments.holds import Ending, Holding, lift_hold, place_hold, uphold_hold
from commissions.facts.errors import SamePerson
from commissions.ledger.balances import balances, trial_balance
from commissions.ledger.ledger_models import Account, LedgerEntry, Statement, StatementLineKind
from portal.kernel.errors import NotFound
from tests.commissions.stated import figures, lines, of, rules_broken
from tests.factories.books import LineOf, a_plan, adopt, an_order, deliver
from tests.factories.closed_months import APRIL, JUNE, MAY, close, the_worked_example
from tests.factories.money import SIGNED, an_adjustment, an_opening, the_bank_pays
from tests.factories.people import a_partner


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


def test_two_currencies_of_a_partner_never_meet(session: Session) -> None:
    a_partner(session, "R1")
    adjust(session, an_adjustment(-500), SIGNED)
    adjust(session, replace(an_adjustment(900, ref="ADJ-2"), currency="JPY"), SIGNED)
    close(session, "2026-03", APRIL)
    assert figures(session, "2026-03-R1-USD") == {"adjustments": -500, "closing": -500}
    assert figures(session, "2026-03-R1-JPY") == {"adjustments": 900, "closing": 900, "payable": 900}
    assert session.scalar(select(func.count()).select_from(Statement)) == 2
    assert rules_broken(session) == []
