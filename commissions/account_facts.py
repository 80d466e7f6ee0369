"""What besides deliveries bears on partners' accounts in a period: adjustments, holdback, payouts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from commissions.adjustment_models import (
    AdjustedAccount,
    Adjustment,
    AdjustmentKind,
    Holdback,
    HoldbackRelease,
)
from commissions.balances import SUB_LEDGER
from commissions.holdback import HeldBack
from commissions.ledger_models import Event, LedgerEntry, Period

PartnerCurrency = tuple[str, str]
# what makes the figure `adjustments` of a statement, and its `payouts` (2.7)
ADJUSTING = frozenset({Event.ADJUSTED, Event.OPENING, Event.HOLD_UPHELD, Event.WRITTEN_OFF})
PAYING = frozenset({Event.PAYOUT_SENT, Event.PAYOUT_RETURNED, Event.REPAID})


@dataclass(frozen=True, slots=True)
class Flows:
    """Minor units of a period: what adjustments changed, and what was paid out (less what came back)."""

    adjustments: int = 0
    payouts: int = 0


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """By partner and currency, for one period. `openings_due` become payable when it closes."""

    adjustments: Mapping[PartnerCurrency, Sequence[Adjustment]] = field(default_factory=dict)
    openings_due: Mapping[PartnerCurrency, Sequence[Adjustment]] = field(default_factory=dict)
    held: Mapping[PartnerCurrency, Sequence[HeldBack]] = field(default_factory=dict)
    flows: Mapping[PartnerCurrency, Flows] = field(default_factory=dict)


def account_facts(session: Session, period: Period) -> AccountFacts:
    """Three queries, whatever the number of partners."""
    adjustments: dict[PartnerCurrency, list[Adjustment]] = defaultdict(list)
    due: dict[PartnerCurrency, list[Adjustment]] = defaultdict(list)
    for one in _adjustments(session, period):
        key = (one.partner_ref, one.currency)
        if one.period == period.ref:
            adjustments[key].append(one)
        if one.account is AdjustedAccount.ACCRUED and one.due_on is not None and one.due_on < period.end_day:
            due[key].append(one)
    return AccountFacts(adjustments, due, held_back(session, period), _flows(session, period.ref))


def _adjustments(session: Session, period: Period) -> Sequence[Adjustment]:
    """Those of the period, and earlier openings of accrued commission whose day comes in it."""
    falls_due = and_(
        Adjustment.kind == AdjustmentKind.OPENING,
        Adjustment.account == AdjustedAccount.ACCRUED,
        Adjustment.period < period.ref,
        Adjustment.due_on >= period.first_day,
        Adjustment.due_on < period.end_day,
    )
    query = select(Adjustment).where(or_(Adjustment.period == period.ref, falls_due))
    return session.scalars(query.order_by(Adjustment.id)).all()


def held_back(session: Session, period: Period) -> dict[PartnerCurrency, list[HeldBack]]:
    """Holdback that stands when a period closes, oldest first.

    What the close of a month withheld is due in a later one; an opening balance was withheld before.
    """
    freed = (
        select(HoldbackRelease.holdback_id, func.sum(HoldbackRelease.amount_minor).label("minor"))
        .where(HoldbackRelease.period < period.ref)
        .group_by(HoldbackRelease.holdback_id)
        .subquery()
    )
    left = Holdback.amount_minor - func.coalesce(freed.c.minor, 0)
    opening = and_(Holdback.period == period.ref, Holdback.adjustment_ref.is_not(None))
    query = (
        select(Holdback, left)
        .outerjoin(freed, freed.c.holdback_id == Holdback.id)
        .where(or_(Holdback.period < period.ref, opening), left > 0)
        .order_by(Holdback.period, Holdback.due_on, Holdback.id)
    )
    found: dict[PartnerCurrency, list[HeldBack]] = defaultdict(list)
    for one, minor in session.execute(query):
        found[one.partner_ref, one.currency].append(
            HeldBack(
                holdback_id=one.id,
                period=one.period,
                left=int(minor),
                due_on=one.due_on,
                is_due=one.due_on < period.end_day,
                plan=one.plan or "",
                adjustment_ref=one.adjustment_ref or "",
            )
        )
    return found


def _flows(session: Session, ref: str) -> dict[PartnerCurrency, Flows]:
    amount = LedgerEntry.credit_minor - LedgerEntry.debit_minor
    query = (
        select(
            LedgerEntry.partner_ref,
            LedgerEntry.currency,
            func.sum(case((LedgerEntry.event.in_(ADJUSTING), amount), else_=0)),
            func.sum(case((LedgerEntry.event.in_(PAYING), -amount), else_=0)),
        )
        .where(
            LedgerEntry.period == ref,
            LedgerEntry.account.in_(SUB_LEDGER),
            LedgerEntry.event.in_(ADJUSTING | PAYING),
        )
        .group_by(LedgerEntry.partner_ref, LedgerEntry.currency)
    )
    return {
        (partner, currency): Flows(int(adjusted), int(paid))
        for partner, currency, adjusted, paid in session.execute(query)
    }
