"""Four eyes: nothing that needs a second person happens by one, and nothing is decided twice (2.10)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from commissions.approvals.approval_models import Proposal, ProposalKind, ProposalState
from commissions.approvals.approvals import (
    Act,
    Decision,
    NotYourProposal,
    ProposalDecided,
    RejectionNeedsReason,
    RoleCannotApprove,
    RoleCannotPropose,
    Setting,
    Wanted,
    approve,
    decided,
    proposal,
    propose,
    reject,
    waiting,
    waiting_count,
    withdraw,
)
from commissions.facts.errors import SamePerson
from commissions.facts.house_rules import HouseRules
from commissions.proposals.approval_acts import ACTS
from portal.adapters.local_files import LocalFiles
from portal.kernel.activity import Activity
from portal.kernel.db import transaction
from portal.kernel.errors import NotFound, Refusal
from portal.kernel.identity import Identity, Permission, Role
from tests.factories.people import a_brand, a_partner, an_identity
from tests.factories.waiting_processes import START, at_once, start

AT = datetime(2026, 6, 15, 10, tzinfo=UTC)
LATER = AT + timedelta(hours=3)
HOLD = Wanted(ProposalKind.HOLD, "Hold 40.00 USD of Tidewell Media", {"figures": {"Amount": "40.00 USD"}})


class Noting:
    """Notes what it was asked to do."""

    def __init__(self) -> None:
        self.done: list[tuple[str, Decision]] = []

    def __call__(self, _session: Session, found: Proposal, decision: Decision) -> str:
        self.done.append((found.title, decision))
        return "Held."


@pytest.fixture
def act() -> Noting:
    return Noting()


@pytest.fixture
def setting(act: Noting, tmp_path: Path) -> Setting:
    acts: Mapping[ProposalKind, Act] = dict.fromkeys(ProposalKind, act)
    return Setting(HouseRules(), LocalFiles(tmp_path), acts)


def finance(session: Session) -> Identity:
    return an_identity(session, a_brand(session), Role.FINANCE)


def approver(session: Session) -> Identity:
    return an_identity(session, a_brand(session), Role.FINANCE_APPROVER)


def test_what_a_second_person_approves_is_done_and_says_what_it_did(
    session: Session, setting: Setting, act: Noting
) -> None:
    author, second = finance(session), approver(session)
    made = propose(session, HOLD, by=author, at=AT)
    assert act.done == []
    done = approve(session, made.id, by=second, at=LATER, setting=setting)
    assert (done.state, done.outcome, done.decided_by) == (ProposalState.APPROVED, "Held.", second.user_id)
    [(title, decision)] = act.done
    assert title == HOLD.title
    assert (decision.author.user_id, decision.approver, decision.at) == (author.user_id, second, LATER)


@pytest.mark.parametrize("role", Role)
def test_property_24_the_author_never_approves_nor_rejects_whatever_it_is_and_whoever_they_are(
    session: Session, setting: Setting, act: Noting, role: Role
) -> None:
    author = an_identity(session, None if role.is_partner else a_brand(session), role)
    for kind in ProposalKind:
        wanted = Wanted(kind, "Something", {})
        if not author.may(Permission.PAYEE_WRITE if kind is ProposalKind.PAYEE else Permission.MONTH_WRITE):
            with pytest.raises(RoleCannotPropose):
                propose(session, wanted, by=author, at=AT)
            continue
        made = propose(session, wanted, by=author, at=AT)
        with pytest.raises(SamePerson):
            approve(session, made.id, by=author, at=LATER, setting=setting)
        with pytest.raises(SamePerson):
            reject(session, made.id, by=author, at=LATER, note="no")
        assert (act.done, made.state) == ([], ProposalState.WAITING)


@pytest.mark.parametrize("role", [Role.FINANCE, Role.ADMIN])
def test_only_a_finance_approver_decides(session: Session, setting: Setting, act: Noting, role: Role) -> None:
    made = propose(session, HOLD, by=finance(session), at=AT)
    other = an_identity(session, a_brand(session), role)
    with pytest.raises(RoleCannotApprove):
        approve(session, made.id, by=other, at=LATER, setting=setting)
    with pytest.raises(RoleCannotApprove):
        reject(session, made.id, by=other, at=LATER, note="no")
    assert act.done == []


@pytest.mark.parametrize("role", [Role.PARTNER, Role.PARTNER_ADMIN, Role.BRAND])
def test_r1_who_may_not_read_months_finds_no_proposal(session: Session, setting: Setting, role: Role) -> None:
    made = propose(session, HOLD, by=finance(session), at=AT)
    other = an_identity(session, None if role.is_partner else a_brand(session), role)
    for number in (made.id, 999):
        with pytest.raises(NotFound):
            proposal(session, other, number)
        with pytest.raises(NotFound):
            approve(session, number, by=other, at=LATER, setting=setting)
        with pytest.raises(NotFound):
            withdraw(session, number, by=other, at=LATER)


def test_r1_a_partner_sees_its_own_proposal_and_another_partner_does_not(session: Session) -> None:
    author = an_identity(session, a_partner(session), Role.PARTNER_ADMIN)
    made = propose(session, Wanted(ProposalKind.PAYEE, "New bank data", {}), by=author, at=AT)
    assert proposal(session, author, made.id) is made
    with pytest.raises(NotFound):
        proposal(session, an_identity(session, a_partner(session), Role.PARTNER_ADMIN), made.id)


def test_a_rejection_says_why_and_does_nothing(session: Session, act: Noting) -> None:
    second = approver(session)
    made = propose(session, HOLD, by=finance(session), at=AT)
    with pytest.raises(RejectionNeedsReason):
        reject(session, made.id, by=second, at=LATER, note="  ")
    rejected = reject(session, made.id, by=second, at=LATER, note=" No proof. ")
    assert (rejected.state, rejected.note) == (ProposalState.REJECTED, "No proof.")
    assert act.done == []


def test_every_kind_has_its_act() -> None:
    assert set(ACTS) == set(ProposalKind)


def test_only_the_author_withdraws(session: Session) -> None:
    author = finance(session)
    made = propose(session, HOLD, by=author, at=AT)
    with pytest.raises(NotYourProposal):
        withdraw(session, made.id, by=approver(session), at=LATER)
    assert withdraw(session, made.id, by=author, at=LATER).state is ProposalState.WITHDRAWN


def test_what_is_decided_stays_decided(session: Session, setting: Setting, act: Noting) -> None:
    author, second = finance(session), approver(session)
    ways: list[Callable[[int], Proposal]] = [
        lambda number: approve(session, number, by=second, at=LATER, setting=setting),
        lambda number: reject(session, number, by=second, at=LATER, note="no"),
        lambda number: withdraw(session, number, by=author, at=LATER),
    ]
    for decide in ways:
        made = propose(session, HOLD, by=author, at=AT)
        decide(made.id)
        state, times = made.state, len(act.done)
        with pytest.raises(ProposalDecided):
            approve(session, made.id, by=second, at=LATER, setting=setting)
        with pytest.raises(ProposalDecided):
            reject(session, made.id, by=second, at=LATER, note="again")
        with pytest.raises(ProposalDecided):
            withdraw(session, made.id, by=author, at=LATER)
        assert (made.state, len(act.done)) == (state, times)


def test_an_act_that_is_refused_leaves_the_proposal_waiting(
    sessions: sessionmaker[Session], setting: Setting
) -> None:
    def refuses(_session: Session, _found: Proposal, _decision: Decision) -> str:
        raise Refusal("The period was closed.")

    with transaction(sessions) as session:
        second = approver(session)
        number = propose(session, HOLD, by=finance(session), at=AT).id
    refusing = Setting(setting.house, setting.blobs, {ProposalKind.HOLD: refuses})
    with pytest.raises(Refusal, match="closed"), transaction(sessions) as session:
        approve(session, number, by=second, at=LATER, setting=refusing)
    with transaction(sessions) as session:
        assert [one.id for one in waiting(session)] == [number]


def test_the_lists_tell_what_waits_oldest_first_and_what_was_decided_latest_first(session: Session) -> None:
    author, second = finance(session), approver(session)
    kinds = (ProposalKind.HOLD, ProposalKind.PLAN, ProposalKind.HOLD, ProposalKind.PLAN)
    made = [
        propose(session, Wanted(kind, f"{kind} {number}", {}), by=author, at=AT)
        for number, kind in enumerate(kinds)
    ]
    for one in made[:2]:
        reject(session, one.id, by=second, at=LATER, note="no")
    assert list(waiting(session)) == made[2:]
    assert list(waiting(session, ProposalKind.PLAN)) == made[3:]
    assert waiting_count(session) == 2
    assert list(decided(session, limit=10)) == made[1::-1]
    assert list(decided(session, ProposalKind.HOLD, limit=10)) == made[:1]
    assert list(decided(session, limit=1, offset=1)) == made[:1]


def test_the_trail_tells_who_proposed_what_and_who_approved_it(session: Session, setting: Setting) -> None:
    author, second = finance(session), approver(session)
    made = propose(session, HOLD, by=author, at=AT)
    approve(session, made.id, by=second, at=LATER, setting=setting)
    session.flush()
    told = session.scalars(select(Activity).where(Activity.subject_kind == "proposal").order_by(Activity.id))
    assert [(one.verb, one.actor, one.details["title"]) for one in told] == [
        ("proposed", str(author.user_id), HOLD.title),
        ("approved", str(second.user_id), HOLD.title),
    ]


APPROVE = (
    START
    + """
