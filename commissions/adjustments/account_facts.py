"""What besides deliveries bears on partners' accounts in a period: adjustments, holdback, payouts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from commissions.adjustments.adjustment_models import (
    AdjustedAccount,
    Adjustment,
    AdjustmentKind,
    Holdback,
    HoldbackRelease,
)
from commissions.adjustments.holdback import HeldBack
from commissions.ledger.balances import Around, Flows, balances_around
from commissions.ledger.ledger_models import Period

PartnerCurrency = tuple[str, str]


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """By partner and currency, for one period. `openings_due` become payable when it closes.

    `cleared_later` is what was written off or paid back of debts in later periods, in minor units: the
    close leaves so much to them and recovers the rest.
    """

    adjustments: Mapping[PartnerCurrency, Sequence[Adjustment]] = field(default_factory=dict)
    openings_due: Mapping[PartnerCurrency, Sequence[Adjustment]] = field(default_factory=dict)
    held: Mapping[PartnerCurrency, Sequence[HeldBack]] = field(default_factory=dict)
    flows: Mapping[PartnerCurrency, Flows] = field(default_factory=dict)
    cleared_later: Mapping[PartnerCurrency, int] = field(default_factory=dict)


def account_facts(session: Session, period: Period, around: Around | None = None) -> AccountFacts:
    """Three queries, whatever the number of partners; two where the ledger around it was read already."""
    around = around or balances_around(session, period.ref)
    adjustments: dict[PartnerCurrency, list[Adjustment]] = defaultdict(list)
    due: dict[PartnerCurrency, list[Adjustment]] = defaultdict(list)
    cleared: dict[PartnerCurrency, int] = defaultdict(int)
    for one in _adjustments(session, period):
        key = (one.partner_ref, one.currency)
        if one.period > period.ref:
            cleared[key] += one.amount_minor
        elif one.period == period.ref:
            adjustments[key].append(one)
        if one.account is AdjustedAccount.ACCRUED and one.due_on is not None and one.due_on < period.end_day:
            due[key].append(one)
    return AccountFacts(adjustments, due, held_back(session, period), around.flows, cleared)


def _adjustments(session: Session, period: Period) -> Sequence[Adjustment]:
    """Those of the period, earlier openings of accrued commission whose day comes in it, and debts cleared
    later.
    """
    falls_due = and_(
        Adjustment.kind == AdjustmentKind.OPENING,
        Adjustment.account == AdjustedAccount.ACCRUED,
        Adjustment.period < period.ref,
        Adjustment.due_on >= period.first_day,
        Adjustment.due_on < period.end_day,
    )
    later = and_(Adjustment.account == AdjustedAccount.RECEIVABLE, Adjustment.period > period.ref)
    query = select(Adjustment).where(or_(Adjustment.period == period.ref, falls_due, later))
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
