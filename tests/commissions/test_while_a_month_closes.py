"""A month closes while somebody decides about money: both count once, in whichever order they come (27)."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commissions.adjustments.adjusting import adjust
from commissions.adjustments.adjustment_models import AdjustedAccount
from commissions.adjustments.taken_over import NothingTakenOver, Releasing
from commissions.disputes.dispute_models import DisputeState
from commissions.disputes.dispute_outcomes import Outcome, propose_outcome
from commissions.disputes.disputes import Question, Said, open_dispute
from commissions.facts.import_models import ImportKind
from commissions.imports.file_import import import_within
from commissions.imports.importing import ImportRequest
from commissions.ledger.ledger_models import Statement
from commissions.payouts.payable import payable_now
from commissions.payouts.payout_errors import NotTheLastClosed
from commissions.payouts.payout_models import PayoutEvent
from commissions.payouts.payouts import BatchOrder, PayoutApproval, create_batch
from commissions.proposals.adjustment_proposals import propose_adjustment
from commissions.proposals.opening_proposals import propose_release
from commissions.proposals.payout_proposals import propose_batch
from commissions.statements.closing import Approval, close_period
from portal.kernel.db import reading, transaction
from portal.kernel.errors import Refusal
from portal.kernel.money import Money
from tests.factories.books import deliver
from tests.factories.closed_months import MAY
from tests.factories.money import SIGNED, an_adjustment, an_opening
from tests.factories.office import HOUSE, MARCH, Act, Office, Proposing, Sessions

BATCH = BatchOrder(MARCH, date(2026, 4, 12), debtor=None)


@pytest.fixture
def office(sessions: Sessions, tmp_path: Path) -> Office:
    """5,000 of R1 were taken over without a due day, and one of its lines is questioned."""
    found = Office(sessions, tmp_path)
    with transaction(sessions) as session:
        deliver(session, "L1", date(2026, 3, 9), 5)
        taken_over = an_opening(5_000, AdjustedAccount.ACCRUED, ref="OPEN", on=date(2026, 4, 2))
        adjust(session, taken_over, replace(SIGNED, at=MAY))
        question = Question("2026-03-R1-USD", 1, Said("92 spots aired."))
        open_dispute(session, found.admins[0], question, at=MAY, house=HOUSE)
    return found


def adjusting(office: Office) -> Proposing:
    wanted = an_adjustment(1250, ref="next", on=date(2026, 4, 20))
    return lambda session: propose_adjustment(session, wanted, office.signed, by=office.author)


def granting(office: Office) -> Proposing:
    granted = Outcome(DisputeState.ACCEPTED, 1050, "Right")
    return lambda session: propose_outcome(session, office.author, "D-0001", granted, at=MAY)


def releasing(office: Office, reason: str = "It was earned") -> Proposing:
    wanted = Releasing("R1", Money(5_000, "USD"), reason)
    return lambda session: propose_release(session, wanted, office.signed, by=office.author)


def paying(office: Office) -> Proposing:
    return lambda session: propose_batch(
        session, BATCH, payable_now(session, MARCH, at=MAY, by_hand=True), by=office.author, at=MAY
    )


def closing(office: Office) -> Act:
    people = Approval(office.author, office.second)
    return lambda session: close_period(session, "2026-04", approval=people, at=MAY, house=HOUSE)


def figures(office: Office) -> tuple[int, int, int]:
    """R1's adjustments, payouts and closing of April."""
    with reading(office.sessions) as session:
        query = select(Statement).where(Statement.number == "2026-04-R1-USD")
        found = session.scalars(query).one()
        return found.adjustments, found.payouts, found.closing


@pytest.mark.parametrize(
    ("proposing", "before_it", "after_it", "told_after"),
    [
        (adjusting, (6_250, 0, 41_357), (5_000, 0, 40_107), None),
        # dated today, which is in May
        (granting, (5_000, 0, 40_107), (5_000, 0, 40_107), None),
        (releasing, (5_000, 0, 40_107), (5_000, 0, 40_107), None),
        (paying, (5_000, 33_832, 6_275), (5_000, 0, 40_107), NotTheLastClosed),
    ],
)
@pytest.mark.parametrize("closes_first", [True, False])
def test_what_is_approved_while_a_month_closes_stands_before_or_after_it(
    office: Office,
    closes_first: bool,  # noqa: FBT001  a parameter of the test
    proposing: Callable[[Office], Proposing],
    before_it: tuple[int, int, int],
    after_it: tuple[int, int, int],
    told_after: type[Refusal] | None,
) -> None:
    approving = office.approving(office.proposed(proposing(office)), office.third)
    acts = (closing(office), approving) if closes_first else (approving, closing(office))
    told = office.at_once(*acts)
    assert isinstance(told, told_after) if closes_first and told_after else told is None
    assert figures(office) == (after_it if closes_first else before_it)


def answering(office: Office, status: str) -> Act:
    """The bank's file about a batch that was sent, as it is imported."""
    with transaction(office.sessions) as session:
        operators = PayoutApproval(None, None)
        batch = create_batch(session, BATCH, approval=operators, at=MAY, house=HOUSE)
        rows = [f"{payout.payout_ref},{status},2026-04-15" for payout in batch.payouts]
    data = "\n".join(["payout_ref,status,on", *rows]).encode()

    def take(session: Session) -> None:
        import_within(session, ImportKind.PAYOUT_STATUS, io.BytesIO(data), ImportRequest(at=MAY))

    return take


@pytest.mark.parametrize("closes_first", [True, False])
def test_what_the_bank_returns_while_a_month_closes_is_owed_again_once(
    office: Office,
    closes_first: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    take = answering(office, "returned")
    acts = (closing(office), take) if closes_first else (take, closing(office))
    assert office.at_once(*acts) is None
    assert figures(office) == ((5_000, 33_832, 6_275) if closes_first else (5_000, 0, 40_107))


@pytest.mark.parametrize("status", ["confirmed", "returned"])
def test_the_banks_file_taken_twice_at_once_counts_once(office: Office, status: str) -> None:
    take = answering(office, status)
    assert office.at_once(take, take) is None
    with reading(office.sessions) as session:
        assert session.scalar(select(func.count()).select_from(PayoutEvent)) == 4


def test_what_was_taken_over_is_made_payable_once(office: Office) -> None:
    numbers = [office.proposed(releasing(office, reason)) for reason in ("Earned", "It was earned")]
    told = office.at_once(office.approving(numbers[0]), office.approving(numbers[1], office.third))
    assert isinstance(told, NothingTakenOver)
