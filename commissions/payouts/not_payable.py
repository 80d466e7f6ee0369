"""What of a statement's balance is not payable yet: how much, why, and until when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commissions.adjustments.adjustment_models import AdjustedAccount, Adjustment, AdjustmentKind
from commissions.facts.service_calendar import span
from commissions.ledger.balances import Balance, balances
from commissions.ledger.ledger_models import Account, PayableMove, Posting, Statement
from commissions.payouts import outcomes
from commissions.payouts.outcomes import Outcome, Part
from commissions.plans.plan_rules import PayableWhen
from commissions.reckoning.line_facts import Horizon
from portal.kernel.money import Money


class Why(StrEnum):
    """Why an amount is not payable yet."""

    NOT_FINAL = "not_final"
    NEXT_CLOSE = "next_close"
    INVOICE = "invoice"
    PAYMENT = "payment"
    TAKEN_OVER = "taken_over"
    TAKEN_OVER_UNDATED = "taken_over_undated"
    BELOW_MINIMUM = "below_minimum"
    HELD = "held"
    OWED = "owed"
    HELD_BACK = "held_back"


@dataclass(frozen=True, slots=True)
class NotYet:
    """An amount, why it waits, and until which day where one is known.

    `least` is the least amount that is paid out, where that is the reason; `outcome` is what became of it
    since, `outcome_on` when. What is held back (HELD_BACK) stands beside the closing balance; the other
    amounts sum to closing less payable.
    """

    why: Why
    amount: Money
    until: date | None = None
    least: Money | None = None
    outcome: Outcome | None = None
    outcome_on: date | None = None


def not_payable_yet(session: Session, statement: Statement, horizon: Horizon) -> list[NotYet]:
    """By reason and day, as the books stood when the statement was issued, with what became of it."""
    key = (statement.partner_ref, statement.currency)
    found = balances(session, through=statement.period, partner_ref=statement.partner_ref)
    balance = found.get(key, Balance())
    waiting = _by_reason(_accrued(session, statement), statement, horizon)
    rest = balance.of(Account.ACCRUED) - sum(waiting.values())
    openings = _openings(session, statement, horizon)
    undated = openings.pop(None, 0)
    held = outcomes.on_hold(session, statement) if balance.of(Account.HELD) else ()
    parts = [
        *(
            NotYet(why, _money(minor, statement), until)
            for (why, until), minor in sorted(waiting.items(), key=_order)
        ),
        *(NotYet(Why.TAKEN_OVER, _money(minor, statement), due) for due, minor in openings.items()),
        *_parts(Why.TAKEN_OVER_UNDATED, outcomes.taken_over(session, statement, undated), statement),
        NotYet(Why.TAKEN_OVER, _money(rest - undated - sum(openings.values()), statement)),
        NotYet(
            Why.BELOW_MINIMUM,
            _money(balance.of(Account.PAYABLE) - statement.payable, statement),
            least=_least(horizon, statement),
        ),
        *_parts(Why.HELD, held, statement),
        NotYet(Why.OWED, _money(balance.of(Account.RECEIVABLE), statement)),
        *_parts(Why.HELD_BACK, outcomes.held_back(session, statement), statement),
    ]
    return [part for part in parts if part.amount]


@dataclass(frozen=True, slots=True)
class _Accrued:
    """What of a plan version and service period is posted and has not moved, in minor units."""

    plan: str
    plan_version: int
    service_period: str
    minor: int


def _accrued(session: Session, statement: Statement) -> Iterable[_Accrued]:
    own = (Posting.payee_ref == statement.partner_ref, Posting.currency == statement.currency)
    key = (Posting.line_id, Posting.service_period)
    posted = (
        select(
            *key,
            func.min(Posting.plan).label("plan"),
            func.max(Posting.plan_version).label("version"),
            func.sum(Posting.amount_minor).label("minor"),
        )
        .where(*own, Posting.posting_period <= statement.period)
        .group_by(*key)
        .subquery()
    )
    moved = (
        select(
            PayableMove.line_id,
            PayableMove.service_period,
            func.sum(PayableMove.amount_minor).label("minor"),
        )
        .where(
            PayableMove.payee_ref == statement.partner_ref,
            PayableMove.currency == statement.currency,
            PayableMove.period <= statement.period,
        )
        .group_by(PayableMove.line_id, PayableMove.service_period)
        .subquery()
    )
    same = (moved.c.line_id == posted.c.line_id) & (moved.c.service_period == posted.c.service_period)
    left = func.sum(posted.c.minor - func.coalesce(moved.c.minor, 0))
    query = (
        select(posted.c.plan, posted.c.version, posted.c.service_period, left)
        .select_from(posted)
        .outerjoin(moved, same)
        .group_by(posted.c.plan, posted.c.version, posted.c.service_period)
    )
    for plan, version, period, minor in session.execute(query):
        yield _Accrued(plan, version, period, int(minor))


def _by_reason(
    accrued: Iterable[_Accrued], statement: Statement, horizon: Horizon
) -> dict[tuple[Why, date | None], int]:
    found: dict[tuple[Why, date | None], int] = {}
    for one in accrued:
        key = _reason(one, statement, horizon)
        found[key] = found.get(key, 0) + one.minor
    return found


def _reason(one: _Accrued, statement: Statement, horizon: Horizon) -> tuple[Why, date | None]:
    versions = horizon.book.versions.get(one.plan, ())
    rules = next((rules for rules in versions if rules.version == one.plan_version), None)
    if rules is None:
        return Why.NEXT_CLOSE, None
    last_day = span(one.service_period, horizon.house.calendar).last_day
    final_on = last_day + timedelta(days=rules.plan.finality_days)
    if final_on > statement.issued_on:
        return Why.NOT_FINAL, final_on
    gates = {PayableWhen.INVOICED: Why.INVOICE, PayableWhen.COLLECTED: Why.PAYMENT}
    return gates.get(rules.plan.payable_when, Why.NEXT_CLOSE), None


def _openings(session: Session, statement: Statement, horizon: Horizon) -> dict[date | None, int]:
    """Commission taken over at go-live that waits after the statement, by its due day; None: it has none."""
    end = span(statement.period, horizon.house.calendar).end_day
    query = (
        select(Adjustment.due_on, func.sum(Adjustment.amount_minor))
        .where(
            Adjustment.kind == AdjustmentKind.OPENING,
            Adjustment.account == AdjustedAccount.ACCRUED,
            Adjustment.partner_ref == statement.partner_ref,
            Adjustment.currency == statement.currency,
            Adjustment.period <= statement.period,
            Adjustment.due_on.is_(None) | (Adjustment.due_on >= end),
        )
        .group_by(Adjustment.due_on)
        .order_by(Adjustment.due_on)
    )
    return {due: int(minor) for due, minor in session.execute(query)}


def _order(part: tuple[tuple[Why, date | None], int]) -> tuple[str, date]:
    (why, until), _ = part
    return why.value, until or date.min


def _least(horizon: Horizon, statement: Statement) -> Money | None:
    """As drafting has it: by the terms of the period's last day."""
    last_day = span(statement.period, horizon.house.calendar).last_day
    terms = horizon.book.terms_on(statement.partner_ref, last_day)
    least = terms.minimum_payout.get(statement.currency) if terms else None
    return Money(least, statement.currency) if least else None


def _parts(why: Why, parts: Iterable[Part], statement: Statement) -> Sequence[NotYet]:
    return [
        NotYet(why, _money(part.minor, statement), part.until, outcome=part.outcome, outcome_on=part.on)
        for part in parts
    ]


def _money(minor: int, statement: Statement) -> Money:
    return Money(minor, statement.currency)
