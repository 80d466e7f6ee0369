"""Four eyes: what one person proposes, another approves or rejects; the author never does (2.10)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.orm import Session

from commissions.approvals.approval_models import Proposal, ProposalKind, ProposalState
from commissions.facts.book_lock import lock_proposals
from commissions.facts.errors import SamePerson
from commissions.facts.house_rules import HouseRules
from commissions.ledger.ledger_models import Period, PeriodState
from partners.models import User
from partners.payees import decline_payee
from partners.people import identity_of
from portal.kernel.activity import record
from portal.kernel.errors import Conflict, NotAllowed, NotFound, Refusal
from portal.kernel.identity import Identity, Permission
from portal.kernel.ports import BlobStore

LONGEST_TITLE = 500
# all others are finance's
_PROPOSED_WITH = {ProposalKind.PAYEE: Permission.PAYEE_WRITE}


class RoleCannotPropose(NotAllowed):
    def __init__(self) -> None:
        super().__init__("Your role cannot propose this.")


class RoleCannotApprove(NotAllowed):
    def __init__(self) -> None:
        super().__init__("Approving and rejecting need a finance approver.")


class NotYourProposal(NotAllowed):
    def __init__(self) -> None:
        super().__init__("Only the author can withdraw this. You can reject it.")


class ProposalDecided(Conflict):
    def __init__(self) -> None:
        super().__init__("This was decided before, perhaps a moment ago. Nothing was done twice.")


class ProposedAlready(Conflict):
    """The very same waits for a second person: sent twice, or from a page that went back."""

    def __init__(self, there: Proposal) -> None:
        super().__init__(
            f"The very same waits already as approval {there.id}. If both are meant, say so in the reason."
        )


class RejectionNeedsReason(Refusal):
    def __init__(self) -> None:
        super().__init__("Say why this is rejected.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be done: see Proposal for what title and payload hold."""

    kind: ProposalKind
    title: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Decision:
    """Two people and a moment. The author is read from the proposal, never from input (R4)."""

    author: Identity
    approver: Identity
    at: datetime
    house: HouseRules
    blobs: BlobStore


@dataclass(frozen=True, slots=True)
class Mark:
    """Who decides, when, and what they say to it."""

    by: Identity
    at: datetime
    note: str = ""


# does what was proposed, inside the transaction of the approval; answers with what it did, as a sentence
Act = Callable[[Session, Proposal, Decision], str]


@dataclass(frozen=True, slots=True)
class Setting:
    """Where acts run; `acts` are those of commissions.proposals.approval_acts."""

    house: HouseRules
    blobs: BlobStore
    acts: Mapping[ProposalKind, Act]


def propose(session: Session, wanted: Wanted, *, by: Identity, at: datetime) -> Proposal:
    """Ask a second person. Raises RoleCannotPropose or ProposedAlready."""
    if not by.may(_PROPOSED_WITH.get(wanted.kind, Permission.MONTH_WRITE)):
        raise RoleCannotPropose
    lock_proposals(session)
    title = wanted.title[:LONGEST_TITLE]
    # as it comes back from the database
    payload = json.loads(json.dumps(wanted.payload))
    for there in waiting(session, wanted.kind):
        if (there.title, there.payload) == (title, payload):
            raise ProposedAlready(there)
    made = Proposal(
        kind=wanted.kind,
        title=title,
        payload=payload,
        author_id=by.user_id,
        proposed_at=at,
        state=ProposalState.WAITING,
    )
    session.add(made)
    session.flush()
    _record(session, "proposed", made, Mark(by, at))
    return made


def approve(session: Session, proposal_id: int, *, by: Identity, at: datetime, setting: Setting) -> Proposal:
    """Do what was proposed; all of it or nothing.

    Raises NotFound, SamePerson, RoleCannotApprove, ProposalDecided, or what the act refuses.
    """
    found = proposal(session, by, proposal_id)
    _check_second(found, by)
    _decide(session, found, ProposalState.APPROVED, Mark(by, at))
    author = identity_of(session, session.get_one(User, found.author_id), today=at.date())
    decision = Decision(author, by, at, setting.house, setting.blobs)
    outcome = setting.acts[found.kind](session, found, decision)
    # an act that reads a file lets go of every row it knew
    done = session.get_one(Proposal, proposal_id)
    done.outcome = outcome
    _record(session, "approved", done, Mark(by, at), author=done.author_id, outcome=outcome)
    session.flush()
    return done