from pathlib import Path
from commissions.approvals.approval_models import ProposalKind
from commissions.approvals.approvals import Setting, approve
from portal.adapters.local_files import LocalFiles
from portal.kernel.activity import record

def act(session, found, decision):
    record(session, "acted", ("test", "1"), at=at, by="worker")
    return "done"

setting = Setting(HouseRules(), LocalFiles(Path("/nowhere")), {ProposalKind.HOLD: act})
try:
    with transaction(sessions) as session:
        by = identity_of(session, session.get_one(User, int(sys.argv[3])), today=at.date())
        print(approve(session, int(sys.argv[2]), by=by, at=at, setting=setting).outcome)
except Refusal as refusal:
    print(refusal)
"""
)


def test_of_two_who_approve_at_once_one_does_it_and_the_other_is_told(
    database_url: str, sessions: sessionmaker[Session]
) -> None:
    with transaction(sessions) as session:
        seconds = [approver(session), approver(session)]
        number = propose(session, HOLD, by=finance(session), at=AT).id
    said = at_once([start(APPROVE, database_url, str(number), str(second.user_id)) for second in seconds])
    assert sorted(said) == [str(ProposalDecided()), "done"]
    with transaction(sessions) as session:
        acted = select(func.count()).select_from(Activity).where(Activity.verb == "acted")
        assert session.scalar(acted) == 1
