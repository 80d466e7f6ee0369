"""Payouts and bank data through the second person: what is proposed, and what is then done."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from commissions.approvals.approval_models import Proposal, ProposalKind, ProposalState
from commissions.approvals.approvals import Decision, Wanted, propose, waiting
from commissions.facts.book_lock import lock_proposals
from commissions.facts.day_words import long_day, long_month
from commissions.payouts.payable import PayableNow
from commissions.payouts.payout_errors import DayHasBatch, NothingPayable
from commissions.payouts.payouts import BatchOrder, Debtor, PayoutApproval, batch_of, create_batch
from partners.payee_models import Payee
from partners.payees import approve_payee
from portal.kernel.errors import Conflict
from portal.kernel.identity import Identity


class BatchWaits(Conflict):
    def __init__(self) -> None:
        super().__init__("A batch waits for its second person already. Decide about that one first.")


def propose_batch(
    session: Session, order: BatchOrder, now: PayableNow, *, by: Identity, at: datetime
) -> Proposal:
    """Ask a second person to send exactly what the author saw.

    Raises NothingPayable, DayHasBatch, BatchWaits.
    """
    if not now.payable:
        raise NothingPayable(now.period, len(now.left_out))
    there = batch_of(session, order.period, order.pay_on)
    if there is not None:
        raise DayHasBatch(there.ref, there.pay_on)
    lock_proposals(session)
    if waiting(session, ProposalKind.PAYOUT):
        raise BatchWaits
    sums = ", ".join(f"{amount.major:,} {currency}" for currency, amount in now.totals.items())
    month, day = long_month(date.fromisoformat(f"{order.period}-01")), long_day(order.pay_on)
    payload: dict[str, Any] = {
        "period": order.period,
        "pay_on": order.pay_on.isoformat(),
        "debtor": asdict(order.debtor) if order.debtor else None,
        "by_hand": order.by_hand,
        "fingerprint": now.fingerprint,
        "figures": {
            "Month": month,
            "To be paid on": order.pay_on.isoformat(),
            "Payouts": str(len(now.payable)),
            "Sum": sums,
        },
        "reason": "",
        "address": "/payouts",
    }
    title = f"Pay {len(now.payable)} statements of {month} on {day}: {sums}"
    return propose(session, Wanted(ProposalKind.PAYOUT, title, payload), by=by, at=at)


def send_proposed(session: Session, proposal: Proposal, decision: Decision) -> str:
    """The act of kind payout."""
    said = proposal.payload
    order = BatchOrder(
        period=said["period"],
        pay_on=date.fromisoformat(said["pay_on"]),
        debtor=Debtor(**said["debtor"]) if said["debtor"] else None,
        by_hand=said["by_hand"],
        fingerprint=said["fingerprint"],
    )
    approval = PayoutApproval(decision.author, decision.approver)
    batch = create_batch(session, order, approval=approval, at=decision.at, house=decision.house)
    count = len(batch.payouts)
    are = "1 payout is" if count == 1 else f"{count} payouts are"
    return f"Batch {batch.ref}: {are} to be paid on {long_day(batch.pay_on)}. Take its files to the bank."


def propose_payee(session: Session, payee: Payee, name: str, *, by: Identity, at: datetime) -> Proposal:
    """Ask finance to approve a partner's bank data. The proposal holds no more of it than the last four."""
    payload: dict[str, Any] = {
        "payee_id": payee.id,
        "figures": {
            "Partner": name,
            "Account ends in": payee.last_four,
            "Not before": payee.cools_until.date().isoformat(),
        },
        "reason": "",
        "address": f"/payees/{payee.id}",
    }
    title = f"Pay {name} to the account that ends in {payee.last_four}"
    return propose(session, Wanted(ProposalKind.PAYEE, title, payload), by=by, at=at)


def withdraw_proposed_payee(session: Session, *, by: Identity, at: datetime) -> None:
    """Take back what the asker's organisation proposed before; also what a colleague did."""
    lock_proposals(session)
    for proposal in waiting(session, ProposalKind.PAYEE):
        payee = session.get(Payee, proposal.payload["payee_id"])
        if payee is None or payee.partner_ref != by.organisation_ref:
            continue
        session.refresh(proposal, with_for_update=True)
        if proposal.is_waiting:
            proposal.state, proposal.decided_by, proposal.decided_at = ProposalState.WITHDRAWN, by.user_id, at
    session.flush()


def approve_proposed_payee(session: Session, proposal: Proposal, decision: Decision) -> str:
    """The act of kind payee."""
    payee = approve_payee(session, proposal.payload["payee_id"], by=decision.approver, at=decision.at)
    day = max(payee.cools_until, decision.at).date().isoformat()
    return f"The account that ends in {payee.last_four} holds from {day} on."
