"""What an approval does, by the kind of what was proposed."""

from __future__ import annotations

from sqlalchemy.orm import Session

from commissions.approvals.approval_models import Proposal, ProposalKind
from commissions.approvals.approvals import Act, Decision
from commissions.disputes.dispute_outcomes import settle_approved
from commissions.proposals.adjustment_proposals import adjust_approved, hold_approved
from commissions.proposals.debt_proposals import write_off_approved
from commissions.proposals.file_proposals import import_approved
from commissions.proposals.payout_proposals import approve_proposed_payee, send_proposed
from commissions.proposals.plan_proposals import adopt_proposed


def _write_off(session: Session, proposal: Proposal, decision: Decision) -> str:
    """Units that a line owes, or money that a partner owes."""
    act = write_off_approved if "line_ref" in proposal.payload else adjust_approved
    return act(session, proposal, decision)


# each owner of a kind adds its act here
ACTS: dict[ProposalKind, Act] = {
    ProposalKind.PLAN: adopt_proposed,
    ProposalKind.ADJUSTMENT: adjust_approved,
    ProposalKind.WRITE_OFF: _write_off,
    ProposalKind.HOLD: hold_approved,
    ProposalKind.DISALLOWED: import_approved,
    ProposalKind.MANUAL_COUNT: import_approved,
    ProposalKind.CREDIT_NOTES: import_approved,
    ProposalKind.DISPUTE_OUTCOME: settle_approved,
    ProposalKind.PAYOUT: send_proposed,
    ProposalKind.PAYEE: approve_proposed_payee,
}
