"""Sums over the ledger start from what the last closed month came to, and come to the same."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commissions.ledger.accrual import accrue
from commissions.ledger.balance_models import ClosingBalance
from commissions.ledger.balances import balances, balances_around, carry_balances, is_carried
from commissions.payouts.payable import payables
from portal.web.home.finance import owed
from tests.commissions.test_checking import rules_broken
from tests.factories.books import deliver
from tests.factories.closed_months import APRIL, MAY, close, smuggle, the_worked_example, two_closed_months


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
    carry_balances(session)
    assert session.scalar(select(func.count()).select_from(ClosingBalance))
    assert all_sums(session) == before
    assert rules_broken(session) == []


def test_balances_are_carried_once_for_each_close(session: Session) -> None:
    assert is_carried(session)
    the_worked_example(session)
    close(session, "2026-03", APRIL)
    assert not is_carried(session)
    carry_balances(session)
    carry_balances(session)
    close(session, "2026-04", MAY)
    assert not is_carried(session)
    before = all_sums(session)
    carry_balances(session)
    assert is_carried(session)
    assert all_sums(session) == before
    months = select(ClosingBalance.period).distinct().order_by(ClosingBalance.period)
    assert session.scalars(months).all() == ["2026-03", "2026-04"]


def test_entries_of_closed_months_are_not_read_again_and_the_check_compares_them(session: Session) -> None:
    two_closed_months(session)
    carry_balances(session)
    before = all_sums(session)
    smuggle(session, "2026-04")
    assert balances(session) == before[2]
    assert "carried balances" in rules_broken(session)
