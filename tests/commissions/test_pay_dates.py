"""When a partner can expect its money, and what is not payable yet, with its reason and its day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from commissions.adjustments.adjusting import Adjusting, Signed, adjust
from commissions.adjustments.adjustment_models import AdjustedAccount, AdjustmentKind, HoldEnd
from commissions.adjustments.holds import Ending, Holding, lift_hold, place_hold, uphold_hold
from commissions.adjustments.taken_over import NothingTakenOver, Releasing, make_payable, taken_over
from commissions.checking.checking import broken_rules
from commissions.facts.house_rules import HouseRules
from commissions.ledger.ledger_models import Statement
from commissions.ledger.periods import period
from commissions.payouts.not_payable import Why, not_payable_yet
from commissions.payouts.outcomes import Outcome
from commissions.payouts.pay_dates import Pay, PayState, expected_pay_day, pay_state
from commissions.payouts.payable import LeftOutReason, payable_now
from commissions.payouts.payouts import BatchOrder, PayoutApproval, create_batch
from commissions.reckoning.line_facts import Horizon
from commissions.reckoning.plan_book import plan_book
from commissions.statements.rebuilding import rebuilt_hashes
from partners.models import PartnerTerms
from portal.kernel.money import Money
from tests.factories.books import LineOf, a_plan, adopt, an_order, deliver
from tests.factories.closed_months import close
from tests.factories.money import an_adjustment, the_bank_returns
from tests.factories.payees import approved_payee, german_details, partner_of
from tests.factories.people import a_partner

APRIL, MAY = (datetime(2026, month, 8, 9, tzinfo=UTC) for month in (4, 5))
SIGNED = Signed("1", APRIL, "2")
HOUSE = HouseRules()


@pytest.mark.parametrize(
    ("closed", "expected"),
    [
        (date(2026, 4, 8), date(2026, 4, 15)),
        (date(2026, 4, 14), date(2026, 4, 15)),
        (date(2026, 4, 15), date(2026, 5, 15)),
        (date(2026, 12, 20), date(2027, 1, 15)),
    ],
)
def test_the_day_expected_is_the_first_pay_day_after_the_close(closed: date, expected: date) -> None:
    assert expected_pay_day(closed, 15) == expected


def a_march(session: Session, *, minimum: int = 0, **plan: Any) -> Statement:
    """90 spots at 50, less 15%, at 10%: 382.50 for R1, closed on 8 April."""
    a_partner(session, "R1").terms[0].minimum_payout = {"USD": minimum} if minimum else {}
    return a_closed_march(session, **plan)


def a_closed_march(session: Session, **plan: Any) -> Statement:
    adopt(session, a_plan() | plan)
    an_order(session, "IO-1", LineOf("L1"))
    deliver(session, "L1", date(2026, 3, 5), 90)
    close(session, "2026-03", APRIL)
    return the_statement(session, "2026-03")


def the_statement(session: Session, ref: str) -> Statement:
    return session.scalars(select(Statement).where(Statement.period == ref)).one()


def state(session: Session, statement: Statement, at: datetime = APRIL) -> PayState:
    return pay_state(session, statement, at=at, payout_day=15)


def parts(session: Session, statement: Statement) -> list[tuple[Why, int, date | None]]:
    horizon = Horizon(HOUSE, plan_book(session), APRIL.date())
    return [(one.why, one.amount.minor, one.until) for one in not_payable_yet(session, statement, horizon)]


def test_payable_commission_waits_for_bank_data_then_for_the_pay_day(session: Session) -> None:
    march = a_march(session)
    assert (march.payable, parts(session, march)) == (38250, [])
    assert state(session, march).pay is Pay.BANK_DATA_MISSING
    approved_payee(session, "R1", german_details(), at=APRIL)
    expected = state(session, march)
    assert (expected.pay, expected.on) == (Pay.EXPECTED, date(2026, 4, 15))
    late = state(session, march, datetime(2026, 4, 16, tzinfo=UTC))
    assert late.pay is Pay.OVERDUE


def test_what_is_sent_says_so(session: Session) -> None:
    march = a_march(session)
    approval = PayoutApproval(None, None)
    order = BatchOrder("2026-03", date(2026, 4, 15), None)
    create_batch(session, order, approval=approval, at=APRIL, house=HOUSE)
    sent = state(session, march)
    assert (sent.pay, sent.on, sent.amount.minor) == (Pay.SENT, date(2026, 4, 15), 38250)


def test_counts_that_can_change_wait_until_they_are_final(session: Session) -> None:
    march = a_march(session, finality_days=10)
    assert parts(session, march) == [(Why.NOT_FINAL, 38250, date(2026, 4, 10))]
    assert state(session, march).pay is Pay.NOTHING


@pytest.mark.parametrize(("gate", "why"), [("invoiced", Why.INVOICE), ("collected", Why.PAYMENT)])
def test_commission_waits_for_invoice_or_payment(session: Session, gate: str, why: Why) -> None:
    assert parts(session, a_march(session, payable_when=gate)) == [(why, 38250, None)]


def test_what_was_taken_over_says_when_it_is_due_or_that_nobody_said(session: Session) -> None:
    partner_of(session, "R1")
    openings = (("O-1", 4_000, None), ("O-2", 900, date(2026, 5, 15)), ("O-3", 100, date(2026, 3, 20)))
    for ref, amount, due_on in openings:
        adjust(session, an_opening(ref, amount, due_on), Signed("1", APRIL, "2"))
    close(session, "2026-03", APRIL)
    march = the_statement(session, "2026-03")
    assert (march.closing, march.payable) == (5_000, 100)
    assert parts(session, march) == [
        (Why.TAKEN_OVER, 900, date(2026, 5, 15)),
        (Why.TAKEN_OVER_UNDATED, 4_000, None),
    ]


def test_what_was_taken_over_is_made_payable_once_and_the_books_agree(session: Session) -> None:
    partner_of(session, "R1")
    adjust(session, an_opening("O-1", 4_000, None), Signed("1", APRIL, "2"))
    close(session, "2026-03", APRIL)
    (waiting,) = taken_over(session)
    wanted = Releasing("R1", waiting.amount, "Final by now")
    made = make_payable(session, wanted, Signed("1", APRIL, "2"), on=date(2026, 4, 8))
    assert (made.period, taken_over(session)) == ("2026-04", [])
    with pytest.raises(NothingTakenOver):
        make_payable(session, wanted, Signed("1", APRIL, "2"), on=date(2026, 4, 8))
    close(session, "2026-04", datetime(2026, 5, 8, tzinfo=UTC))
    april = the_statement(session, "2026-04")
    assert (april.opening, april.adjustments, april.closing, april.payable) == (4_000, 0, 4_000, 4_000)
    assert list(broken_rules(session, HOUSE, tell=lambda _: None)) == []


def an_opening(ref: str, amount: int, due_on: date | None) -> Adjusting:
    opening = {"kind": AdjustmentKind.OPENING, "account": AdjustedAccount.ACCRUED, "due_on": due_on}
    return Adjusting(ref, "R1", "USD", amount, date(2026, 3, 1), "Go-live", **opening)  # type: ignore[arg-type]


def test_below_the_minimum_names_the_minimum(session: Session) -> None:
    march = a_march(session, minimum=50_000)
    horizon = Horizon(HOUSE, plan_book(session), APRIL.date())
    (part,) = not_payable_yet(session, march, horizon)
    assert (part.why, part.amount.minor) == (Why.BELOW_MINIMUM, 38250)
    assert part.least is not None
    assert part.least.text() == "500.00"


@pytest.mark.parametrize(("valid_from", "payable"), [(date(2026, 3, 31), 0), (date(2026, 4, 1), 38250)])
def test_a_minimum_holds_for_the_month_on_whose_last_day_it_is_valid(
    session: Session, valid_from: date, payable: int
) -> None:
    partner = a_partner(session, "R1")
    partner.terms.append(PartnerTerms(valid_from=valid_from, type="reseller", minimum_payout={"USD": 50_000}))
    march = a_closed_march(session)
    assert march.payable == payable
    horizon = Horizon(HOUSE, plan_book(session), APRIL.date())
    named = [one.least.minor for one in not_payable_yet(session, march, horizon) if one.least]
    assert named == ([] if payable else [50_000])
    assert rebuilt_hashes(session, period(session, "2026-03"), HOUSE) == {march.number: march.content_hash}


def test_holdback_names_its_day_and_stands_beside_the_balance(session: Session) -> None:
    march = a_march(session, holdback_percent="10", holdback_days=30)
    assert parts(session, march) == [(Why.HELD_BACK, 3825, date(2026, 4, 30))]
    assert march.payable == march.closing == 34425


def test_a_hold_after_the_close_stops_the_payout_and_says_so(session: Session) -> None:
    march = a_march(session)
    approved_payee(session, "R1", german_details(), at=APRIL)
    place_hold(
        session, Holding("R1", "USD", 38250, "Looked into.", date(2026, 4, 9)), Signed("1", APRIL, "2")
    )
    assert state(session, march).pay is Pay.HELD


def test_what_later_corrections_used_up_is_not_said_to_be_on_hold(session: Session) -> None:
    march = a_march(session)
    approved_payee(session, "R1", german_details(), at=APRIL)
    adjust(session, an_adjustment(-40000, on=date(2026, 4, 8)), Signed("1", APRIL, "2"))
    assert state(session, march).pay is Pay.USED_LATER
    (left,) = payable_now(session, "2026-03", at=APRIL, by_hand=True).left_out
    assert left.reason is LeftOutReason.USED_LATER


def test_a_hold_of_a_part_of_what_came_back_is_told_beside_what_is_payable_again(session: Session) -> None:
    march = a_march(session)
    the_bank_returns(session, "2026-03", on=date(2026, 4, 15))
    back = state(session, march)
    assert (back.pay, back.amount.minor, back.left and back.left.minor) == (Pay.RETURNED, 38250, 38250)
    holding = Holding("R1", "USD", 10_000, "Looked into.", date(2026, 4, 16))
    place_hold(session, holding, Signed("1", datetime(2026, 4, 16, tzinfo=UTC), "2"))
    back = state(session, march)
    assert (back.left and back.left.minor, back.held and back.held.minor) == (28250, 10_000)
    adjust(session, an_adjustment(5_000, on=date(2026, 4, 8)), SIGNED)
    assert state(session, march).left == Money(28250, "USD")
    close(session, "2026-04", MAY)
    assert state(session, march).pay is Pay.RETURNED_BEFORE


def test_a_hold_of_a_part_is_told_beside_what_is_expected(session: Session) -> None:
    march = a_march(session)
    approved_payee(session, "R1", german_details(), at=APRIL)
    place_hold(session, Holding("R1", "USD", 10_000, "Looked into.", date(2026, 4, 8)), SIGNED)
    told = state(session, march)
    assert (told.pay, told.amount.minor, told.held and told.held.minor) == (Pay.EXPECTED, 28250, 10_000)


def became(session: Session, statement: Statement) -> list[tuple[int, Outcome | None, date | None]]:
    horizon = Horizon(HOUSE, plan_book(session), MAY.date())
    found = not_payable_yet(session, statement, horizon)
    return [(one.amount.minor, one.outcome, one.outcome_on) for one in found]


def test_what_was_held_back_says_when_it_was_released(session: Session) -> None:
    march = a_march(session, holdback_percent="10", holdback_days=30)
    assert became(session, march) == [(3825, None, None)]
    close(session, "2026-04", MAY)
    assert became(session, march) == [(3825, Outcome.RELEASED, MAY.date())]
    assert not state(session, march).is_latest


@pytest.mark.parametrize(("end", "outcome"), [(lift_hold, Outcome.LIFTED), (uphold_hold, Outcome.UPHELD)])
def test_what_was_on_hold_says_how_that_ended(
    session: Session, end: Callable[..., HoldEnd], outcome: Outcome
) -> None:
    partner_of(session, "R1")
    adjust(session, an_adjustment(5_000), SIGNED)
    place_hold(session, Holding("R1", "USD", 3_000, "Looked into.", date(2026, 3, 20)), SIGNED)
    close(session, "2026-03", APRIL)
    march = the_statement(session, "2026-03")
    assert became(session, march) == [(3_000, None, None)]
    end(session, Ending("HOLD-0001", "All is well.", date(2026, 4, 8)), SIGNED)
    assert became(session, march) == [(3_000, outcome, date(2026, 4, 8))]


def test_what_was_made_payable_says_when(session: Session) -> None:
    partner_of(session, "R1")
    adjust(session, an_opening("O-1", 4_000, None), SIGNED)
    close(session, "2026-03", APRIL)
    march = the_statement(session, "2026-03")
    wanted = Releasing("R1", Money(4_000, "USD"), "Final by now")
    make_payable(session, wanted, SIGNED, on=date(2026, 4, 8))
    assert became(session, march) == [(4_000, Outcome.MADE_PAYABLE, date(2026, 4, 8))]


def test_an_earlier_statement_says_that_it_is_carried_on(session: Session) -> None:
    march = a_march(session)
    partner_of(session, "R1")
    close(session, "2026-04", datetime(2026, 5, 8, tzinfo=UTC))
    assert state(session, march).pay is Pay.CARRIED_ON
