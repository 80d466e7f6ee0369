"""What the demo's finance does with closed months: pays, adjusts, answers questions, and asks for approval."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from commissions.adjustments.adjusting import Adjusting, Signed, adjust
from commissions.approvals.approvals import Setting, approve
from commissions.disputes.dispute_models import DisputeState
from commissions.disputes.dispute_outcomes import Outcome, propose_outcome
from commissions.disputes.disputes import Question, Said, answer, assign, open_dispute
from commissions.facts.import_models import ImportKind
from commissions.imports.file_import import import_file
from commissions.imports.importing import ImportRequest
from commissions.ledger.ledger_models import Statement, StatementLine, StatementLineKind
from commissions.payouts.payout_models import Payout, PayoutBatch
from commissions.payouts.payouts import BatchOrder, Debtor, PayoutApproval, create_batch
from commissions.proposals.adjustment_proposals import NO_REF, propose_adjustment
from commissions.proposals.approval_acts import ACTS
from commissions.proposals.plan_proposals import propose_plan
from commissions.proposals.simulations import Asked, ask_simulation, run_simulation
from portal.demo.almanac import instant
from portal.demo.channel import COLM, HINTERLAND, OSPREY, RUTH, SALTMARSH, SILAS, THEO
from portal.demo.deeds import Deed, Doing, Office
from portal.demo.payees import OWNERS
from portal.demo.plans import NEXT_SILVER
from portal.house import debtor
from portal.kernel.db import transaction

PAID_MONTHS = range(-5, 0)
PAY_DAY, ANSWER_DAY = 15, 17
RETURNED = (-3, HINTERLAND)
PAYER = Debtor("Larkwell Audio", "001180032604", "USBKUS44")


def month_end_deeds(office: Office) -> Iterator[Deed]:
    """Only what has happened by the day of loading; the rest is still to be done, as in life."""
    on = office.on
    for month in PAID_MONTHS:
        pay_on = on.day(month + 1, PAY_DAY)
        if pay_on <= on.today:
            yield Deed(instant(pay_on - timedelta(days=1), 15), lambda at, m=month: _pay(office, m, at))  # type: ignore[misc]
        if on.day(month + 1, ANSWER_DAY) <= on.today:
            answered = instant(on.day(month + 1, ANSWER_DAY), 8)
            yield Deed(answered, lambda at, m=month: _take_the_banks_answer(office, m, at))  # type: ignore[misc]
    closed = on.closed_on(-1)
    yield _deed(office, instant(on.day(-2, 20), 11), lambda session, at: _goodwill(session, office, at))
    yield _deed(office, instant(on.day(-2, 12), 13), lambda session, at: _ask(session, office, SALTMARSH, at))
    yield _deed(office, instant(on.day(-2, 14), 9), lambda session, at: _grant(session, office, at))
    yield _deed(office, instant(closed, 17), lambda session, at: _ask(session, office, OSPREY, at))
    yield _deed(office, instant(closed, 17, 40), lambda session, at: _take_it_on(session, office, at))
    yield _deed(office, instant(closed, 18), lambda session, at: _propose(session, office, at))
    yield Deed(instant(closed, 17, 50), lambda at: _try_what_is_proposed(office, at))


def _deed(office: Office, at: datetime, doing: Doing) -> Deed:
    def act(moment: datetime) -> None:
        with transaction(office.services.sessions) as session:
            doing(session, moment)

    return Deed(at, act)


def _signed(office: Office, at: datetime) -> Signed:
    return Signed(str(office.people[RUTH].user_id), at, str(office.people[COLM].user_id), office.house)


def _pay(office: Office, month: int, at: datetime) -> None:
    settings = office.services.settings
    order = BatchOrder(
        office.on.ref(month),
        office.on.day(month + 1, PAY_DAY),
        debtor(settings) or PAYER,
        # without a key no bank data is kept, and finance pays by hand
        by_hand=settings.payee_key is None,
    )
    approval = PayoutApproval(office.people[RUTH], office.people[COLM])
    with transaction(office.services.sessions) as session:
        create_batch(session, order, approval=approval, at=at, house=office.house)


def _take_the_banks_answer(office: Office, month: int, at: datetime) -> None:
    with transaction(office.services.sessions) as session:
        sent = session.execute(
            select(Payout.payout_ref, Payout.partner_ref)
            .join(PayoutBatch, PayoutBatch.id == Payout.batch_id)
            .where(PayoutBatch.period == office.on.ref(month))
            .order_by(Payout.id)
        ).all()
    lines = ["payout_ref,status,on,reason"]
    for ref, partner in sent:
        back = (month, partner) == RETURNED
        lines.append(
            f"{ref},returned,{at.date()},Account closed" if back else f"{ref},confirmed,{at.date()},"
        )
    request = ImportRequest(
        at=at, by=str(office.people[RUTH].user_id), file_name=f"bank-{at.date()}.csv", house=office.house
    )
    content = io.BytesIO("\n".join(lines).encode())
    import_file(office.services.sessions, ImportKind.PAYOUT_STATUS, content, request)


def _goodwill(session: Session, office: Office, at: datetime) -> None:
    reason = "The affidavit of Lark City 103.1 came six weeks late; agreed with Silas Vance."
    adjust(session, Adjusting("ADJ-0001", OSPREY, "USD", 7_500, at.date(), reason), _signed(office, at))


def _ask(session: Session, office: Office, partner: str, at: datetime) -> None:
    """A partner questions the first line of its latest statement, and says what should stand there."""
    asks = office.people[SILAS if partner == OSPREY else OWNERS[partner]]
    line = _first_line(session, partner)
    expected = line.amount + (6_200 if partner == OSPREY else 4_000)
    text = (
        "We counted 8 spots more in our own log; the station has confirmed them by mail."
        if partner == OSPREY
        else "The order was signed before our tier changed, so the older rate should hold."
    )
    question = Question(line.statement.number, line.position, Said(text), expected)
    open_dispute(session, asks, question, at=at, house=office.house)


def _first_line(session: Session, partner: str) -> StatementLine:
    query = (
        select(StatementLine)
        .join(Statement, Statement.id == StatementLine.statement_id)
        .where(Statement.partner_ref == partner, StatementLine.kind == StatementLineKind.EARNED)
        .order_by(Statement.period.desc(), StatementLine.position)
        .limit(1)
    )
    return session.scalars(query).one()


def _grant(session: Session, office: Office, at: datetime) -> None:
    """Saltmarsh is right: one proposes the adjustment, another approves it."""
    text = "You are right: the order was signed on the old terms. The difference is on your next statement."
    outcome = Outcome(DisputeState.ACCEPTED, 4_000, text)
    proposal = propose_outcome(session, office.people[RUTH], "D-0001", outcome, at=at)
    setting = Setting(office.house, office.services.blobs, ACTS)
    approve(session, proposal.id, by=office.people[COLM], at=at, setting=setting)


def _take_it_on(session: Session, office: Office, at: datetime) -> None:
    ruth = office.people[RUTH]
    assign(session, ruth, "D-0002", ruth.user_id, at=at)
    answer(session, ruth, "D-0002", Said("I have asked Lark City for the log of that week."), at=at)


def _propose(session: Session, office: Office, at: datetime) -> None:
    """What waits for the second person."""
    theo = office.people[THEO]
    reason = "Production costs of the spring spot, as agreed."
    wanted = Adjusting(NO_REF, HINTERLAND, "USD", 4_000, at.date(), reason)
    propose_adjustment(session, wanted, Signed(str(theo.user_id), at, house=office.house), by=theo)
    following = {**NEXT_SILVER, "valid_from": _quarter_after(office.on.today).isoformat()}
    reason = "Brokers sell more podcasts when the rate is that of radio."
    propose_plan(session, following, reason=reason, by=office.people[RUTH], at=at)


def _try_what_is_proposed(office: Office, at: datetime) -> None:
    """What Ruth looked at before she asked: the plan as if it had always held, on all months so far."""
    sessions = office.services.sessions
    with transaction(sessions) as session:
        asked = Asked(NEXT_SILVER, origin={"edits": NEXT_SILVER["plan"]})
        made = ask_simulation(session, asked, by=office.people[RUTH], at=at)
        number = made.id
    run_simulation(sessions, number, house=office.house, clock=lambda: at)


def _quarter_after(day: date) -> date:
    month = (day.month - 1) // 3 * 3 + 4
    return date(day.year + month // 13, (month - 1) % 12 + 1, 1)
