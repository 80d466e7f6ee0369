"""A partner's account from close to close: holdback, receivables, payouts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commissions.adjusting import adjust, repay_receivable, write_off_receivable
from commissions.adjustment_errors import (
    MoreThanOwed,
)
from commissions.billing_models import CommissionEffect
from commissions.closing import close_period
from commissions.house_rules import HouseRules
from commissions.ledger_models import Account, LedgerEntry, StatementLineKind
from commissions.periods import period
from commissions.service_calendar import Calendar
from partners.models import Organisation
from tests.commissions.stated import figures, lines, of, owing_by_april, rules_broken
from tests.commissions.test_accrual import SPLIT, the_worked_example
from tests.commissions.test_closing import APRIL, JUNE, MAY, close, two_people
from tests.factories.books import Billed, LineOf, a_plan, adopt, an_order, deliver, invoice
from tests.factories.money import SIGNED, an_adjustment, the_bank_pays, the_bank_returns

JULY = datetime(2026, 7, 8, 9, tzinfo=UTC)


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
