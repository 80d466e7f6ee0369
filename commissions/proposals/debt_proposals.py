"""Make-good debt written off from the portal: one proposes, another approves (2.3, 2.10)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from commissions.adjustments.adjusting import Signed
from commissions.approvals.approval_models import Proposal, ProposalKind
from commissions.approvals.approvals import Decision, Wanted, propose
from commissions.facts.house_rules import HouseRules
from commissions.ledger.ledger_models import LineStanding
from commissions.proposals.debt_write_offs import (
    NothingToWriteOff,
    WriteOffNeedsReason,
    WritingOff,
    debt_of,
    write_off_debt,
)
from portal.kernel.errors import NotFound
from portal.kernel.identity import Identity


def propose_debt_write_off(
    session: Session,
    standing: LineStanding | None,
    units: int,
    reason: str,
    *,
    by: tuple[Identity, datetime, HouseRules],
) -> Proposal:
    """Raises NotFound, WriteOffNeedsReason, NothingToWriteOff, RoleCannotPropose or ProposedAlready."""
    if standing is None:
        raise NotFound
    if not reason.strip():
        raise WriteOffNeedsReason
    author, at, house = by
    # as of now: a write-off that was approved since the last accrual counts
    debt = min(
        standing.debt, debt_of(session, standing.line_id, Signed(str(author.user_id), at, house=house))
    )
    if not 0 < units <= debt:
        raise NothingToWriteOff(standing.line_ref, units, debt)
    title = f"Write off {units:,} of {debt:,} units that {standing.line_ref} owes"
    payload = {
        "line_ref": standing.line_ref,
        "units": units,
        "reason": reason.strip(),
        "figures": {
            "Line": standing.line_ref,
            "Order": standing.order_ref,
            "Booked": f"{standing.booked:,}",
            "Owed": f"{debt:,}",
            "Written off": f"{units:,}",
        },
        "address": f"/orders/{standing.order_ref}",
    }
    return propose(session, Wanted(ProposalKind.WRITE_OFF, title, payload), by=author, at=at)


def write_off_approved(session: Session, proposal: Proposal, decision: Decision) -> str:
    """The act. Raises what write_off_debt raises, as where the debt was made good meanwhile."""
    payload = proposal.payload
    wanted = WritingOff(
        payload["line_ref"], payload["units"], payload["reason"], decision.house.business_day(decision.at)
    )
    signed = Signed(str(decision.author.user_id), decision.at, str(decision.approver.user_id), decision.house)
    write_off_debt(session, wanted, signed)
    return f"{wanted.units:,} units of {wanted.line_ref} are owed no more; the next accrual knows it."
