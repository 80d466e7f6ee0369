"""Payouts go out once, by two people; what the bank returns is owed again."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from commissions.approvals.approvals import Decision, reject
from commissions.checking.checking import broken_rules
from commissions.facts.errors import SamePerson
from commissions.facts.house_rules import HouseRules
from commissions.facts.import_models import ImportKind
from commissions.facts.service_calendar import span
from commissions.imports.file_import import import_file
from commissions.imports.importing import ImportReport, ImportRequest
from commissions.ledger.balances import balances, trial_balance
from commissions.ledger.journal import Journal
from commissions.ledger.ledger_models import Account
from commissions.ledger.ledger_out import ledger_csv
from commissions.payouts.payable import LeftOutReason, payable_now, payout_ref
from commissions.payouts.payout_checking import broken_payouts
from commissions.payouts.payout_errors import (
    DayHasBatch,
    NoDebtor,
    NothingPayable,
    NotTheLastClosed,
    PaidBeforeTheEnd,
    PaidTooLate,
    RoleCannotPay,
)
from commissions.payouts.payout_models import Payout, PayoutBatch, PayoutEvent, PayoutStatus
from commissions.payouts.payouts import BatchOrder, Debtor, PayoutApproval, create_batch, transfer_of
from commissions.proposals.payout_proposals import propose_batch, send_proposed
from partners.models import Organisation
from portal.adapters.local_files import LocalFiles
from portal.kernel.db import transaction
from tests.factories.books import deliver
from tests.factories.closed_months import close, statement, the_worked_example, two_people
from tests.factories.payees import approved_payee, german_details

APRIL, MAY = (datetime(2026, month, 8, 9, tzinfo=UTC) for month in (4, 5))
PAY_DAY = date(2026, 4, 15)
ANSWERED = datetime(2026, 4, 20, 9, tzinfo=UTC)
HOUSE = HouseRules()
US = Debtor("Larkwell Audio", "DE89370400440532013000", "COBADEFFXXX")


def operators() -> PayoutApproval:
    return PayoutApproval(None, None)


def pay(session: Session, ref: str = "2026-03", day: date = PAY_DAY, at: datetime = APRIL) -> PayoutBatch:
    return create_batch(session, BatchOrder(ref, day, US), approval=operators(), at=at, house=HOUSE)


def a_closed_march(session: Session) -> None:
    the_worked_example(session)
    close(session, "2026-03", APRIL)


def statuses(sessions: sessionmaker[Session], *rows: str, at: datetime = ANSWERED) -> ImportReport:
    text = "\n".join(["payout_ref,status,on,reason", *rows]) + "\n"
    return import_file(
        sessions, ImportKind.PAYOUT_STATUS, io.BytesIO(text.encode()), ImportRequest(at=at, house=HOUSE)
    )


def account(session: Session, account_: Account, partner: str = "R1") -> int:
    return balances(session)[partner, "USD"].of(account_)


def test_a_payout_takes_the_payable_of_each_statement_of_the_last_closed_month(session: Session) -> None:
    a_closed_march(session)
    batch = pay(session)
    assert [(one.statement, one.amount_minor) for one in batch.payouts] == [
        ("2026-03-R1-USD", 33832),
        ("2026-03-R2-USD", 22554),
    ]
    assert account(session, Account.PAYABLE) == 0
    assert account(session, Account.CLEARING) == 33832
    assert trial_balance(session) == {"USD": 0}
    assert batch.payouts[0].payout_ref == payout_ref(["2026-03-R1-USD"])
    assert len(batch.payouts[0].payout_ref) <= 35


def test_the_same_order_again_is_the_batch_that_is_there(session: Session) -> None:
    a_closed_march(session)
    first = pay(session)
    session.expunge_all()
    assert pay(session, at=MAY).id == first.id
    assert len(session.scalars(select(Payout)).all()) == 2
    assert account(session, Account.CLEARING) == 33832


def test_a_second_batch_for_a_day_is_refused_and_does_not_pass_for_the_first(
    session: Session, tmp_path: Path
) -> None:
    a_closed_march(session)
    approved_payee(session, "R1", german_details(), at=APRIL)
    order = BatchOrder("2026-03", PAY_DAY, US, by_hand=False)
    people = two_people(session)
    seen = payable_now(session, "2026-03", at=APRIL, by_hand=True)
    waiting = propose_batch(session, BatchOrder("2026-03", PAY_DAY, US), seen, by=people.author, at=APRIL)
    create_batch(session, order, approval=operators(), at=APRIL, house=HOUSE)
    decision = Decision(people.author, people.approver, APRIL, HOUSE, LocalFiles(tmp_path))
    with pytest.raises(DayHasBatch, match="2026-03-20260415 is to be paid on 2026-04-15 already"):
        send_proposed(session, waiting, decision)
    reject(session, waiting.id, by=people.approver, at=APRIL, note="Another day")
    rest = payable_now(session, "2026-03", at=APRIL, by_hand=True)
    with pytest.raises(DayHasBatch):
        propose_batch(session, BatchOrder("2026-03", PAY_DAY, US), rest, by=people.author, at=APRIL)
    assert [one.partner_ref for one in rest.payable] == ["R2"]


def test_another_day_pays_nothing_twice(session: Session) -> None:
    a_closed_march(session)
    pay(session)
    with pytest.raises(NothingPayable, match="Nothing of 2026-03 is to be paid now"):
        pay(session, day=date(2026, 4, 16))


def test_only_the_last_closed_month_is_paid(session: Session) -> None:
    the_worked_example(session)
    with pytest.raises(NotTheLastClosed, match="No period is closed yet"):
        pay(session)
    close(session, "2026-03", APRIL)
    close(session, "2026-04", MAY)
    with pytest.raises(NotTheLastClosed, match="The last closed one is 2026-04"):
        pay(session)


def test_a_month_is_not_paid_before_its_end_nor_years_later(session: Session) -> None:
    a_closed_march(session)
    with pytest.raises(PaidBeforeTheEnd, match="after its last day, 2026-03-31"):
        pay(session, day=date(2026, 3, 31))
    with pytest.raises(PaidTooLate):
        pay(session, day=date(2028, 4, 15))


def test_the_author_cannot_approve_and_the_approver_needs_the_role(session: Session) -> None:
    a_closed_march(session)
    people = two_people(session)
    order = BatchOrder("2026-03", PAY_DAY, US)
    alone = PayoutApproval(people.approver, people.approver)
    with pytest.raises(SamePerson):
        create_batch(session, order, approval=alone, at=APRIL, house=HOUSE)
    swapped = PayoutApproval(people.approver, people.author)
    with pytest.raises(RoleCannotPay):
        create_batch(session, order, approval=swapped, at=APRIL, house=HOUSE)


def test_bank_data_needs_an_account_to_pay_from(session: Session) -> None:
    a_closed_march(session)
    approved_payee(session, "R1", german_details(), at=APRIL)
    order = BatchOrder("2026-03", PAY_DAY, None)
    with pytest.raises(NoDebtor, match="PAYER_ACCOUNT"):
        create_batch(session, order, approval=operators(), at=APRIL, house=HOUSE)


def test_without_bank_data_a_partner_is_left_out_unless_it_is_paid_by_hand(session: Session) -> None:
    a_closed_march(session)
    approved_payee(session, "R1", german_details(), at=APRIL)
    now = payable_now(session, "2026-03", at=APRIL, by_hand=False)
    assert [one.statement for one in now.payable] == ["2026-03-R1-USD"]
    assert [(one.statement, one.reason) for one in now.left_out] == [
        ("2026-03-R2-USD", LeftOutReason.NO_BANK_DATA)
    ]
    by_hand = payable_now(session, "2026-03", at=APRIL, by_hand=True)
    assert [one.payee is None for one in by_hand.payable] == [False, True]


def test_what_is_below_the_partners_least_amount_is_left_out_for_that_reason(session: Session) -> None:
    the_worked_example(session)
    r1 = session.scalars(select(Organisation).where(Organisation.ref == "R1")).one()
    r1.terms[0].minimum_payout = {"USD": 33833}
    close(session, "2026-03", APRIL)
    (left_out,) = payable_now(session, "2026-03", at=APRIL, by_hand=True).left_out
    assert (left_out.statement, left_out.reason) == ("2026-03-R1-USD", LeftOutReason.BELOW_MINIMUM)


def test_a_partner_left_out_is_paid_in_a_later_batch_of_the_same_month(session: Session) -> None:
    a_closed_march(session)
    approved_payee(session, "R1", german_details(), at=APRIL)
    order = BatchOrder("2026-03", PAY_DAY, US, by_hand=False)
    create_batch(session, order, approval=operators(), at=APRIL, house=HOUSE)
    approved_payee(session, "R2", german_details(), at=APRIL)
    order = BatchOrder("2026-03", date(2026, 4, 20), US, by_hand=False)
    later = create_batch(session, order, approval=operators(), at=APRIL, house=HOUSE)
    assert [one.statement for one in later.payouts] == ["2026-03-R2-USD"]


def test_a_returned_payout_is_owed_again_and_paid_with_the_next_statement(
    sessions: sessionmaker[Session],
) -> None:
    with transaction(sessions) as session:
        a_closed_march(session)
        refs = {one.partner_ref: one.payout_ref for one in pay(session).payouts}
    report = statuses(
        sessions,
        f"{refs['R1']},returned,2026-04-17,Account closed",
        f"{refs['R2']},confirmed,2026-04-16,",
    )
    assert (report.accepted, report.quarantined) == (2, 0)
    with transaction(sessions) as session:
        assert account(session, Account.PAYABLE) == 33832
        assert account(session, Account.CASH, "R2") == 22554
        left_out = payable_now(session, "2026-03", at=APRIL, by_hand=False).left_out
        assert [(one.statement, one.reason, one.amount.minor) for one in left_out] == [
            ("2026-03-R2-USD", LeftOutReason.IN_A_PAYOUT, 22554),
            ("2026-03-R1-USD", LeftOutReason.RETURNED, 33832),
        ]
        deliver(session, "L1", date(2026, 4, 9), 2)
        close(session, "2026-04", MAY)
        assert not payable_now(session, "2026-04", at=MAY, by_hand=True).left_out
        batch = pay(session, "2026-04", date(2026, 5, 15), MAY)
        assert batch.payouts[0].statement == "2026-04-R1-USD"
        assert batch.payouts[0].amount_minor >= 33832
        assert list(broken_rules(session, HOUSE, tell=lambda _: None)) == []


def test_what_comes_back_after_it_was_confirmed_is_owed_again(sessions: sessionmaker[Session]) -> None:
    with transaction(sessions) as session:
        a_closed_march(session)
        ref = next(one.payout_ref for one in pay(session).payouts if one.partner_ref == "R1")
    statuses(sessions, f"{ref},confirmed,2026-04-16,")
    returned = f"{ref},returned,2026-04-20,Account closed"
    assert statuses(sessions, returned).accepted == 1
    assert statuses(sessions, returned, f"{ref},confirmed,2026-04-16,").unchanged == 2
    with transaction(sessions) as session:
        assert account(session, Account.PAYABLE) == 33832
        assert account(session, Account.CASH) == account(session, Account.CLEARING) == 0
        close(session, "2026-04", MAY)
        stated = statement(session, "2026-04-R1-USD")
        assert (stated.opening, stated.payouts, stated.payable) == (33832, 0, 33832)
        assert list(broken_rules(session, HOUSE, tell=lambda _: None)) == []


def test_a_file_that_tells_what_came_back_before_it_tells_what_was_paid_is_believed_whole(
    sessions: sessionmaker[Session],
) -> None:
    with transaction(sessions) as session:
        a_closed_march(session)
        ref = pay(session).payouts[0].payout_ref
    answers = (f"{ref},returned,2026-04-17,Account closed", f"{ref},confirmed,2026-04-16,")
    assert statuses(sessions, *answers).accepted == 2
    assert statuses(sessions, *answers).already_imported
    with transaction(sessions) as session:
        assert list(broken_rules(session, HOUSE, tell=lambda _: None)) == []


def test_an_answer_about_a_closed_month_leaves_the_ledger_of_that_month_as_it_was(
    sessions: sessionmaker[Session],
) -> None:
    with transaction(sessions) as session:
        a_closed_march(session)
        refs = {one.partner_ref: one.payout_ref for one in pay(session).payouts}
        close(session, "2026-04", MAY)
        april = list(ledger_csv(session, through=date(2026, 4, 30)))
    report = statuses(
        sessions,
        f"{refs['R1']},returned,2026-04-17,Account closed",
        f"{refs['R2']},confirmed,2026-04-16,",
        at=MAY,
    )
    assert report.accepted == 2
    with transaction(sessions) as session:
        assert list(ledger_csv(session, through=date(2026, 4, 30))) == april
        assert [event.happened_on for event in session.scalars(select(PayoutEvent)) if event.import_id] == [
            date(2026, 4, 17),
            date(2026, 4, 16),
        ]


def test_the_same_answer_twice_is_once_and_another_one_is_quarantined(
    sessions: sessionmaker[Session],
) -> None:
    with transaction(sessions) as session:
        a_closed_march(session)
        ref = pay(session).payouts[0].payout_ref
    confirmed = f"{ref},confirmed,2026-04-16,"
    assert statuses(sessions, confirmed, confirmed).accepted == 1
    assert statuses(sessions, confirmed, confirmed).already_imported
    assert statuses(sessions, f"{ref},confirmed,2026-04-18,").reasons == {"other_content": 1}
    returned, again = f"{ref},returned,2026-04-17,", f"{ref},returned,2026-04-19,"
    assert statuses(sessions, returned, again).reasons == {"other_content": 1}
    report = statuses(sessions, "PO-UNKNOWN,confirmed,2026-04-16,", f"{ref},confirmed,2026-04-16,")
    assert (report.reasons, report.unchanged) == ({"unknown_payout": 1}, 1)
    with transaction(sessions) as session:
        assert account(session, Account.CLEARING) == 0
        assert list(broken_rules(session, HOUSE, tell=lambda _: None)) == []


def test_an_answer_that_cannot_be_read_writes_nothing(sessions: sessionmaker[Session]) -> None:
    with transaction(sessions) as session:
        a_closed_march(session)
        ref = pay(session).payouts[0].payout_ref
    report = statuses(sessions, f"{ref},confirmed,2026-04-16,", f"{ref},lost,yesterday,")
    assert (report.written, report.bad.cells) == (False, 2)
    with transaction(sessions) as session:
        assert account(session, Account.CLEARING) == 33832


def test_an_answer_of_a_day_before_the_payout_or_of_a_day_to_come_is_not_believed(
    sessions: sessionmaker[Session],
) -> None:
    with transaction(sessions) as session:
        a_closed_march(session)
        ref = pay(session).payouts[0].payout_ref
    assert statuses(sessions, f"{ref},confirmed,2026-04-14,").reasons == {"before_payout": 1}
    assert statuses(sessions, f"{ref},confirmed,2026-04-22,").reasons == {"day_to_come": 1}
    assert statuses(sessions, f"{ref},confirmed,2026-04-21,").accepted == 1


def test_a_payout_that_came_back_cannot_be_confirmed_nor_come_back_before_it_was(
    sessions: sessionmaker[Session],
) -> None:
    with transaction(sessions) as session:
        a_closed_march(session)
        first, second = [one.payout_ref for one in pay(session).payouts][:2]
    statuses(sessions, f"{first},returned,2026-04-16,", f"{second},confirmed,2026-04-18,")
    assert statuses(sessions, f"{first},confirmed,2026-04-17,").reasons == {"other_status": 1}
    assert statuses(sessions, f"{second},returned,2026-04-17,").reasons == {"before_payout": 1}


def test_check_tells_of_an_entry_without_a_payout(session: Session) -> None:
    a_closed_march(session)
    batch = pay(session)
    assert list(broken_payouts(session)) == []
    journal = Journal(session)
    stray = transfer_of(
        batch.payouts[0], PayoutStatus.CONFIRMED, days=span("2026-04", HOUSE.calendar), on=PAY_DAY
    )
    journal.enter(stray, span("2026-04", HOUSE.calendar))
    journal.write()
    assert list(broken_payouts(session)) == [
        "The ledger has entries of payouts that do not exist.",
        "Account 2400 in USD is not what was sent and not answered.",
    ]
