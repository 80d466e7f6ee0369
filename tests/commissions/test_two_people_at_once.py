"""Two people who decide about the same money at the same moment: nothing twice, and the second is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from commissions.adjustments.adjustment_errors import HoldHasEnded, MoreThanOwed, MoreThanPayable
from commissions.adjustments.adjustment_models import Adjustment, AdjustmentKind, HoldEnding
from commissions.adjustments.holds import Ending, Holding
from commissions.approvals.approval_models import Proposal, ProposalState
from commissions.approvals.approvals import (
    ProposalDecided,
    ProposedAlready,
    reject,
    withdraw,
)
from commissions.disputes.dispute_errors import AlreadyQuestioned, DisputeSettled, OutcomeWaits
from commissions.disputes.dispute_models import DisputeState
from commissions.disputes.dispute_outcomes import Outcome, propose_outcome
from commissions.disputes.disputes import Question, Said, open_dispute, reject_dispute
from commissions.facts.errors import NotInReview, PeriodClosed
from commissions.facts.import_models import ImportKind
from commissions.imports.importing import ImportRequest, begin_import
from commissions.imports.payout_import import StatusRow, take_statuses
from commissions.imports.taking import BookTaking
from commissions.ledger.accrual import accrue
from commissions.ledger.balances import balances
from commissions.ledger.ledger_models import Account
from commissions.payouts.payable import payable_now
from commissions.payouts.payout_errors import PayableChanged
from commissions.payouts.payout_models import Payout, PayoutStatus
from commissions.payouts.payouts import BatchOrder
from commissions.plans.plan_models import PlanVersion
from commissions.proposals.adjustment_proposals import propose_adjustment, propose_hold, propose_hold_end
from commissions.proposals.payout_proposals import (
    BatchWaits,
    propose_batch,
    propose_payee,
    withdraw_proposed_payee,
)
from commissions.proposals.plan_proposals import PlanMovedOn, propose_plan
from commissions.statements.closing import Approval, approve_review, send_to_review, take_back_review
from partners.payee_models import Payee, PayeeState
from partners.payees import PayeeDecided, PayeeRules, enter_payee, withdraw_payee
from portal.kernel.db import reading, transaction
from portal.kernel.identity import Identity
from portal.kernel.sealing import Sealer
from portal.kernel.verdicts import Row
from tests.factories.books import a_plan, deliver
from tests.factories.closed_months import MAY, close
from tests.factories.money import an_adjustment, the_bank_pays
from tests.factories.office import HOUSE, MARCH, Act, Office, Proposing, Sessions
from tests.factories.payees import american_details, german_details

JUNE = datetime(2026, 6, 8, 9, tzinfo=UTC)


@pytest.fixture
def office(sessions: Sessions, tmp_path: Path) -> Office:
    return Office(sessions, tmp_path)


def adjusting(office: Office, amount: int) -> Proposing:
    wanted = an_adjustment(amount, ref="next", on=date(2026, 4, 20))
    return lambda session: propose_adjustment(session, wanted, office.signed, by=office.author)


def holding(office: Office, amount: int) -> Proposing:
    wanted = Holding("R1", "USD", amount, "Looked at", date(2026, 4, 20))
    return lambda session: propose_hold(session, wanted, office.signed, by=office.author)


def test_two_adjustments_approved_at_once_both_stand(office: Office) -> None:
    numbers = [office.proposed(adjusting(office, amount)) for amount in (1250, 700)]
    assert office.at_once(office.approving(numbers[0]), office.approving(numbers[1], office.third)) is None
    with reading(office.sessions) as session:
        assert sorted(session.scalars(select(Adjustment.amount_minor))) == [700, 1250]


def test_the_same_proposed_twice_at_once_waits_once(office: Office) -> None:
    again = adjusting(office, 1250)
    assert isinstance(office.at_once(again, again), ProposedAlready)


@pytest.mark.parametrize("other", ["approve", "reject", "withdraw"])
def test_of_two_decisions_at_once_the_first_counts(office: Office, other: str) -> None:
    number = office.proposed(adjusting(office, 1250))
    others: dict[str, Act] = {
        "approve": office.approving(number, office.third),
        "reject": lambda session: reject(session, number, by=office.third, at=MAY, note="No"),
        "withdraw": lambda session: withdraw(session, number, by=office.author, at=MAY),
    }
    assert isinstance(office.at_once(office.approving(number), others[other]), ProposalDecided)
    with reading(office.sessions) as session:
        assert session.get_one(Proposal, number).state is ProposalState.APPROVED
        assert len(session.scalars(select(Adjustment)).all()) == 1


def test_of_two_versions_of_a_plan_approved_at_once_the_second_is_proposed_anew(
    office: Office,
) -> None:

    def planning(percent: str) -> Proposing:
        plan = a_plan(percent=percent)
        return lambda session: propose_plan(session, plan, reason="Agreed", by=office.author, at=MAY)

    numbers = [office.proposed(planning(percent)) for percent in ("11", "12")]
    told = office.at_once(office.approving(numbers[0]), office.approving(numbers[1], office.third))
    assert isinstance(told, PlanMovedOn)
    with reading(office.sessions) as session:
        adopted = session.scalars(select(PlanVersion).order_by(PlanVersion.id))
        assert [one.document["components"][0]["percent"] for one in adopted] == ["10", "11"]


def questioning(by: Identity) -> Act:
    question = Question("2026-03-R1-USD", 1, Said("92 spots aired."), expected=24_000)
    return lambda session: open_dispute(session, by, question, at=MAY, house=HOUSE)


def test_two_colleagues_who_question_a_line_at_once_open_one_question(office: Office) -> None:
    told = office.at_once(questioning(office.admins[0]), questioning(office.admins[1]))
    assert isinstance(told, AlreadyQuestioned)


def granting(office: Office, by: Identity) -> Proposing:
    granted = Outcome(DisputeState.ACCEPTED, 1050, "Right")
    return lambda session: propose_outcome(session, by, "D-0001", granted, at=MAY)


def test_a_question_is_settled_once(office: Office) -> None:
    with transaction(office.sessions) as session:
        questioning(office.admins[0])(session)
    number = office.proposed(granting(office, office.author))
    told = office.at_once(
        office.approving(number),
        lambda session: reject_dispute(session, office.third, "D-0001", Said("No"), at=MAY),
    )
    assert isinstance(told, DisputeSettled)


def test_two_outcomes_of_a_question_at_once_wait_once(office: Office) -> None:
    with transaction(office.sessions) as session:
        questioning(office.admins[0])(session)
    told = office.at_once(granting(office, office.author), granting(office, office.third))
    assert isinstance(told, OutcomeWaits)


def test_a_hold_is_lifted_or_upheld_and_not_both(office: Office) -> None:
    held = office.proposed(holding(office, 5000))
    with transaction(office.sessions) as session:
        office.approving(held)(session)
    ending = Ending("HOLD-0001", "Looked at", date(2026, 4, 21))

    def ending_it(how: HoldEnding) -> Proposing:
        return lambda session: propose_hold_end(session, ending, how, office.signed, by=office.author)

    numbers = [office.proposed(ending_it(how)) for how in HoldEnding]
    told = office.at_once(office.approving(numbers[0]), office.approving(numbers[1], office.third))
    assert isinstance(told, HoldHasEnded)


def paying(office: Office, by: Identity) -> Proposing:
    order = BatchOrder(MARCH, date(2026, 5, 12), debtor=None, by_hand=True)

    def propose_it(session: Session) -> Proposal:
        payable = payable_now(session, MARCH, at=MAY, by_hand=True)
        return propose_batch(session, order, payable, by=by, at=MAY)

    return propose_it


def test_two_batches_proposed_at_once_wait_once(office: Office) -> None:
    told = office.at_once(paying(office, office.author), paying(office, office.third))
    assert isinstance(told, BatchWaits | ProposedAlready)


def test_what_is_held_while_it_is_paid_is_not_held_as_well(office: Office) -> None:
    batch = office.proposed(paying(office, office.author))
    held = office.proposed(holding(office, 20_000))
    told = office.at_once(office.approving(batch), office.approving(held, office.third))
    assert isinstance(told, MoreThanPayable)


def test_what_is_paid_while_it_is_held_is_not_paid_as_well(office: Office) -> None:
    batch = office.proposed(paying(office, office.author))
    held = office.proposed(holding(office, 20_000))
    told = office.at_once(office.approving(held), office.approving(batch, office.third))
    assert isinstance(told, PayableChanged)


@pytest.mark.parametrize("first", ["close", "take back"])
def test_a_month_is_closed_or_taken_back_and_not_both(office: Office, first: str) -> None:
    with transaction(office.sessions) as session:
        deliver(session, "L1", date(2026, 3, 9), 5)
        accrue(session, at=MAY)
        send_to_review(session, "2026-04", by=office.author, at=MAY, house=HOUSE)

    def close_it(session: Session) -> None:
        approval = Approval(office.author, office.second)
        approve_review(session, "2026-04", approval=approval, at=MAY, house=HOUSE)

    def take_back(session: Session) -> None:
        take_back_review(session, "2026-04", by=office.author, at=MAY)

    told = office.at_once(*((close_it, take_back) if first == "close" else (take_back, close_it)))
    assert isinstance(told, PeriodClosed | NotInReview)


RULES = PayeeRules(Sealer(bytes(range(32))))


def entering(admin: Identity, country: str) -> Proposing:
    details = german_details() if country == "DE" else american_details()

    def enter(session: Session) -> Proposal:
        withdraw_proposed_payee(session, by=admin, at=MAY)
        made = enter_payee(session, admin, details, at=MAY, rules=RULES)
        return propose_payee(session, made, "R1", by=admin, at=MAY)

    return enter


def test_bank_data_entered_by_two_at_once_wait_once(office: Office) -> None:
    assert office.at_once(entering(office.admins[0], "DE"), entering(office.admins[1], "US")) is None
    with reading(office.sessions) as session:
        assert [one.state for one in session.scalars(select(Payee).order_by(Payee.id))] == [
            PayeeState.WITHDRAWN,
            PayeeState.WAITING,
        ]
        assert [one.state for one in session.scalars(select(Proposal).order_by(Proposal.id))] == [
            ProposalState.WITHDRAWN,
            ProposalState.WAITING,
        ]


@pytest.mark.parametrize("then", ["others are entered", "nothing is"])
def test_bank_data_approved_while_the_partner_takes_them_back_stay_approved(
    office: Office, then: str
) -> None:
    number = office.proposed(entering(office.admins[0], "DE"))

    def take_back(session: Session) -> None:
        withdraw_proposed_payee(session, by=office.admins[1], at=MAY)
        withdraw_payee(session, office.admins[1], at=MAY)

    others = then == "others are entered"
    told = office.at_once(office.approving(number), entering(office.admins[1], "US") if others else take_back)
    assert (told is None) == others
    assert others or isinstance(told, PayeeDecided)
    with reading(office.sessions) as session:
        assert session.get_one(Proposal, number).state is ProposalState.APPROVED
        assert session.scalars(select(Payee).order_by(Payee.id).limit(1)).one().state is PayeeState.APPROVED


def test_what_a_partner_owes_is_written_off_or_paid_and_not_both(office: Office) -> None:
    with transaction(office.sessions) as session:
        the_bank_pays(session, MARCH, on=date(2026, 4, 10))
        for line, day in (("L1", 5), ("L2", 6)):
            deliver(session, line, date(2026, 3, day), 0)
        close(session, "2026-04", MAY)

    def settling(kind: AdjustmentKind) -> Proposing:
        wanted = replace(an_adjustment(33_832, ref="next", on=date(2026, 5, 2)), kind=kind)
        signed = replace(office.signed, at=JUNE)
        return lambda session: propose_adjustment(session, wanted, signed, by=office.author)

    numbers = [
        office.proposed(settling(kind)) for kind in (AdjustmentKind.WRITE_OFF, AdjustmentKind.REPAYMENT)
    ]
    told = office.at_once(office.approving(numbers[0]), office.approving(numbers[1], office.third))
    assert isinstance(told, MoreThanOwed)


def test_what_the_bank_returns_is_owed_again_once(office: Office) -> None:
    batch = office.proposed(paying(office, office.author))
    with transaction(office.sessions) as session:
        office.approving(batch)(session)
        payouts = session.scalars(select(Payout.payout_ref)).all()
    rows = [Row(1, {}, StatusRow(ref, PayoutStatus.RETURNED, date(2026, 5, 13), None)) for ref in payouts]

    def take(session: Session) -> None:
        started = begin_import(session, ImportKind.PAYOUT_STATUS, ImportRequest(at=JUNE), sha256="0" * 64)
        take_statuses(session, rows, BookTaking(started.id, JUNE))

    def owed() -> int:
        with reading(office.sessions) as session:
            return balances(session)["R1", "USD"].of(Account.PAYABLE)

    assert owed() == 0
    assert office.at_once(take, take) is None
    assert owed() == 22_950 + 10_882
