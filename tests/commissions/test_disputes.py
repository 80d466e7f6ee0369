"""A partner questions its statements, finance answers, and money moves only by two people (2.8)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from commissions.adjustments.adjustment_models import Adjustment
from commissions.approvals.approvals import Setting, approve, reject
from commissions.disputes.dispute_errors import (
    AlreadyQuestioned,
    DisputeSettled,
    NotOfFinance,
    OutcomeIsNothing,
    OutcomeWaits,
    SayWhat,
    TooMuchSaid,
)
from commissions.disputes.dispute_models import Dispute, DisputeState
from commissions.disputes.dispute_outcomes import Outcome, propose_outcome, waiting_outcome
from commissions.disputes.disputes import (
    KeptFile,
    Question,
    Said,
    answer,
    assign,
    dispute,
    dispute_page,
    message_file,
    messages,
    open_by_position,
    open_dispute,
    reject_dispute,
    unsettled_count,
    withdraw_dispute,
)
from commissions.facts.errors import SamePerson
from commissions.facts.house_rules import HouseRules
from commissions.ledger.ledger_models import LedgerEntry, Statement
from commissions.overviews.stated_since import disputed_lines
from commissions.proposals.approval_acts import ACTS
from partners.models import Organisation
from portal.adapters.local_files import LocalFiles
from portal.kernel.errors import NotAllowed, NotFound
from portal.kernel.identity import Identity, Role
from tests.factories.books import LineOf, an_order, line_id
from tests.factories.closed_months import APRIL, close, the_worked_example
from tests.factories.people import a_brand, an_identity

AT = datetime(2026, 4, 20, 9, tzinfo=UTC)
NUMBER = "2026-03-R1-USD"
HOUSE = HouseRules()
FILE = KeptFile("a" * 64, "log.csv", 12)


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    return Setting(HOUSE, LocalFiles(tmp_path), ACTS)


@pytest.fixture
def partner(session: Session) -> Identity:
    """Of R1, which has a statement for March."""
    the_worked_example(session)
    close(session, "2026-03", APRIL)
    return someone_of(session, "R1")


def someone_of(session: Session, ref: str) -> Identity:
    organisation = session.scalars(select(Organisation).where(Organisation.ref == ref)).one()
    return an_identity(session, organisation, Role.PARTNER)


def finance(session: Session, role: Role = Role.FINANCE_APPROVER) -> Identity:
    return an_identity(session, a_brand(session), role)


def ask(session: Session, partner: Identity, position: int | None = 1, text: str = "92 aired.") -> Dispute:
    question = Question(NUMBER, position, Said(text, FILE), expected=24_000)
    return open_dispute(session, partner, question, at=AT, house=HOUSE)


def test_a_question_has_a_number_a_due_day_and_the_line_attached(session: Session, partner: Identity) -> None:
    made = ask(session, partner)
    assert (made.dispute_ref, made.state, made.due_on) == ("D-0001", DisputeState.OPEN, date(2026, 4, 30))
    assert made.line is not None
    assert (made.line_ref, made.line.position) == (made.line.line_ref, 1)
    [said] = messages(session, made)
    assert (said.text, said.by_partner, said.file_name) == ("92 aired.", True, "log.csv")
    stated = session.get_one(Statement, made.statement_id)
    assert open_by_position(session, stated) == {1: "D-0001"}


def test_a_line_is_questioned_once_at_a_time_and_what_is_missing_as_often_as_needed(
    session: Session, partner: Identity
) -> None:
    first = ask(session, partner)
    with pytest.raises(AlreadyQuestioned) as refused:
        ask(session, partner)
    assert refused.value.ref == first.dispute_ref
    assert ask(session, partner, None).line is None
    assert ask(session, partner, None).dispute_ref == "D-0003"
    withdraw_dispute(session, partner, first.dispute_ref, at=AT)
    assert ask(session, partner).dispute_ref == "D-0004"


def test_a_question_says_something_and_is_the_partners(session: Session, partner: Identity) -> None:
    with pytest.raises(SayWhat):
        ask(session, partner, text="  ")
    with pytest.raises(NotAllowed):
        ask(session, finance(session))
    with pytest.raises(NotFound):
        ask(session, partner, 99)


def test_an_outcome_longer_than_the_thread_takes_is_refused_before_it_waits(
    session: Session, partner: Identity
) -> None:
    made, clerk = ask(session, partner), finance(session)
    with pytest.raises(TooMuchSaid):
        propose_outcome(
            session, clerk, made.dispute_ref, Outcome(DisputeState.ACCEPTED, 1050, "x" * 10_001), at=AT
        )
    assert waiting_outcome(session, made.dispute_ref) is None


def test_r1_r29_another_partner_finds_nothing_of_it(session: Session, partner: Identity) -> None:
    made = ask(session, partner)
    other = someone_of(session, "R2")
    [said] = messages(session, made)
    touches: list[Callable[[], object]] = [
        lambda: ask(session, other),
        lambda: dispute(session, other, made.dispute_ref),
        lambda: answer(session, other, made.dispute_ref, Said("x"), at=AT),
        lambda: withdraw_dispute(session, other, made.dispute_ref, at=AT),
        lambda: message_file(session, other, made.dispute_ref, said.id),
    ]
    for touch in touches:
        with pytest.raises(NotFound):
            touch()
    assert dispute_page(session, other, window=(10, 0)).total == unsettled_count(session, other) == 0
    own = ask_of_r2(session, other)
    with pytest.raises(NotFound):
        message_file(session, other, own.dispute_ref, said.id)


def ask_of_r2(session: Session, other: Identity) -> Dispute:
    question = Question("2026-03-R2-USD", None, Said("Where is mine?"))
    return open_dispute(session, other, question, at=AT, house=HOUSE)


def test_r2_a_line_that_a_partner_misses_is_disputed_on_the_board_only_where_it_has_a_part(
    session: Session, partner: Identity
) -> None:
    an_order(session, "IO-2", LineOf("L3"), partner="R1")
    other = someone_of(session, "R2")
    _miss(session, other, "L3")
    assert disputed_lines(session, "2026-03") == set()
    # R2 has a share in L1
    _miss(session, other, "L1")
    _miss(session, partner, "L3")
    assert disputed_lines(session, "2026-03") == {line_id(session, "L1"), line_id(session, "L3")}


def _miss(session: Session, asker: Identity, line_ref: str) -> None:
    number = f"2026-03-{asker.organisation_ref}-USD"
    question = Question(number, None, Said("Where is it?"), line_ref=line_ref, service_month="2026-03")
    open_dispute(session, asker, question, at=AT, house=HOUSE)


def test_a_questioned_line_of_a_statement_is_disputed_on_the_board(
    session: Session, partner: Identity
) -> None:
    made = ask(session, partner)
    assert made.line is not None
    assert disputed_lines(session, str(made.service_month)) == {line_id(session, str(made.line_ref))}


def test_finance_answers_and_becomes_the_owner(session: Session, partner: Identity) -> None:
    made = ask(session, partner)
    clerk = finance(session, Role.FINANCE)
    found = answer(session, clerk, made.dispute_ref, Said("We look."), at=AT)
    assert (found.state, found.owner_id) == (DisputeState.IN_REVIEW, clerk.user_id)
    other = finance(session)
    assert assign(session, clerk, made.dispute_ref, other.user_id, at=AT).owner_id == other.user_id
    with pytest.raises(NotOfFinance):
        assign(session, clerk, made.dispute_ref, partner.user_id, at=AT)
    assert dispute_page(session, clerk, owner_id=other.user_id, window=(10, 0)).total == 1
    assert dispute_page(session, clerk, owner_id=clerk.user_id, window=(10, 0)).total == 0
    assert message_file(session, clerk, made.dispute_ref, messages(session, made)[0].id) == FILE


def test_only_finance_owns_and_decides(session: Session, partner: Identity) -> None:
    ref = ask(session, partner).dispute_ref
    for asker in (partner, finance(session, Role.ADMIN)):
        with pytest.raises(NotAllowed):
            assign(session, asker, ref, asker.user_id, at=AT)
        with pytest.raises(NotAllowed):
            reject_dispute(session, asker, ref, Said("no"), at=AT)
        with pytest.raises(NotAllowed):
            propose_outcome(session, asker, ref, Outcome(DisputeState.ACCEPTED, 100, "yes"), at=AT)


def test_an_accepted_dispute_is_an_adjustment_by_two_people(
    session: Session, partner: Identity, setting: Setting
) -> None:
    made, author, second = ask(session, partner), finance(session), finance(session)
    entries = len(session.scalars(select(LedgerEntry)).all())
    outcome = Outcome(DisputeState.PARTLY, 1_050, "One spot aired late, we pay one.")
    waits = propose_outcome(session, author, made.dispute_ref, outcome, at=AT)
    assert waiting_outcome(session, made.dispute_ref) is waits
    assert made.state is DisputeState.IN_REVIEW
    assert len(session.scalars(select(LedgerEntry)).all()) == entries
    with pytest.raises(OutcomeWaits):
        propose_outcome(session, author, made.dispute_ref, outcome, at=AT)
    with pytest.raises(SamePerson):
        approve(session, waits.id, by=author, at=AT, setting=setting)
    done = approve(session, waits.id, by=second, at=AT, setting=setting)
    assert done.outcome == "10.50 USD stand on the statement of April 2026."
    posted = session.scalars(select(Adjustment).where(Adjustment.source == made.dispute_ref)).one()
    assert (posted.partner_ref, posted.amount_minor, posted.period) == ("R1", 1_050, "2026-04")
    assert (posted.recorded_by, posted.approved_by) == (str(author.user_id), str(second.user_id))
    assert (made.state, made.adjustment_ref) == (DisputeState.PARTLY, posted.adjustment_ref)
    assert messages(session, made)[-1].text == outcome.text


def test_an_outcome_that_is_not_approved_changes_nothing(session: Session, partner: Identity) -> None:
    made, author = ask(session, partner), finance(session)
    waits = propose_outcome(
        session, author, made.dispute_ref, Outcome(DisputeState.ACCEPTED, 100, "yes"), at=AT
    )
    reject(session, waits.id, by=finance(session), at=AT, note="No proof.")
    assert waiting_outcome(session, made.dispute_ref) is None
    assert made.state is DisputeState.IN_REVIEW
    assert session.scalars(select(Adjustment)).all() == []


def test_an_outcome_says_why_and_how_much(session: Session, partner: Identity) -> None:
    made, author = ask(session, partner), finance(session)
    with pytest.raises(OutcomeIsNothing):
        propose_outcome(session, author, made.dispute_ref, Outcome(DisputeState.ACCEPTED, 0, "yes"), at=AT)
    with pytest.raises(SayWhat):
        propose_outcome(session, author, made.dispute_ref, Outcome(DisputeState.ACCEPTED, 10, " "), at=AT)


def test_a_rejection_is_a_written_reason(session: Session, partner: Identity) -> None:
    made, clerk = ask(session, partner), finance(session, Role.FINANCE)
    with pytest.raises(SayWhat):
        reject_dispute(session, clerk, made.dispute_ref, Said(""), at=AT)
    reject_dispute(session, clerk, made.dispute_ref, Said("The log shows 90."), at=AT)
    assert made.state is DisputeState.REJECTED
    assert messages(session, made)[-1].text == "The log shows 90."
    assert dispute_page(session, partner, settled=True, window=(10, 0)).rows == [made]


def test_what_is_settled_stays_settled_also_when_an_outcome_waited(
    session: Session, partner: Identity, setting: Setting
) -> None:
    made, author = ask(session, partner), finance(session)
    waits = propose_outcome(
        session, author, made.dispute_ref, Outcome(DisputeState.ACCEPTED, 100, "yes"), at=AT
    )
    withdraw_dispute(session, partner, made.dispute_ref, at=AT)
    with pytest.raises(DisputeSettled):
        approve(session, waits.id, by=finance(session), at=AT, setting=setting)
    tries: list[Callable[[], object]] = [
        lambda: answer(session, partner, made.dispute_ref, Said("but"), at=AT),
        lambda: withdraw_dispute(session, partner, made.dispute_ref, at=AT),
        lambda: assign(session, author, made.dispute_ref, author.user_id, at=AT),
        lambda: reject_dispute(session, author, made.dispute_ref, Said("no"), at=AT),
    ]
    for late in tries:
        with pytest.raises(DisputeSettled):
            late()
    assert session.scalars(select(Adjustment)).all() == []
