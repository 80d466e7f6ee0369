"""What a period has to be free of before it closes, and what of its lines is only shown (2.7)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, case, exists, func, select
from sqlalchemy.orm import Session, aliased

from commissions.facts.fact_models import BillingSource, LineItem, LineRevision
from commissions.facts.newest import is_make_good, is_newest_line
from commissions.facts.problems import Problem
from commissions.ledger.balances import trial_balance
from commissions.ledger.ledger_models import LineStanding, Period
from commissions.ledger.quarantine import blocking_count


class Item(StrEnum):
    """What can be the matter with a line, a row or a month."""

    QUARANTINE = "quarantine"
    NO_PLAN = "no_plan"
    NO_RATE = "no_rate"
    OTHER_CURRENCY = "other_currency"
    MIXED_PRICING = "mixed_pricing"
    MAKEGOOD = "makegood"
    TOO_LARGE = "too_large"
    TRIAL_BALANCE = "trial_balance"
    OVER = "over"
    UNDER = "under"
    DEBT = "debt"
    OUTSIDE = "outside"
    SECOND_SOURCE = "second_source"
    DISCREPANCY = "discrepancy"
    BILLED = "billed"
    MISSING_DAYS = "missing_days"


SENTENCES = {
    Item.QUARANTINE: "Quarantined rows that wait for a decision under Exceptions: {count}.",
    Item.NO_PLAN: "Lines that were delivered and have no plan: {count}.",
    Item.NO_RATE: "Lines that were delivered and that no rate of their plan fits: {count}.",
    Item.OTHER_CURRENCY: "Lines in another currency than their plan: {count}.",
    Item.MIXED_PRICING: "Lines whose tiers would count spots and impressions together: {count}.",
    Item.MAKEGOOD: "Make-good lines that make good for another make-good line: {count}.",
    Item.TOO_LARGE: "Lines that are worth more than can be booked: {count}.",
    Item.TRIAL_BALANCE: "Currencies in which the ledger does not sum to zero: {count}.",
}
BLOCKING = frozenset(SENTENCES)
PROBLEM_ITEMS = {
    Problem.NO_PLAN: Item.NO_PLAN,
    Problem.NO_RATE: Item.NO_RATE,
    Problem.OTHER_CURRENCY: Item.OTHER_CURRENCY,
    Problem.MIXED_PRICING: Item.MIXED_PRICING,
    Problem.MAKEGOOD: Item.MAKEGOOD,
    Problem.TOO_LARGE: Item.TOO_LARGE,
}


@dataclass(frozen=True, slots=True)
class Check:
    """One item that blocks a close with how many things it is about; none is good."""

    item: Item
    count: int

    @property
    def sentence(self) -> str:
        return SENTENCES[self.item].format(count=self.count)


def blocking_checks(session: Session, period: Period) -> list[Check]:
    """As of the last accrual; quarantine and the balance as of now."""
    problems = _problems(session, period.ref)
    return [
        Check(Item.QUARANTINE, blocking_count(session, period)),
        *(Check(item, problems.get(problem.value, 0)) for problem, item in PROBLEM_ITEMS.items()),
        Check(
            Item.TRIAL_BALANCE, sum(1 for rest in trial_balance(session, period=period.ref).values() if rest)
        ),
    ]


def _problems(session: Session, ref: str) -> dict[str, int]:
    query = (
        select(LineStanding.problem, func.count())
        .where(LineStanding.problem.is_not(None), LineStanding.first_period <= ref)
        .group_by(LineStanding.problem)
    )
    return {problem: count for problem, count in session.execute(query) if problem is not None}


def is_over() -> ColumnElement[bool]:
    """More than is paid: above the cap, above what a make-good was booked for, or above the debt."""
    above = LineStanding.delivered - LineStanding.disallowed > LineStanding.allowed
    return above | LineStanding.line_id.in_(_made_good_more_than_owed())


def _made_good_more_than_owed() -> Select[int]:
    """Make-good lines that together aired more than the line they make good took."""
    mine, theirs = aliased(LineStanding), aliased(LineStanding)
    makes_good = LineRevision.makegood_for
    filled = (
        select(makes_good)
        .join(mine, mine.line_id == LineRevision.line_id)
        .join(LineItem, LineItem.line_ref == makes_good)
        .join(theirs, theirs.line_id == LineItem.id)
        .where(is_make_good(), is_newest_line())
        .group_by(makes_good, theirs.made_good)
        .having(func.sum(mine.delivered - mine.disallowed) > theirs.made_good)
    )
    return select(LineRevision.line_id).where(makes_good.in_(filled))


def is_under() -> ColumnElement[bool]:
    """Billed below what was booked; what a make-good line did not air is the debt of another line."""
    makes_good = exists().where(LineRevision.line_id == LineStanding.line_id, is_make_good())
    return (LineStanding.billable < LineStanding.booked) & ~makes_good


def is_discrepant() -> ColumnElement[bool]:
    """Own and third-party counts differ by more than 10% of the one that is billed."""
    own, third = LineStanding.own_units, LineStanding.third_party_units
    by_third = exists().where(
        LineRevision.line_id == LineStanding.line_id,
        LineRevision.billing_source == BillingSource.THIRD_PARTY,
        is_newest_line(),
    )
    billed = case((by_third, third), else_=own)
    return func.abs(own - third) * 10 > billed
