"""Make-good debt written off from the portal: one proposes, another approves (2.3, 2.10)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from commissions.adjustments.adjusting import Signed
from commissions.approvals.approval_models import Proposal, ProposalKind
from commissions.approvals.approvals import Decision, Wanted, propose
from commissions.ledger.ledger_models import LineStanding
from commissions.proposals.debt_write_offs import (
    NothingToWriteOff,
    WriteOffNeedsReason,
    WritingOff,
    write_off_debt,
)
from portal.kernel.errors import NotFound
from portal.kernel.identity import Identity


def propose_debt_write_off(
    session: Session, standing: LineStanding | None, units: int, reason: str, *, by: tuple[Identity, datetime]
) -> Proposal:
    """Raises NotFound, WriteOffNeedsReason, NothingToWriteOff or RoleCannotPropose."""
    if standing is None:
        raise NotFound
    if not reason.strip():
        raise WriteOffNeedsReason
    if not 0 < units <= standing.debt:
        raise NothingToWriteOff(standing.line_ref, units, standing.debt)
    title = f"Write off {units:,} of {standing.debt:,} units that {standing.line_ref} owes"
    payload = {
        "line_ref": standing.line_ref,
        "units": units,
        "reason": reason.strip(),
        "figures": {
            "Line": standing.line_ref,
            "Order": standing.order_ref,
            "Booked": f"{standing.booked:,}",
            "Owed": f"{standing.debt:,}",
            "Written off": f"{units:,}",
        },
        "address": f"/orders/{standing.order_ref}",
    }
    return propose(session, Wanted(ProposalKind.WRITE_OFF, title, payload), by=by[0], at=by[1])


def write_off_approved(session: Session, proposal: Proposal, decision: Decision) -> str:
    """The act. Raises what write_off_debt raises, as where the debt was made good meanwhile."""
    payload = proposal.payload
    wanted = WritingOff(
        payload["line_ref"], payload["units"], payload["reason"], decision.house.business_day(decision.at)
    )
    signed = Signed(str(decision.author.user_id), decision.at, str(decision.approver.user_id), decision.house)
    write_off_debt(session, wanted, signed)
    return f"{wanted.units:,} units of {wanted.line_ref} are owed no more; the next accrual knows it."
