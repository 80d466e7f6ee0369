"""Finance's half of a dispute: who owns it, and its outcome."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from commissions.approvals.approval_models import Proposal
from commissions.disputes.dispute_errors import ExpectedNotReadable
from commissions.disputes.dispute_models import DisputeState
from commissions.disputes.dispute_outcomes import Outcome, propose_outcome
from commissions.disputes.disputes import Said, assign, dispute, reject_dispute
from portal.kernel.csv_files import Unreadable
from portal.kernel.db import transaction
from portal.kernel.errors import Refusal
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.commissions.blueprint import blueprint
from portal.web.commissions.dispute_mails import tell_other_side
from portal.web.context import db, identity, now, services
from portal.web.typed_amounts import typed_minor

GRANTED = {state.value: state for state in (DisputeState.ACCEPTED, DisputeState.PARTLY)}


class ChooseOutcome(Refusal):
    def __init__(self) -> None:
        super().__init__("Choose what becomes of the dispute: accepted, partly or rejected.")


@blueprint.post("/disputes/<ref>/owner")
@requires(Permission.MONTH_WRITE)
def own(ref: str) -> Response:
    owner = request.form.get("owner", type=int) or identity().user_id
    with transaction(services().sessions) as session:
        assign(session, identity(), ref, owner, at=now())
    flash(_("The dispute has its owner."), "good")
    return _back(ref)


@blueprint.post("/disputes/<ref>/outcome")
@requires(Permission.MONTH_WRITE)
def decide(ref: str) -> Response:
    """Rejected with a written reason at once; accepted or partly as an adjustment by two people."""
    text, chosen = request.form.get("text", ""), request.form.get("outcome", "")
    if chosen == DisputeState.REJECTED.value:
        with transaction(services().sessions) as session:
            found = reject_dispute(session, identity(), ref, Said(text), at=now())
            tell_other_side(session, found, text, by_partner=False)
        flash(_("Rejected. The partner reads your reason."), "good")
        return _back(ref)
    if chosen not in GRANTED:
        raise ChooseOutcome
    amount = _amount(ref)
    with transaction(services().sessions) as session:
        made = propose_outcome(session, identity(), ref, Outcome(GRANTED[chosen], amount, text), at=now())
    flash(_("A second person approves the adjustment. Then the partner is told."), "good")
    return redirect(url_for("commissions.approval", proposal_id=made.id), 303)


def tell_outcome(session: Session, approved: Proposal) -> None:
    """The partner hears of it once it counts."""
    found = dispute(session, identity(), approved.payload["dispute"])
    said = f"{approved.payload['reason']}\n\n{approved.outcome}"
    tell_other_side(session, found, said, by_partner=False)


def _amount(ref: str) -> int:
    currency = dispute(db(), identity(), ref).currency
    try:
        return typed_minor(request.form.get("amount", ""), currency)
    except Unreadable as problem:
        raise ExpectedNotReadable(str(problem)) from None


def _back(ref: str) -> Response:
    return redirect(url_for("commissions.dispute_thread", ref=ref), 303)
