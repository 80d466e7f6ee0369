"""Where a partner's commission stands: paid, on a statement, delivered since, and booked to come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.orm import Session

from commissions.facts.fact_models import BillingSource, LineItem, LineRevision, LineStatus, OrderRevision
from commissions.facts.lines import Line
from commissions.facts.newest import is_newest_line, is_newest_order
from commissions.facts.own_lines import pays
from commissions.facts.service_calendar import period_of
from commissions.ledger.balances import balance_rows
from commissions.ledger.ledger_models import Account, Event, Period, PeriodState
from commissions.reckoning.line_facts import Horizon, Known, known_lines
from commissions.reckoning.reckoning import reckon
from commissions.reckoning.reckoning_facts import LineFacts, Step
from portal.kernel.errors import NotAllowed
from portal.kernel.identity import Identity, Permission
from portal.kernel.money import Money

# lines in flight or to come of one partner; more than that is no sum for a home page
MOST_LINES = 2000
ENDED_WITHIN = timedelta(days=30)
OWED = (
    Account.ACCRUED,
    Account.PAYABLE,
    Account.HOLDBACK,
    Account.HELD,
    Account.CLEARING,
    Account.RECEIVABLE,
)


@dataclass(frozen=True, slots=True)
class PartnerMoney:
    """Parts of one whole, in one currency.

    `stated` is what issued statements owe and has not been paid, `held_back` a part of it; `delivered`
    was earned by deliveries posted after the last close, and `adjusted` was given or taken by people
    since; both are provisional. `booked` comes if every unit that is booked airs. `closed` is the last
    closed period.
    """

    currency: str
    closed: str | None
    paid: Money
    stated: Money
    held_back: Money
    delivered: Money
    adjusted: Money
    booked: Money
    booked_orders: int

    @property
    def is_empty(self) -> bool:
        return not (self.paid or self.stated or self.delivered or self.adjusted or self.booked)


@dataclass(frozen=True, slots=True)
class Booked:
    """What is still to come in one currency, and from how many orders."""

    minor: int
    orders: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Posted:
    """Minor units: paid, owed, what of it is held back, and posted after the last close, from what."""

    closed: str | None
    paid: int
    owed: int
    held_back: int
    delivered: int
    adjusted: int


@dataclass(frozen=True, slots=True)
class ShortLine:
    """A line whose flight ended with fewer units than were booked."""

    line: Line
    units: int

    @property
    def missing(self) -> int:
        return self.line.booked_units - self.units


def partner_lines(session: Session, identity: Identity, *, horizon: Horizon) -> list[Known]:
    """The asker's own lines that are in flight, to come, or ended in the last 30 days. Raises NotAllowed."""
    if not (identity.is_partner and identity.may(Permission.STATEMENTS_READ)):
        raise NotAllowed
    own = _current_lines(identity.organisation_ref, horizon.today - ENDED_WITHIN)
    line_ids = list(session.scalars(own))
    return list(known_lines(session, line_ids, horizon, with_make_goods=True)) if line_ids else []


def partner_money(
    session: Session, identity: Identity, *, horizon: Horizon, lines: Iterable[Known] | None = None
) -> list[PartnerMoney]:
    """One row a currency in which there is anything, for the asker's own organisation. Raises NotAllowed.

    `lines` are those of `partner_lines`, where the caller has them.
    """
    if not (identity.is_partner and identity.may(Permission.STATEMENTS_READ)):
        raise NotAllowed
    if lines is None:
        lines = partner_lines(session, identity, horizon=horizon)
    coming = booked_to_come(lines, identity.organisation_ref, horizon=horizon)
    posted = _posted(session, identity.organisation_ref)
    rows = []
    for currency in sorted({*posted, *coming}):
        sums = posted.get(currency, _Posted(None, 0, 0, 0, 0, 0))
        booked = coming.get(currency, Booked(0, frozenset()))
        rows.append(
            PartnerMoney(
                currency=currency,
                closed=sums.closed,
                paid=Money(sums.paid, currency),
                stated=Money(sums.owed - sums.delivered - sums.adjusted, currency),
                held_back=Money(sums.held_back, currency),
                delivered=Money(sums.delivered, currency),
                adjusted=Money(sums.adjusted, currency),
                booked=Money(booked.minor, currency),
                booked_orders=len(booked.orders),
            )
        )
    return [row for row in rows if not row.is_empty]


