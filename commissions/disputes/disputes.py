"""Disputes: a partner questions a line or misses one, and finance answers in words or in money (2.8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.orm import Session, joinedload

from commissions.disputes.dispute_errors import (
    AlreadyQuestioned,
    DisputeSettled,
    NotOfFinance,
    SayWhat,
    TooMuchSaid,
)
from commissions.disputes.dispute_models import UNSETTLED, Dispute, DisputeMessage, DisputeState
from commissions.facts.house_rules import HouseRules
from commissions.ledger.ledger_models import Statement, StatementLine
from commissions.statements.statements import statement, statement_line
from partners.models import User
from portal.kernel.activity import record
from portal.kernel.errors import NotAllowed, NotFound
from portal.kernel.identity import PERMISSIONS, Identity, Permission, Role
from portal.kernel.money import Money

# calendar days in which finance answers
ANSWERED_WITHIN = 10
MOST_TEXT = 10_000


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file in the blob store, that the upload checks let through."""

    sha256: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says, with at most one file."""

    text: str
    file: KeptFile | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """About a statement's line at `position`, or about a line that is missing there.

    `expected` in minor units of the statement's currency is what should stand there.
    """

    number: str
    position: int | None
    said: Said
    expected: int | None = None
    line_ref: str | None = None
    service_month: str | None = None


@dataclass(frozen=True, slots=True)
class DisputePage:
    rows: Sequence[Dispute]
    total: int


def open_dispute(
    session: Session, identity: Identity, question: Question, *, at: datetime, house: HouseRules
) -> Dispute:
    """Raises NotFound, NotAllowed, SayWhat, TooMuchSaid or AlreadyQuestioned."""
    stated = statement(session, identity, question.number)
    if not identity.may(Permission.STATEMENTS_QUESTION):
        raise NotAllowed
    check_said(question.said)
    line = None if question.position is None else statement_line(session, stated, question.position)
    if line is not None:
        _refuse_second(session, line)
    made = Dispute(
        # unique until its number is known
        dispute_ref=uuid4().hex,
        partner_ref=stated.partner_ref,
        statement=stated,
        line=line,
        line_ref=(line.line_ref or None) if line else question.line_ref,
        service_month=(line.service_month or None) if line else question.service_month,
        currency=stated.currency,
        expected_minor=question.expected,
        state=DisputeState.OPEN,
        opened_by=identity.user_id,
        opened_at=at,
        due_on=house.business_day(at) + timedelta(days=ANSWERED_WITHIN),
    )
    session.add(made)
    session.flush()
    made.dispute_ref = f"D-{made.id:04d}"
    _say(session, made, identity, question.said, at=at)
    record(session, "disputed", ("dispute", made.dispute_ref), at=at, by=identity, statement=stated.number)
    return made


def dispute(session: Session, identity: Identity, ref: str) -> Dispute:
    """Raises NotFound, alike for what does not exist and what is another partner's (R1)."""
    query = select(Dispute).where(*_visible(identity), Dispute.dispute_ref == ref)
    found = session.scalar(query.options(joinedload(Dispute.statement), joinedload(Dispute.line)))
    if found is None:
        raise NotFound
    return found


def dispute_page(
    session: Session,
    identity: Identity,
    *,
    settled: bool = False,
    owner_id: int | None = None,
    window: tuple[int, int],
) -> DisputePage:
    """Unsettled ones, the first due first; or settled ones, the latest first. `window` is (limit, offset)."""
    wanted = _visible(identity)
    wanted.append(Dispute.state.not_in(UNSETTLED) if settled else Dispute.state.in_(UNSETTLED))
    if owner_id is not None:
        wanted.append(Dispute.owner_id == owner_id)
    order = (Dispute.settled_at.desc(), Dispute.id.desc()) if settled else (Dispute.due_on, Dispute.id)
    rows = session.scalars(
        select(Dispute)
        .where(*wanted)
        .order_by(*order)
        .limit(window[0])
        .offset(window[1])
        .options(joinedload(Dispute.statement), joinedload(Dispute.line))
    ).all()
    total = session.scalar(select(func.count()).select_from(Dispute).where(*wanted)) or 0
    return DisputePage(rows, total)


def unsettled_count(session: Session, identity: Identity, *, due_before: date | None = None) -> int:
    """All of them, or those that should have been answered before a day."""
    wanted = [*_visible(identity), Dispute.state.in_(UNSETTLED)]
    if due_before is not None:
        wanted.append(Dispute.due_on < due_before)
    return session.scalar(select(func.count()).select_from(Dispute).where(*wanted)) or 0


def open_by_position(session: Session, stated: Statement) -> dict[int, str]:
    """The refs of unsettled disputes about lines of a statement that the asker may see, by position."""
    rows = session.execute(_OPEN_OF_STATEMENT, {"statement_id": stated.id})
    return {position: ref for position, ref in rows}  # noqa: C416  rows are no pairs to mypy


# put together once: each page of a statement asks it
_OPEN_OF_STATEMENT = (
    select(StatementLine.position, Dispute.dispute_ref)
    .join(Dispute, Dispute.statement_line_id == StatementLine.id)
    .where(StatementLine.statement_id == bindparam("statement_id"), Dispute.state.in_(UNSETTLED))
)


def messages(session: Session, about: Dispute) -> Sequence[DisputeMessage]:
    """The thread of a dispute that the asker may see, oldest first."""
    query = select(DisputeMessage).where(DisputeMessage.dispute_id == about.id).order_by(DisputeMessage.id)
    return session.scalars(query).all()


