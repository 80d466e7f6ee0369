"""What an approval does, by the kind of what was proposed."""

from __future__ import annotations

from commissions.adjustment_proposals import adjust_approved, hold_approved
from commissions.approval_models import ProposalKind
from commissions.approvals import Act
from commissions.dispute_outcomes import settle_approved
from commissions.file_proposals import import_approved
from commissions.payout_proposals import approve_proposed_payee, send_proposed
from commissions.plan_proposals import adopt_proposed

# each owner of a kind adds its act here
ACTS: dict[ProposalKind, Act] = {
    ProposalKind.PLAN: adopt_proposed,
    ProposalKind.ADJUSTMENT: adjust_approved,
    ProposalKind.WRITE_OFF: adjust_approved,
    ProposalKind.HOLD: hold_approved,
    ProposalKind.DISALLOWED: import_approved,
    ProposalKind.MANUAL_COUNT: import_approved,
    ProposalKind.CREDIT_NOTES: import_approved,
    ProposalKind.DISPUTE_OUTCOME: settle_approved,
    ProposalKind.PAYOUT: send_proposed,
    ProposalKind.PAYEE: approve_proposed_payee,
}
