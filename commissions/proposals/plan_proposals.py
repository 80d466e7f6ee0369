"""A plan that one person writes and another approves: then it is the next version of its name (2.10)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from commissions.approvals.approval_models import Proposal, ProposalKind
from commissions.approvals.approvals import Decision, Wanted, propose
from commissions.facts.book_lock import lock_books
from commissions.facts.import_models import ImportKind
from commissions.imports.importing import ImportReport, ImportRequest, begin_import, end_import
from commissions.imports.plan_import import adopt_plan, next_version
from commissions.plans.plan_reading import read_plan
from commissions.plans.plan_rules import Plan
from commissions.proposals.file_proposals import import_approved
from commissions.proposals.plan_pages import closed_reach, touches_closed_months
from portal.kernel.csv_files import BadCells
from portal.kernel.errors import Conflict, Refusal
from portal.kernel.identity import Identity


class NothingChanged(Refusal):
    def __init__(self, name: str) -> None:
        super().__init__(f"The plan {name} says this already: there is nothing to approve.")


class ReasonNeeded(Refusal):
    def __init__(self) -> None:
        super().__init__("The plan holds on days of closed months. Say why; the reason stays with it.")


class PlanMovedOn(Conflict):
    def __init__(self, name: str) -> None:
        super().__init__(f"The plan {name} got another version meanwhile. Propose yours again on top of it.")


def propose_plan(
    session: Session, document: Mapping[str, Any], *, reason: str, by: Identity, at: datetime
) -> Proposal:
    """Ask a second person. Raises FieldRefused, NothingChanged, ReasonNeeded, RoleCannotPropose."""
    plan = read_plan(document)
    number = next_version(session, plan, document)
    if number is None:
        raise NothingChanged(plan.name)
    if touches_closed_months(session, plan) and not reason.strip():
        raise ReasonNeeded
    payload: dict[str, Any] = {
        "document": dict(document),
        "version": number,
        "reason": reason.strip(),
        "figures": {"Plan": plan.name, "Version": str(number), **_reach(session, plan)},
    }
    title = f"{plan.name} gets version {number}" if number > 1 else f"A new plan, {plan.name}"
    made = propose(session, Wanted(ProposalKind.PLAN, title, payload), by=by, at=at)
    # the page that tries this very proposal on past months
    made.payload = {**payload, "address": f"/plans/{plan.name}/simulate?proposal={made.id}"}
    session.flush()
    return made


def _reach(session: Session, plan: Plan) -> dict[str, str]:
    months, lines = closed_reach(session, plan)
    return {"Closed months it may change": f"{months:,}, with {lines:,} lines"} if months else {}


def adopt_proposed(session: Session, proposal: Proposal, decision: Decision) -> str:
    """The act of an approval. Raises PlanMovedOn where the name got another version meanwhile.

    A plan that came as a file is imported as such, with its refusals.
    """
    if "document" not in proposal.payload:
        return import_approved(session, proposal, decision)
    document, number = proposal.payload["document"], proposal.payload["version"]
    plan = read_plan(document)
    lock_books(session)
    if next_version(session, plan, document) != number:
        raise PlanMovedOn(plan.name)
    request = ImportRequest(
        at=decision.at,
        by=str(decision.author.user_id),
        approved_by=str(decision.approver.user_id),
        file_name=f"{plan.name}.json",
        house=decision.house,
    )
    data = json.dumps(document, sort_keys=True).encode()
    report = ImportReport(ImportKind.PLANS, BadCells(), rows=1, accepted=1, written=True)
    started = begin_import(session, ImportKind.PLANS, request, sha256=hashlib.sha256(data).hexdigest())
    version = adopt_plan(session, document, import_id=started.id, request=request)
    assert version is not None
    end_import(session, report, started)
    return f"{version.name} is now at version {version.version}."
