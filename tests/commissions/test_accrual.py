"""Accrual posts what was earned less what is posted, whatever the order in which facts come."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commissions.ledger.accrual import accrue
from commissions.ledger.ledger_models import LedgerEntry, Posting
from tests.factories.books import AT, LineOf, an_order, deliver
from tests.factories.closed_months import (
    SPLIT,
    the_worked_example,
)


def amounts(session: Session, line: str) -> dict[str, int]:
    query = (
        select(Posting.payee_ref, func.sum(Posting.amount_minor))
        .where(Posting.line_ref == line)
        .group_by(Posting.payee_ref)
    )
    return {payee: int(amount) for payee, amount in session.execute(query)}


def test_rows_one_two_and_five_of_the_worked_example(session: Session) -> None:
    the_worked_example(session)
    accrue(session, at=AT)
    assert amounts(session, "L1") == {"R1": 22950, "R2": 15300}
    assert amounts(session, "L2") == {"R1": 10882, "R2": 7254}
    deliver(session, "L2", date(2026, 3, 6), 183_912)
    accrue(session, at=AT)
    assert amounts(session, "L2") == {"R1": 10882 - 218, "R2": 7254 - 144}


def test_accruing_again_posts_nothing(session: Session) -> None:
    the_worked_example(session)
    assert accrue(session, at=AT).postings == 4
    assert accrue(session, at=AT).postings == 0


def test_a_restatement_posts_only_the_difference(session: Session) -> None:
    the_worked_example(session)
    accrue(session, at=AT)
    deliver(session, "L1", date(2026, 3, 5), 88)
    assert accrue(session, at=AT).change == {"USD": -850}


def test_restated_and_back_nets_to_nothing_for_every_payee(session: Session) -> None:
    the_worked_example(session)
    accrue(session, at=AT)
    before = amounts(session, "L2")
    for units in (12, 187_654):
        deliver(session, "L2", date(2026, 3, 6), units)
        accrue(session, at=AT)
    assert amounts(session, "L2") == before


def test_every_entry_sums_to_nothing(session: Session) -> None:
    the_worked_example(session)
    accrue(session, at=AT)
    sums = select(
        LedgerEntry.entry, func.sum(LedgerEntry.debit_minor), func.sum(LedgerEntry.credit_minor)
    ).group_by(LedgerEntry.entry)
    assert all(debit == credit for _, debit, credit in session.execute(sums))


def test_over_delivery_is_not_paid(session: Session) -> None:
    the_worked_example(session)
    deliver(session, "L1", date(2026, 3, 9), 30)
    accrue(session, at=AT)
    assert sum(amounts(session, "L1").values()) == 42500


def test_an_accrual_up_to_a_day_takes_only_what_was_delivered_until_then(session: Session) -> None:
    the_worked_example(session)
    accrue(session, at=AT, through=date(2026, 3, 5))
    assert amounts(session, "L2") == {}
    accrue(session, at=AT)
    assert accrue(session, at=AT, through=date(2026, 3, 1)).postings == 0


def test_a_price_that_changes_within_the_month_holds_from_its_day(session: Session) -> None:
    the_worked_example(session)
    an_order(session, "IO-1", LineOf("L1", rate="60", split=SPLIT, valid_from=date(2026, 3, 10)))
    deliver(session, "L1", date(2026, 3, 10), 10)
    accrue(session, at=AT)
    # (90 x 50 + 10 x 60) x 85% x 10%
    assert sum(amounts(session, "L1").values()) == 43350


def test_split_weights_that_change_within_the_month_hold_from_their_day(session: Session) -> None:
    the_worked_example(session)
    an_order(session, "IO-1", LineOf("L1", split={"R2": "1"}, valid_from=date(2026, 3, 10)))
    deliver(session, "L1", date(2026, 3, 10), 10)
    accrue(session, at=AT)
    assert amounts(session, "L1") == {"R1": 22950, "R2": 15300 + 4250}