def message_file(session: Session, identity: Identity, ref: str, message_id: int) -> KeptFile:
    """The file of a message, for who may see its dispute. Raises NotFound."""
    found = session.get(DisputeMessage, message_id)
    if found is None or found.dispute_id != dispute(session, identity, ref).id or found.file_sha256 is None:
        raise NotFound
    return KeptFile(found.file_sha256, found.file_name or "file", found.file_size or 0)


def answer(session: Session, identity: Identity, ref: str, said: Said, *, at: datetime) -> Dispute:
    """Add to the thread. Raises NotFound, NotAllowed, SayWhat, TooMuchSaid or DisputeSettled."""
    found = unsettled_dispute(session, identity, ref)
    wanted = Permission.STATEMENTS_QUESTION if identity.is_partner else Permission.MONTH_WRITE
    if not identity.may(wanted):
        raise NotAllowed
    _say(session, found, identity, said, at=at)
    if not identity.is_partner:
        found.state = DisputeState.IN_REVIEW
        found.owner_id = found.owner_id or identity.user_id
    record(session, "answered", ("dispute", ref), at=at, by=identity)
    return found


def assign(session: Session, identity: Identity, ref: str, owner_id: int, *, at: datetime) -> Dispute:
    """Give it an owner of finance. Raises NotFound, NotAllowed, NotOfFinance or DisputeSettled."""
    found = unsettled_dispute(session, identity, ref)
    if not identity.may(Permission.MONTH_WRITE):
        raise NotAllowed
    owner = session.get(User, owner_id)
    if owner is None or owner not in finance_people(session):
        raise NotOfFinance
    found.owner_id, found.state = owner.id, DisputeState.IN_REVIEW
    record(session, "assigned", ("dispute", ref), at=at, by=identity, owner=owner.id)
    session.flush()
    return found


def finance_people(session: Session) -> Sequence[User]:
    """Who may own disputes and exceptions, by name."""
    roles = [role for role in Role if Permission.MONTH_WRITE in PERMISSIONS[role]]
    query = select(User).where(User.role.in_(roles), User.disabled_at.is_(None)).order_by(User.name, User.id)
    return session.scalars(query).all()


def reject_dispute(session: Session, identity: Identity, ref: str, said: Said, *, at: datetime) -> Dispute:
    """Finance says why nothing is owed. Raises NotFound, NotAllowed, SayWhat or DisputeSettled."""
    found = unsettled_dispute(session, identity, ref)
    if not identity.may(Permission.MONTH_WRITE):
        raise NotAllowed
    _say(session, found, identity, said, at=at)
    settle(found, DisputeState.REJECTED, at=at)
    found.owner_id = found.owner_id or identity.user_id
    record(session, "rejected", ("dispute", ref), at=at, by=identity)
    return found


def withdraw_dispute(session: Session, identity: Identity, ref: str, *, at: datetime) -> Dispute:
    """The partner takes it back. Raises NotFound, NotAllowed or DisputeSettled."""
    found = unsettled_dispute(session, identity, ref)
    if not identity.may(Permission.STATEMENTS_QUESTION):
        raise NotAllowed
    settle(found, DisputeState.WITHDRAWN, at=at)
    record(session, "withdrew", ("dispute", ref), at=at, by=identity)
    return found


def settle(found: Dispute, state: DisputeState, *, at: datetime) -> None:
    found.state, found.settled_at = state, at


def stated_amount(found: Dispute) -> Money | None:
    """What stands on the questioned line; none where the line is missing."""
    return None if found.line is None else Money(found.line.amount, found.currency)


def expected_amount(found: Dispute) -> Money | None:
    return None if found.expected_minor is None else Money(found.expected_minor, found.currency)


def say_outcome(session: Session, found: Dispute, author: Identity, text: str, *, at: datetime) -> None:
    """The written side of an outcome, in the thread."""
    _say(session, found, author, Said(text), at=at)


def unsettled_dispute(session: Session, identity: Identity, ref: str) -> Dispute:
    """The dispute, held until the transaction ends. Raises NotFound or DisputeSettled."""
    found = dispute(session, identity, ref)
    session.refresh(found, ["state"], with_for_update=True)
    if found.is_settled:
        raise DisputeSettled(ref)
    return found


def _visible(identity: Identity) -> list[ColumnElement[bool]]:
    return [Dispute.partner_ref == identity.organisation_ref] if identity.is_partner else []


def _refuse_second(session: Session, line: StatementLine) -> None:
    # of two who ask at once, the second reads what the first asked
    session.execute(select(StatementLine.id).where(StatementLine.id == line.id).with_for_update())
    query = select(Dispute.dispute_ref).where(
        Dispute.statement_line_id == line.id, Dispute.state.in_(UNSETTLED)
    )
    there = session.scalar(query)
    if there is not None:
        raise AlreadyQuestioned(there)


def check_said(said: Said) -> None:
    """Raises SayWhat or TooMuchSaid."""
    if not said.text.strip():
        raise SayWhat
    if len(said.text) > MOST_TEXT:
        raise TooMuchSaid(MOST_TEXT)


def _say(session: Session, about: Dispute, identity: Identity, said: Said, *, at: datetime) -> None:
    check_said(said)
    session.add(
        DisputeMessage(
            dispute_id=about.id,
            said_at=at,
            author_id=identity.user_id,
            by_partner=identity.is_partner,
            text=said.text.strip(),
            file_sha256=said.file.sha256 if said.file else None,
            file_name=said.file.name if said.file else None,
            file_size=said.file.size if said.file else None,
        )
    )
    session.flush()
