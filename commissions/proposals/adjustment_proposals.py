"""Adjustments, write-offs and holds through the second person: what is proposed, and what is then done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from commissions.adjustments.adjusting import (
    Adjusting,
    Signed,
    adjust,
    check_owed,
    check_partner_and_day,
    next_adjustment_ref,
    repay_receivable,
    write_off_receivable,
)
from commissions.adjustments.adjustment_models import AdjustedAccount, AdjustmentKind, HoldEnding
from commissions.adjustments.holds import (
    Ending,
    Holding,
    check_holding,
    lift_hold,
    place_hold,
    standing_hold,
    uphold_hold,
)
from commissions.approvals.approval_models import Proposal, ProposalKind
from commissions.approvals.approvals import Decision, Wanted, propose
from commissions.facts.book_lock import lock_books
from commissions.proposals.file_proposals import import_approved
from commissions.proposals.opening_proposals import release_approved
from commissions.proposals.partner_named import PartnerNamed, named
from portal.kernel.identity import Identity
from portal.kernel.money import Money

# given when it is approved
NO_REF = "next"
_VERBS = {
    AdjustmentKind.ADJUSTMENT: "Adjust",
    AdjustmentKind.WRITE_OFF: "Write off what is owed by",
    AdjustmentKind.REPAYMENT: "Note a repayment of",
}


def propose_adjustment(session: Session, wanted: Adjusting, signed: Signed, *, by: Identity) -> Proposal:
    """A manual adjustment, a write-off or a repayment of what a partner owes, in its `kind`.

    Raises what makes no sense at once, and not only when it is approved.
    """
    if wanted.kind is not AdjustmentKind.ADJUSTMENT:
        wanted = replace(wanted, account=AdjustedAccount.RECEIVABLE)
        check_owed(session, wanted)
    wanted.check()
    check_partner_and_day(session, wanted.partner_ref, wanted.effective_on, signed)
    amount = Money(wanted.amount, wanted.currency)
    partner = named(session, wanted.partner_ref)
    title = f"{_VERBS[wanted.kind]} {partner}: {amount.major:,} {amount.currency}"
    payload = {
        "adjusting": asdict(wanted) | {"effective_on": wanted.effective_on.isoformat(), "due_on": None},
        **_shown(partner, amount, wanted.effective_on, wanted.reason),
    }
    written_off = wanted.kind is AdjustmentKind.WRITE_OFF
    kind = ProposalKind.WRITE_OFF if written_off else ProposalKind.ADJUSTMENT
    return propose(session, Wanted(kind, title, payload), by=by, at=signed.at)


def propose_hold(session: Session, holding: Holding, signed: Signed, *, by: Identity) -> Proposal:
    """Raises what makes no sense at once: a partner that is not known, more than is payable."""
    check_holding(session, holding, signed)
    amount = Money(holding.amount, holding.currency)
    partner = named(session, holding.partner_ref)
    title = f"Hold {amount.major:,} {amount.currency} of {partner}"
    payload = {
        "holding": asdict(holding) | {"placed_on": holding.placed_on.isoformat()},
        **_shown(partner, amount, holding.placed_on, holding.reason),
    }
    return propose(session, Wanted(ProposalKind.HOLD, title, payload), by=by, at=signed.at)


def propose_hold_end(
    session: Session, ending: Ending, how: HoldEnding, signed: Signed, *, by: Identity
) -> Proposal:
    """Raises NotFound, HoldHasEnded or AdjustmentNeedsReason."""
    hold = standing_hold(session, ending, signed)
    partner = named(session, hold.partner_ref)
    verb = "Lift" if how is HoldEnding.LIFTED else "Uphold"
    payload = {
        "ending": asdict(ending) | {"ended_on": ending.ended_on.isoformat()},
        "how": how.value,
        **_shown(partner, hold.amount, ending.ended_on, ending.reason),
    }
    title = f"{verb} {hold.hold_ref} of {partner}: {hold.amount.major:,} {hold.currency}"
    return propose(session, Wanted(ProposalKind.HOLD, title, payload), by=by, at=signed.at)


def _shown(partner: PartnerNamed, amount: Money, day: date, reason: str) -> dict[str, Any]:
    return {
        "figures": {
            "Partner": partner.in_full,
            "Amount": f"{amount.major:,} {amount.currency}",
            "Day": day.isoformat(),
        },
        "reason": reason,
        "address": f"/adjustments?q={partner.ref}",
    }


def adjust_approved(session: Session, proposal: Proposal, decision: Decision) -> str:
    """The act of the kinds adjustment and write-off: of one amount, of what was taken over, or of a file."""
    if "releasing" in proposal.payload:
        return release_approved(session, proposal, decision, _signed(decision))
    said = proposal.payload.get("adjusting")
    if said is None:
        return import_approved(session, proposal, decision)
    lock_books(session)
    ref = next_adjustment_ref(session)
    wanted = Adjusting(
        ref=ref,
        partner_ref=said["partner_ref"],
        currency=said["currency"],
        amount=said["amount"],
        effective_on=date.fromisoformat(said["effective_on"]),
        reason=said["reason"],
        kind=AdjustmentKind(said["kind"]),
    )
    act = {
        AdjustmentKind.ADJUSTMENT: adjust,
        AdjustmentKind.WRITE_OFF: write_off_receivable,
        AdjustmentKind.REPAYMENT: repay_receivable,
    }[wanted.kind]
    made = act(session, wanted, _signed(decision))
    return f"{ref} stands in {made.period}."


def hold_approved(session: Session, proposal: Proposal, decision: Decision) -> str:
    """The act of kind hold: placed, lifted or upheld."""
    holding = proposal.payload.get("holding")
    if holding is not None:
        hold = place_hold(session, _holding(holding), _signed(decision))
        return f"{hold.hold_ref} is placed."
    said = proposal.payload["ending"]
    ending = Ending(said["hold_ref"], said["reason"], date.fromisoformat(said["ended_on"]))
    how = HoldEnding(proposal.payload["how"])
    act = lift_hold if how is HoldEnding.LIFTED else uphold_hold
    act(session, ending, _signed(decision))
    return f"{ending.hold_ref} is {how.value}."


def _holding(said: Mapping[str, Any]) -> Holding:
    return Holding(**{**said, "placed_on": date.fromisoformat(said["placed_on"])})


def _signed(decision: Decision) -> Signed:
    return Signed(
        by=str(decision.author.user_id),
        at=decision.at,
        approved_by=str(decision.approver.user_id),
        house=decision.house,
    )
