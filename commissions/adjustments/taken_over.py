"""Commission taken over at go-live without a due day: it waits until finance says that it is payable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from commissions.adjustments.adjusting import Adjusting, Signed, adjust, next_adjustment_ref
from commissions.adjustments.adjustment_models import AdjustedAccount, Adjustment, AdjustmentKind
from commissions.facts.book_lock import lock_books
from portal.kernel.errors import Conflict
from portal.kernel.money import Money


class NothingTakenOver(Conflict):
    def __init__(self) -> None:
        super().__init__("What was taken over is another amount by now. Look again, and propose it anew.")


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What of a partner and currency was taken over without a due day and waits; `since` its first day."""

    partner_ref: str
    amount: Money
    since: date


def taken_over(session: Session, *, partner_refs: ColumnElement[bool] | None = None) -> Sequence[TakenOver]:
    """By partner and currency; `partner_refs` is a condition on Adjustment.partner_ref."""
    minor = func.sum(Adjustment.amount_minor)
    key = (Adjustment.partner_ref, Adjustment.currency)
    conditions = [*is_undated(), *([] if partner_refs is None else [partner_refs])]
    query = (
        select(*key, minor, func.min(Adjustment.effective_on))
        .where(*conditions)
        .group_by(*key)
        .having(minor != 0)
        .order_by(*key)
    )
    return [
        TakenOver(ref, Money(int(amount), currency), since)
        for ref, currency, amount, since in session.execute(query)
    ]


def is_undated() -> list[ColumnElement[bool]]:
    return [
        Adjustment.kind == AdjustmentKind.OPENING,
        Adjustment.account == AdjustedAccount.ACCRUED,
        Adjustment.due_on.is_(None),
    ]


@dataclass(frozen=True, slots=True)
class Releasing:
    """What was taken over is to be payable: the amount that the one who asked saw, and why."""

    partner_ref: str
    amount: Money
    reason: str


def make_payable(session: Session, wanted: Releasing, signed: Signed, *, on: date) -> Adjustment:
    """Take it out of what is accrued and into what is payable; the two stand on the next statement.

    Answers with the second of the two. Raises NothingTakenOver and what adjust raises.
    """
    lock_books(session)
    check_waiting(session, wanted)
    moved = [
        (AdjustedAccount.ACCRUED, -wanted.amount.minor),
        (AdjustedAccount.PAYABLE, wanted.amount.minor),
    ]
    made = [
        adjust(
            session,
            Adjusting(
                ref=next_adjustment_ref(session),
                partner_ref=wanted.partner_ref,
                currency=wanted.amount.currency,
                amount=minor,
                effective_on=on,
                reason=wanted.reason,
                kind=AdjustmentKind.OPENING,
                account=account,
            ),
            signed,
        )
        for account, minor in moved
    ]
    return made[-1]


def check_waiting(session: Session, wanted: Releasing) -> None:
    """Raises NothingTakenOver."""
    own = taken_over(session, partner_refs=Adjustment.partner_ref == wanted.partner_ref)
    if wanted.amount not in [one.amount for one in own]:
        raise NothingTakenOver
