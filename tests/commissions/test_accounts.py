"""A partner's account from close to close: holdback, receivables, payouts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from commissions.adjustments.adjusting import adjust, repay_receivable, write_off_receivable
from commissions.adjustments.adjustment_errors import (
    MoreThanOwed,
)
from commissions.facts.house_rules import HouseRules
from commissions.facts.service_calendar import Calendar
from commissions.ledger.ledger_models import Account, StatementLineKind
from commissions.ledger.periods import period
from commissions.statements.closing import close_period
from tests.commissions.stated import figures, lines, of, owing_by_april, rules_broken
from tests.factories.books import LineOf, a_plan, adopt, an_order, deliver
from tests.factories.closed_months import APRIL, JUNE, MAY, SPLIT, close, the_worked_example, two_people
from tests.factories.money import SIGNED, an_adjustment, the_bank_pays, the_bank_returns

JULY = datetime(2026, 7, 8, 9, tzinfo=UTC)


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


def test_a_close_recovers_no_more_than_what_is_still_owed_after_later_write_offs(session: Session) -> None:
    """Of 400.00 that March left owing, 150.00 are given up in June before April closes."""
    the_worked_example(session)
    adjust(session, an_adjustment(-73832, on=date(2026, 3, 31)), SIGNED)
    close(session, "2026-03", APRIL)
    assert of(session, Account.RECEIVABLE) == -40000
    adjust(session, an_adjustment(60000, ref="ADJ-2", on=date(2026, 4, 3)), SIGNED)
    write_off_receivable(session, an_adjustment(15000, ref="WO-1", on=date(2026, 6, 10)), SIGNED)
    close(session, "2026-04", MAY)
    assert of(session, Account.RECEIVABLE) == 0
    assert figures(session, "2026-04-R1-USD") == {
        "opening": -40000, "adjustments": 60000, "closing": 20000, "payable": 35000
    }  # fmt: skip
    close(session, "2026-05", JUNE)
    close(session, "2026-06", JULY)
    assert figures(session, "2026-06-R1-USD") == {
        "opening": 20000, "adjustments": 15000, "closing": 35000, "payable": 35000
    }  # fmt: skip
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