def reject(session: Session, proposal_id: int, *, by: Identity, at: datetime, note: str) -> Proposal:
    """Raises NotFound, SamePerson (the author withdraws), RoleCannotApprove, RejectionNeedsReason,
    ProposalDecided.
    """
    found = proposal(session, by, proposal_id)
    _check_second(found, by)
    if not note.strip():
        raise RejectionNeedsReason
    _decide(session, found, ProposalState.REJECTED, Mark(by, at, note))
    if found.kind is ProposalKind.PAYEE:
        decline_payee(session, found.payload["payee_id"], by=by, at=at, note=note)
    _record(session, "rejected", found, Mark(by, at), author=found.author_id, note=found.note)
    return found


def withdraw(session: Session, proposal_id: int, *, by: Identity, at: datetime) -> Proposal:
    """The author takes it back. Raises NotFound, NotYourProposal, ProposalDecided."""
    found = proposal(session, by, proposal_id)
    if found.author_id != by.user_id:
        raise NotYourProposal
    _decide(session, found, ProposalState.WITHDRAWN, Mark(by, at))
    _record(session, "withdrew", found, Mark(by, at))
    return found


def proposal(session: Session, identity: Identity, proposal_id: int) -> Proposal:
    """One that the asker may know of: all for those who read months, else their own. Raises NotFound."""
    found = session.get(Proposal, proposal_id)
    if found is None or not (identity.may(Permission.MONTH_READ) or found.author_id == identity.user_id):
        raise NotFound
    return found


def waiting(session: Session, kind: ProposalKind | None = None) -> Sequence[Proposal]:
    """What nobody decided yet, oldest first."""
    query = select(Proposal).where(Proposal.state == ProposalState.WAITING)
    if kind is not None:
        query = query.where(Proposal.kind == kind)
    return session.scalars(query.order_by(Proposal.id)).all()


def waiting_kinds(session: Session) -> dict[ProposalKind, int]:
    """How much waits, by kind; kinds of which nothing waits are not there."""
    query = (
        select(Proposal.kind, func.count())
        .where(Proposal.state == ProposalState.WAITING)
        .group_by(Proposal.kind)
        .order_by(Proposal.kind)
    )
    return {kind: int(count) for kind, count in session.execute(query)}


def waiting_count(session: Session) -> int:
    """How much waits for a second person: proposals, and months in review."""
    proposals = select(func.count()).select_from(Proposal).where(Proposal.state == ProposalState.WAITING)
    months = select(func.count()).select_from(Period).where(Period.state == PeriodState.IN_REVIEW)
    return session.scalar(select(proposals.scalar_subquery() + months.scalar_subquery())) or 0


def decided_count(session: Session, kind: ProposalKind | None = None) -> int:
    query = select(func.count()).select_from(Proposal).where(Proposal.state != ProposalState.WAITING)
    if kind is not None:
        query = query.where(Proposal.kind == kind)
    return session.scalar(query) or 0


def decided(
    session: Session, kind: ProposalKind | None = None, *, limit: int, offset: int = 0
) -> Sequence[Proposal]:
    """What was decided, latest first."""
    query = select(Proposal).where(Proposal.state != ProposalState.WAITING)
    if kind is not None:
        query = query.where(Proposal.kind == kind)
    return session.scalars(
        query.order_by(Proposal.decided_at.desc(), Proposal.id.desc()).limit(limit).offset(offset)
    ).all()


def _check_second(found: Proposal, by: Identity) -> None:
    if found.author_id == by.user_id:
        raise SamePerson
    if not by.may(Permission.CLOSE_APPROVE):
        raise RoleCannotApprove


def _decide(session: Session, found: Proposal, state: ProposalState, mark: Mark) -> None:
    """Of two who decide at once, the first wins; the other waits for it and is refused."""
    claim = (
        update(Proposal)
        .where(Proposal.id == found.id, Proposal.state == ProposalState.WAITING)
        .values(state=state, decided_by=mark.by.user_id, decided_at=mark.at, note=mark.note.strip() or None)
    )
    unsynchronised = {"synchronize_session": False}
    claimed = cast("CursorResult[Any]", session.execute(claim, execution_options=unsynchronised))
    if claimed.rowcount != 1:
        raise ProposalDecided
    session.refresh(found)


def _record(session: Session, verb: str, subject: Proposal, mark: Mark, **details: Any) -> None:
    what = {"kind": subject.kind.value, "title": subject.title}
    record(session, verb, ("proposal", str(subject.id)), at=mark.at, by=mark.by, **what, **details)
