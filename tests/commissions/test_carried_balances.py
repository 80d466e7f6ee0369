"""Sums over the ledger start from what the last closed month came to, and come to the same."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commissions.adjustments.carrying import carry, is_carried
from commissions.adjustments.waiting import standings_waiting
from commissions.ledger.accrual import accrue
from commissions.ledger.balance_models import ClosingBalance, LeftAccrued
from commissions.ledger.balances import balances, balances_around, carry_balances
from commissions.payouts.payable import payables
from portal.web.home.finance import owed
from tests.commissions.test_checking import rules_broken
from tests.factories.books import Billed, LineOf, a_plan, adopt, an_order, deliver, invoice, line_id, pay
from tests.factories.closed_months import APRIL, MAY, close, smuggle, the_worked_example, two_closed_months
from tests.factories.people import a_partner

MARCH = (date(2026, 3, 1), date(2026, 3, 31))


def all_sums(session: Session) -> list[object]:
    """Everything that is added up from the ledger, of today and of both months."""
    return [
        owed(session),
        payables(session),
        *(balances(session, through=ref) for ref in (None, "2026-03", "2026-04")),
        *(balances_around(session, ref) for ref in ("2026-03", "2026-04")),
        *(payables(session, partner_ref=ref, through="2026-03") for ref in ("R1", "R2")),
    ]


def test_sums_are_the_same_whether_or_not_balances_were_carried(session: Session) -> None:
    the_worked_example(session)
    close(session, "2026-03", APRIL)
    deliver(session, "L2", date(2026, 3, 6), 183_912)
    accrue(session, at=MAY)
    before = all_sums(session)
    carry(session)
    assert session.scalar(select(func.count()).select_from(ClosingBalance))
    assert all_sums(session) == before
    assert rules_broken(session) == []


def test_balances_are_carried_once_for_each_close(session: Session) -> None:
    assert is_carried(session)
    the_worked_example(session)
    close(session, "2026-03", APRIL)
    assert not is_carried(session)
    carry(session)
    carry(session)
    close(session, "2026-04", MAY)
    assert not is_carried(session)
    before = all_sums(session)
    carry(session)
    assert is_carried(session)
    assert all_sums(session) == before
    months = select(ClosingBalance.period).distinct().order_by(ClosingBalance.period)
    assert session.scalars(months).all() == ["2026-03", "2026-04"]


def waits_for_cash(session: Session) -> None:
    """Two lines of March that are paid when collected: by the first close one of them is."""
    a_partner(session, "R1")
    a_partner(session, "R2")
    adopt(session, a_plan(payable_when="collected", finality_days=0))
    an_order(session, "IO-1", LineOf("PAID", days=MARCH, booked=200))
    an_order(session, "IO-2", LineOf("OPEN", days=MARCH, split={"R1": "1", "R2": "1"}))
    for ref in ("PAID", "OPEN"):
        deliver(session, ref, MARCH[0], 100)
        invoice(session, f"INV-{ref}", Billed(ref, net=425_000), on=MARCH[1])
    pay(session, "PAY-1", "INV-PAID", 425_000, on=MARCH[1])
    close(session, "2026-03", APRIL)


def waiting(session: Session) -> list[object]:
    return [
        found
        for ref in ("2026-03", "2026-04")
        for found in (
            standings_waiting(session, ref),
            standings_waiting(session, ref, earned_in_it=False),
            standings_waiting(session, ref, partner_ref="R2"),
        )
    ]


def test_what_waits_is_the_same_whether_or_not_a_close_was_carried(session: Session) -> None:
    waits_for_cash(session)
    # a correction of what was paid, and cash for what was not
    deliver(session, "PAID", date(2026, 3, 2), 3)
    pay(session, "PAY-2", "INV-OPEN", 425_000, on=APRIL.date())
    accrue(session, at=MAY)
    before = waiting(session)
    carry(session)
    left = select(LeftAccrued.payee_ref, LeftAccrued.line_id).order_by(LeftAccrued.payee_ref)
    assert session.execute(left).all() == [(ref, line_id(session, "OPEN")) for ref in ("R1", "R2")]
    assert waiting(session) == before
    close(session, "2026-04", MAY)
    carry(session)
    assert rules_broken(session) == []
    # what was corrected is not paid for yet
    april = left.where(LeftAccrued.period == "2026-04")
    assert session.execute(april).all() == [("R1", line_id(session, "PAID"))]


def test_the_check_compares_what_a_close_left_accrued(session: Session) -> None:
    waits_for_cash(session)
    carry(session)
    assert rules_broken(session) == []
    session.add(LeftAccrued(period="2026-03", payee_ref="R1", line_id=line_id(session, "PAID")))
    session.flush()
    assert rules_broken(session) == ["left accrued"]


def test_a_month_that_an_earlier_release_closed_is_carried_later(session: Session) -> None:
    """Its balances are written already."""
    waits_for_cash(session)
    carry_balances(session, "2026-03")
    assert not is_carried(session)
    carry(session)
    assert is_carried(session)
    assert rules_broken(session) == []


def test_entries_of_closed_months_are_not_read_again_and_the_check_compares_them(session: Session) -> None:
    two_closed_months(session)
    carry(session)
    before = all_sums(session)
    smuggle(session, "2026-04")
    assert balances(session) == before[2]
    assert "carried balances" in rules_broken(session)
