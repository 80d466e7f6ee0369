"""What was taken over at go-live without a due day, made payable by two people."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from commissions.adjustments.adjusting import Signed
from commissions.adjustments.adjustment_errors import AdjustmentNeedsReason
from commissions.adjustments.taken_over import Releasing, check_waiting, make_payable
from commissions.approvals.approval_models import Proposal, ProposalKind
from commissions.approvals.approvals import Decision, Wanted, propose
from commissions.facts.day_words import long_month
from commissions.proposals.partner_named import named
from portal.kernel.identity import Identity
from portal.kernel.money import Money


def propose_release(session: Session, wanted: Releasing, signed: Signed, *, by: Identity) -> Proposal:
    """Raises AdjustmentNeedsReason or NothingTakenOver."""
    if not wanted.reason.strip():
        raise AdjustmentNeedsReason
    check_waiting(session, wanted)
    partner = named(session, wanted.partner_ref)
    amount = f"{wanted.amount.major:,} {wanted.amount.currency}"
    payload: dict[str, Any] = {
        "releasing": {
            "partner_ref": wanted.partner_ref,
            "minor": wanted.amount.minor,
            "currency": wanted.amount.currency,
        },
        "figures": {"Partner": partner.in_full, "Taken over and payable": amount},
        "reason": wanted.reason.strip(),
        "address": f"/adjustments?view=taken_over&q={wanted.partner_ref}",
    }
    title = f"Make payable what was taken over for {partner}: {amount}"
    return propose(session, Wanted(ProposalKind.ADJUSTMENT, title, payload), by=by, at=signed.at)


def release_approved(session: Session, proposal: Proposal, decision: Decision, signed: Signed) -> str:
    """The act. Raises what make_payable raises."""
    said = proposal.payload["releasing"]
    amount = Money(said["minor"], said["currency"])
    wanted = Releasing(said["partner_ref"], amount, proposal.payload["reason"])
    made = make_payable(session, wanted, signed, on=decision.house.business_day(decision.at))
    month = long_month(date.fromisoformat(f"{made.period}-01"))
    return f"{amount.major:,} {amount.currency} become payable with the close of {month}."