def booked_to_come(lines: Iterable[Known], partner_ref: str, *, horizon: Horizon) -> dict[str, Booked]:
    """The partner's commission on units that are booked and not counted yet, by currency.

    Lines whose flight is over, or for which no rule pays, bring nothing.
    """
    found: dict[str, Booked] = {}
    for known in lines:
        minor = _still_to_earn(known, partner_ref, horizon)
        if minor:
            before = found.get(known.line.currency, Booked(0, frozenset()))
            orders = before.orders | {known.line.order_ref}
            found[known.line.currency] = Booked(before.minor + minor, orders)
    return found


def short_lines(lines: Sequence[Known], *, today: date) -> list[ShortLine]:
    """Lines that ended short and have no make-good booked, the last to end first."""
    made_good = {known.line.makegood_for for known in lines}
    found = [
        ShortLine(known.line, sum(step.units for step in known.facts.steps))
        for known in lines
        if known.facts is not None
        and known.line.makegood_for is None
        and known.line.end_day <= today
        and known.line.line_ref not in made_good
        and known.line.billing_source is not BillingSource.CONTRACTED
    ]
    return sorted((one for one in found if one.missing > 0), key=lambda one: one.line.end_day, reverse=True)


def _posted(session: Session, partner_ref: str) -> dict[str, _Posted]:
    """By currency, in one query: this stands on a page that every partner opens first."""
    closed = select(func.max(Period.ref)).where(Period.state == PeriodState.CLOSED).scalar_subquery()
    rows = balance_rows(partner_ref=partner_ref).c
    since = rows.period > func.coalesce(closed, "")
    # whatever gave or took commission since: accruals, or adjustments, holds upheld, what was written off
    gained = and_(rows.account == Account.EXPENSE, since)
    is_accrued = rows.event == Event.ACCRUED
    query = select(
        rows.currency,
        closed,
        func.sum(case((rows.account == Account.CASH, rows.amount), else_=0)),
        func.sum(case((rows.account.in_(OWED), rows.amount), else_=0)),
        func.sum(case((rows.account == Account.HOLDBACK, rows.amount), else_=0)),
        func.sum(case((gained & is_accrued, -rows.amount), else_=0)),
        func.sum(case((gained & ~is_accrued, -rows.amount), else_=0)),
    ).group_by(rows.currency)
    return {row[0]: _Posted(row[1], *(int(minor) for minor in row[2:])) for row in session.execute(query)}


def _current_lines(partner_ref: str, since: date) -> Select[int]:
    return (
        select(LineItem.id)
        .join(LineRevision, LineRevision.line_id == LineItem.id)
        .join(OrderRevision, OrderRevision.order_ref == LineItem.order_ref)
        .where(
            # of these first, or SQLite reads every line in the order that is wanted
            LineItem.id.in_(select(LineRevision.line_id).where(LineRevision.end_day > since)),
            LineRevision.end_day > since,
            LineRevision.status == LineStatus.SIGNED,
            is_newest_line(),
            is_newest_order(),
            pays(LineRevision, partner_ref, OrderRevision.partner_ref),
        )
        .order_by(LineItem.id)
        .limit(MOST_LINES)
    )


def _still_to_earn(known: Known, payee: str, horizon: Horizon) -> int:
    facts = known.facts
    if facts is None or known.problem is not None or known.line.end_day <= horizon.today:
        return 0
    if known.line.makegood_for is not None:
        return 0
    left = known.line.booked_units - sum(step.units for step in facts.steps)
    if left <= 0:
        return 0
    return _earned(_with_all_aired(facts, left, horizon), payee) - _earned(facts, payee)


def _with_all_aired(facts: LineFacts, left: int, horizon: Horizon) -> LineFacts:
    """As if what is left aired on the last day of the flight."""
    line = facts.line
    last_day = line.end_day - timedelta(days=1)
    period = period_of(last_day, horizon.house.calendar)
    rates = facts.steps[-1].rates if facts.steps else facts.rules
    step = Step(max(period, *(one.period for one in facts.steps), ""), left, line.terms_on(last_day), rates)
    booked = {**facts.ceiling.booked_by_period, step.period: line.booked_units}
    return facts._replace(steps=(*facts.steps, step), ceiling=replace(facts.ceiling, booked_by_period=booked))


def _earned(facts: LineFacts, payee: str) -> int:
    return sum(target.amount for target in reckon([facts])[0].targets if target.payee == payee)
