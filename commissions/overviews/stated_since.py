"""What happened to the lines of a month after it was stated: disputed, or paid."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from commissions.disputes.dispute_models import Dispute, DisputeState
from commissions.facts.fact_models import LineItem, LineRevision, OrderRevision, SplitShare
from commissions.ledger.ledger_models import PayableMove, Posting
from commissions.ledger.periods import last_closed
from commissions.payouts.payout_models import Payout, PayoutBatch, PayoutEvent, PayoutStatus

OPEN = (DisputeState.OPEN, DisputeState.IN_REVIEW)


def disputed_lines(session: Session, ref: str) -> set[int]:
    """Lines whose month is questioned and not answered yet."""
    query = (
        select(LineItem.id)
        .join(Dispute, Dispute.line_ref == LineItem.line_ref)
        .where(Dispute.service_month == ref, Dispute.state.in_(OPEN), _is_the_askers())
    )
    return set(session.scalars(query))


def _is_the_askers() -> ColumnElement[bool]:
    """It stands on their statement, or they ever held its order or a share: a missing one is any text."""
    holds = select(OrderRevision.id).where(
        OrderRevision.order_ref == LineItem.order_ref, OrderRevision.partner_ref == Dispute.partner_ref
    )
    shares = (
        select(SplitShare.payee_ref)
        .join(LineRevision, LineRevision.id == SplitShare.line_revision_id)
        .where(LineRevision.line_id == LineItem.id, SplitShare.payee_ref == Dispute.partner_ref)
    )
    return or_(Dispute.statement_line_id.is_not(None), holds.exists(), shares.exists())


def paid_lines(session: Session, ref: str) -> set[int]:
    """Lines of which every payee got what was posted in the month: all payable, and a payout since then.

    A payout takes all that is payable, so it pays what became payable in its period or before.
    """
    paid = _paid_through(session)
    moved = _payable_since(session, ref)
    query = (
        select(Posting.line_id, Posting.payee_ref, Posting.currency)
        .where(Posting.posting_period == ref)
        .group_by(Posting.line_id, Posting.payee_ref, Posting.currency)
        .having(func.sum(Posting.amount_minor) != 0)
    )
    found: dict[int, bool] = {}
    for line_id, payee, currency in session.execute(query):
        since = moved.get((line_id, payee))
        is_paid = since is not None and since <= paid.get((payee, currency), "")
        found[line_id] = found.get(line_id, True) and is_paid
    return {line_id for line_id, is_paid in found.items() if is_paid}


def _payable_since(session: Session, ref: str) -> dict[tuple[int, str], str]:
    """By line and payee of whom no part of the month waits, the last period in which some became payable.

    What is posted in a period that is open becomes payable at its close.
    """
    last = last_closed(session)
    key = (Posting.line_id, Posting.payee_ref)
    posted = (
        select(*key, func.sum(Posting.amount_minor).label("minor"))
        .where(Posting.service_period == ref, Posting.posting_period <= (last.ref if last else ref))
        .group_by(*key)
        .subquery()
    )
    same = (posted.c.line_id == PayableMove.line_id) & (posted.c.payee_ref == PayableMove.payee_ref)
    query = (
        select(PayableMove.line_id, PayableMove.payee_ref, func.max(PayableMove.period))
        .join(posted, same)
        .where(PayableMove.service_period == ref)
        .group_by(PayableMove.line_id, PayableMove.payee_ref)
        .having(func.sum(PayableMove.amount_minor) == func.min(posted.c.minor))
    )
    return {(line_id, payee): period for line_id, payee, period in session.execute(query)}


def _paid_through(session: Session) -> dict[tuple[str, str], str]:
    """By partner and currency, the last period of which a payout was sent and not returned."""
    returned = select(PayoutEvent.id).where(
        PayoutEvent.payout_id == Payout.id, PayoutEvent.status == PayoutStatus.RETURNED
    )
    query = (
        select(Payout.partner_ref, Payout.currency, func.max(PayoutBatch.period))
        .join(PayoutBatch, PayoutBatch.id == Payout.batch_id)
        .where(~returned.exists())
        .group_by(Payout.partner_ref, Payout.currency)
    )
    return {(partner, currency): period for partner, currency, period in session.execute(query)}
