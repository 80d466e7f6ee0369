"""A dispute that is right, wholly or partly: an adjustment in the open period, by two people (2.8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from commissions.adjustments.adjusting import Adjusting, Signed, adjust
from commissions.adjustments.adjustment_models import Adjustment
from commissions.approvals.approval_models import Proposal, ProposalKind
from commissions.approvals.approvals import Decision, Wanted, propose, waiting
from commissions.disputes.dispute_errors import OutcomeIsNothing, OutcomeWaits
from commissions.disputes.dispute_models import Dispute, DisputeState
from commissions.disputes.disputes import (
    Said,
    check_said,
    expected_amount,
    say_outcome,
    settle,
    stated_amount,
    unsettled_dispute,
)
from commissions.facts.day_words import long_month
from partners.models import Organisation
from portal.kernel.errors import NotAllowed
from portal.kernel.identity import Identity, Permission
from portal.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Outcome:
    """What finance grants: `amount` in minor units comes to what was stated; the partner reads `text`."""

    state: DisputeState
    amount: int
    text: str


def propose_outcome(
    session: Session, identity: Identity, ref: str, outcome: Outcome, *, at: datetime
) -> Proposal:
    """Ask a second person for the adjustment.

    Raises NotFound, NotAllowed, DisputeSettled, SayWhat, TooMuchSaid, OutcomeIsNothing or OutcomeWaits.
    """
    found = unsettled_dispute(session, identity, ref)
    if not identity.may(Permission.MONTH_WRITE):
        raise NotAllowed
    check_said(Said(outcome.text))
    if not outcome.amount:
        raise OutcomeIsNothing
    if waiting_outcome(session, ref) is not None:
        raise OutcomeWaits(ref)
    found.state, found.owner_id = DisputeState.IN_REVIEW, found.owner_id or identity.user_id
    return propose(session, _wanted(session, found, outcome), by=identity, at=at)


def _wanted(session: Session, found: Dispute, outcome: Outcome) -> Wanted:
    granted = Money(outcome.amount, found.currency)
    partner = session.scalar(select(Organisation.name).where(Organisation.ref == found.partner_ref))
    stated, expected = stated_amount(found), expected_amount(found)
    figures = {
        "Partner": partner or found.partner_ref,
        "Statement": found.statement.number,
        "Line": found.line_ref or "missing on the statement",
        "Stated": _text(stated) if stated else "nothing",
        "Expected by the partner": _text(expected) if expected else "not said",
        "Adjustment": _text(granted),
    }
    payload = {
        "dispute": found.dispute_ref,
        "state": outcome.state.value,
        "amount": outcome.amount,
        "reason": outcome.text.strip(),
        "figures": figures,
        "address": f"/disputes/{found.dispute_ref}",
    }
    title = f"Settle {found.dispute_ref} by adjusting {partner or found.partner_ref} by {_text(granted)}"
    return Wanted(ProposalKind.DISPUTE_OUTCOME, title, payload)


def waiting_outcome(session: Session, ref: str) -> Proposal | None:
    """The outcome of a dispute that waits for a second person."""
    found = waiting(session, ProposalKind.DISPUTE_OUTCOME)
    return next((one for one in found if one.payload["dispute"] == ref), None)


def outcome_adjustment(session: Session, found: Dispute) -> Adjustment | None:
    """What became of it in money, if anything did."""
    if found.adjustment_ref is None:
        return None
    return session.scalar(select(Adjustment).where(Adjustment.adjustment_ref == found.adjustment_ref))


def settle_approved(session: Session, proposal: Proposal, decision: Decision) -> str:
    """The act: adjust, say so in the thread, settle. Raises DisputeSettled or what adjust raises."""
    payload = proposal.payload
    found = unsettled_dispute(session, decision.approver, payload["dispute"])
    adjusting = Adjusting(
        ref=f"{found.dispute_ref}-outcome",
        partner_ref=found.partner_ref,
        currency=found.currency,
        amount=payload["amount"],
        effective_on=decision.house.business_day(decision.at),
        reason=payload["reason"],
        source=found.dispute_ref,
    )
    signed = Signed(str(decision.author.user_id), decision.at, str(decision.approver.user_id), decision.house)
    made = adjust(session, adjusting, signed)
    found.adjustment_ref = made.adjustment_ref
    say_outcome(session, found, decision.author, payload["reason"], at=decision.at)
    settle(found, DisputeState(payload["state"]), at=decision.at)
    session.flush()
    granted, month = Money(payload["amount"], found.currency), date.fromisoformat(f"{made.period}-01")
    return f"{_text(granted)} stand on the statement of {long_month(month)}."


def _text(value: Money) -> str:
    return f"{value.text()} {value.currency}"
