"""Closing issues statements once, in order, by two people; what comes later is said on the next ones."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from commissions.facts.errors import (
    CloseIsBlocked,
    EarlierPeriodOpen,
    PeriodClosed,
    PeriodNotOver,
    RoleCannotClose,
    SamePerson,
    StatementsDoNotAddUp,
)
from commissions.facts.house_rules import HouseRules
from commissions.ledger.accrual import accrue
from commissions.ledger.balances import balances, trial_balance
from commissions.ledger.ledger_models import Account, Event, LedgerEntry, Statement, StatementLineKind
from commissions.ledger.periods import period
from commissions.statements.closing import Approval, close_period
from portal.kernel.identity import Identity, Role
from tests.factories.books import Billed, LineOf, a_plan, adopt, an_order, deliver, invoice, pay
from tests.factories.closed_months import (
    APRIL,
    MAY,
    a_doubted_row,
    close,
    smuggle,
    statement,
    the_worked_example,
)
from tests.factories.people import a_brand, an_identity

HOUSE = HouseRules()


def figures(session: Session, number: str) -> dict[str, int]:
    found = statement(session, number)
    names = ("opening", "earned", "prior_period", "clawback", "closing", "payable")
    return {name: getattr(found, name) for name in names}


def test_a_close_states_what_was_earned(session: Session) -> None:
    the_worked_example(session)
    assert close(session, "2026-03", APRIL).statements == 2
    r1 = figures(session, "2026-03-R1-USD")
    assert r1 == {
        "opening": 0, "earned": 33832, "prior_period": 0, "clawback": 0, "closing": 33832, "payable": 33832
    }  # fmt: skip
    assert trial_balance(session) == {"USD": 0}


def test_a_later_restatement_stands_on_the_next_statement_and_names_the_one_it_corrects(
    session: Session,
) -> None:
    the_worked_example(session)
    close(session, "2026-03", APRIL)
    deliver(session, "L2", date(2026, 3, 6), 183_912)
    close(session, "2026-04", MAY)
    r1 = figures(session, "2026-04-R1-USD")
    assert (r1["opening"], r1["prior_period"], r1["closing"]) == (33832, -218, 33614)
    (line,) = statement(session, "2026-04-R1-USD").lines
    assert line.corrects == "2026-03-R1-USD"
    assert (line.units_before, line.units_after, line.amount_before, line.amount_after) == (
        187_654, 183_912, 10882, 10664
    )  # fmt: skip
    assert "187,654 units and 108.82 were stated" in line.explanation


def test_a_credit_note_after_the_close_is_clawback(session: Session) -> None:
    the_worked_example(session)
    invoice(session, "INV-1", Billed("L1", net=382_500, units=90), on=date(2026, 4, 3))
    close(session, "2026-03", APRIL)
    ten_spots = Billed("L1", net=42_500, units=10, service_month=date(2026, 3, 1))
    invoice(session, "CN-1", ten_spots, on=date(2026, 4, 10), credits_invoice="INV-1")
    accrue(session, at=APRIL)
    assert accrue(session, at=APRIL).postings == 0
    close(session, "2026-04", MAY)
    assert figures(session, "2026-04-R1-USD")["clawback"] == -2550
    assert figures(session, "2026-04-R2-USD")["clawback"] == -1700


def test_what_was_invoiced_later_is_released_outside_the_sums(session: Session) -> None:
    the_worked_example(session)
    adopt(session, a_plan(payable_when="invoiced"))
    close(session, "2026-03", APRIL)
    assert figures(session, "2026-03-R1-USD")["payable"] == 0
    invoice(session, "INV-1", Billed("L1", net=191_250), on=date(2026, 5, 3))
    close(session, "2026-04", MAY)
    assert figures(session, "2026-04-R1-USD")["payable"] == 11475
    (line,) = statement(session, "2026-04-R1-USD").lines
    assert (line.kind, line.amount) == (StatementLineKind.RELEASED, 11475)


def test_cash_that_comes_after_the_close_is_earned_then(session: Session) -> None:
    the_worked_example(session)
    adopt(session, a_plan(basis="collected", payable_when="collected"))
    invoice(session, "INV-1", Billed("L1", net=382_500, tax=76_500), on=date(2026, 4, 3))
    close(session, "2026-03", APRIL)
    pay(session, "PAY-1", "INV-1", 229_500, on=date(2026, 4, 20))
    close(session, "2026-04", MAY)
    assert figures(session, "2026-04-R1-USD")["earned"] == 11475
    assert figures(session, "2026-04-R1-USD")["payable"] == 11475


def test_what_a_partner_owes_stands_as_a_receivable_and_is_recovered(session: Session) -> None:
    the_worked_example(session)
    an_order(session, "IO-2", LineOf("L3", days=(date(2026, 5, 1), date(2026, 5, 31))))
    close(session, "2026-03", APRIL)
    for line, day in (("L1", 5), ("L2", 6)):
        deliver(session, line, date(2026, 3, day), 0)
    close(session, "2026-04", MAY)
    assert figures(session, "2026-04-R1-USD")["closing"] == 0
    assert balances(session)["R1", "USD"].of(Account.RECEIVABLE) == 0


def test_periods_close_in_order_and_only_when_they_are_over(session: Session) -> None:
    the_worked_example(session)
    deliver(session, "L1", date(2026, 4, 1), 1)
    with pytest.raises(PeriodNotOver):
        close(session, "2026-03", datetime(2026, 3, 31, 23, tzinfo=UTC))
    with pytest.raises(EarlierPeriodOpen):
        close(session, "2026-04", MAY)
    close(session, "2026-03", APRIL)
    with pytest.raises(PeriodClosed):
        close(session, "2026-03", APRIL)


def test_the_author_cannot_approve(session: Session) -> None:
    the_worked_example(session)
    approver = an_identity(session, a_brand(session), Role.FINANCE_APPROVER)
    finance = an_identity(session, a_brand(session), Role.FINANCE)
    with pytest.raises(SamePerson):
        _close_by(session, approver, approver)
    with pytest.raises(RoleCannotClose):
        _close_by(session, approver, finance)


def _close_by(session: Session, author: Identity, approver: Identity) -> None:
    close_period(session, "2026-03", approval=Approval(author, approver), at=APRIL, house=HOUSE)


def test_a_delivered_line_without_a_plan_blocks_the_close(session: Session) -> None:
    the_worked_example(session)
    an_order(session, "IO-9", LineOf("L9", plan="nothing-of-that-name"))
    deliver(session, "L9", date(2026, 3, 2), 5)
    with pytest.raises(CloseIsBlocked, match="Lines that were delivered and have no plan: 1"):
        close(session, "2026-03", APRIL)


def test_a_row_that_waits_blocks_the_close_of_its_month_and_of_later_ones(session: Session) -> None:
    the_worked_example(session)
    a_doubted_row(session, date(2026, 4, 3))
    close(session, "2026-03", APRIL)
    with pytest.raises(CloseIsBlocked, match="Quarantined rows that wait for a decision under Exceptions: 1"):
        close(session, "2026-04", MAY)
    assert not period(session, "2026-04").is_closed


def test_a_delivered_line_that_no_rate_fits_blocks_the_close(session: Session) -> None:
    the_worked_example(session)
    only_radio = {"name": "base", "kind": "percent", "rates": [{"product": "radio", "percent": "10"}]}
    adopt(session, a_plan("narrow", applies_to={"partner_ref": "R9"}, components=[only_radio]))
    an_order(session, "IO-9", LineOf("L9", plan="narrow", product="podcast"))
    deliver(session, "L9", date(2026, 3, 2), 5)
    with pytest.raises(CloseIsBlocked, match="no rate of their plan fits: 1"):
        close(session, "2026-03", APRIL)


def test_a_ledger_that_does_not_sum_to_nothing_blocks_the_close(session: Session) -> None:
    the_worked_example(session)
    one_side = {
        "entry": 900, "period": "2026-03", "dated": date(2026, 3, 31), "account": Account.EXPENSE,
        "partner_ref": "R1", "currency": "USD", "debit_minor": 1, "credit_minor": 0,
        "event": Event.ACCRUED, "source": "a disk that lied",
    }  # fmt: skip
    session.execute(insert(LedgerEntry), [one_side])
    with pytest.raises(CloseIsBlocked, match="Currencies in which the ledger does not sum to zero: 1"):
        close(session, "2026-03", APRIL)


def test_a_close_is_refused_where_the_ledger_holds_what_no_statement_knows(session: Session) -> None:
    the_worked_example(session)
    smuggle(session, "2026-03")
    with pytest.raises(StatementsDoNotAddUp, match="2026-03-R1-USD"):
        close(session, "2026-03", APRIL)


def test_a_refused_close_issues_nothing(session: Session) -> None:
    the_worked_example(session)
    a_doubted_row(session, date(2026, 3, 3))
    with pytest.raises(CloseIsBlocked):
        close(session, "2026-03", APRIL)
    assert session.scalar(select(func.count()).select_from(Statement)) == 0
    assert balances(session)["R1", "USD"].of(Account.PAYABLE) == 0


def test_each_month_is_chained_to_the_one_before(session: Session) -> None:
    the_worked_example(session)
    first = close(session, "2026-03", APRIL)
    close(session, "2026-04", MAY)
    assert period(session, "2026-04").previous_hash == first.manifest_hash
