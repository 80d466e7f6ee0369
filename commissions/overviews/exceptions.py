"""What needs a look before a month closes: rows and lines, those that block first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from commissions.facts.import_models import QuarantinedRow
from commissions.facts.problems import Problem
from commissions.ledger.checklist import PROBLEM_ITEMS, Item, is_discrepant, is_over, is_under
from commissions.ledger.ledger_models import LineStanding, Period
from commissions.ledger.quarantine import blocks_close


@dataclass(frozen=True, slots=True)
class OpenMatter:
    """One thing to decide or to know: of quarantine with its row, of a line with a standing."""

    item: Item
    sentence: str
    order_ref: str | None
    line_ref: str | None
    row: QuarantinedRow | None = None
    standing: LineStanding | None = None


def blocking(session: Session, period: Period, *, limit: int) -> Sequence[OpenMatter]:
    """What keeps the period from closing: open quarantine up to its end, then uncountable lines."""
    rows = session.scalars(
        select(QuarantinedRow).where(*blocks_close(period)).order_by(QuarantinedRow.id).limit(limit)
    )
    lines = session.scalars(
        select(LineStanding)
        .where(LineStanding.problem.is_not(None), LineStanding.first_period <= period.ref)
        .order_by(LineStanding.line_ref)
        .limit(limit)
    )
    found = [_of_row(row) for row in rows]
    found += [_of_line(PROBLEM_ITEMS[Problem(line.problem or "")], line) for line in lines]
    return found[:limit]


def informing(session: Session, period: Period, *, today: date, limit: int) -> Sequence[OpenMatter]:
    """What is only shown: over- and under-delivery, a second source, counts that differ by more than 10%."""
    lines = session.execute(
        select(LineStanding, is_over(), is_discrepant())
        .where(*_worth_knowing(period, today))
        .order_by(LineStanding.end_day.desc(), LineStanding.line_ref)
        .limit(limit)
    )
    return [_of_line(_item_of(line, is_over=over, differs=differs), line) for line, over, differs in lines]


def informing_count(session: Session, period: Period, *, today: date) -> int:
    query = select(func.count()).select_from(LineStanding).where(*_worth_knowing(period, today))
    return session.scalar(query) or 0


def _worth_knowing(period: Period, today: date) -> list[ColumnElement[bool]]:
    """Lines in flight in the period or ended in it, that are over, under, or counted twice or differently."""
    ended = LineStanding.end_day <= min(today, period.end_day)
    under = ended & is_under()
    return [
        LineStanding.problem.is_(None),
        LineStanding.first_period <= period.ref,
        LineStanding.end_day > period.first_day,
        is_over()
        | under
        | LineStanding.second_source.is_not(None)
        | is_discrepant()
        | (LineStanding.outside > 0),
    ]


def _item_of(line: LineStanding, *, is_over: bool, differs: bool | None) -> Item:
    if differs:
        return Item.DISCREPANCY
    if line.second_source is not None:
        return Item.SECOND_SOURCE
    if line.outside:
        return Item.OUTSIDE
    if is_over:
        return Item.OVER
    return Item.DEBT if line.debt else Item.UNDER


def _of_row(row: QuarantinedRow) -> OpenMatter:
    return OpenMatter(
        item=Item.QUARANTINE,
        sentence=row.sentence,
        order_ref=None,
        line_ref=row.line_ref,
        row=row,
    )


def _of_line(item: Item, line: LineStanding) -> OpenMatter:
    return OpenMatter(item, sentence_of_line(item, line), line.order_ref, line.line_ref, standing=line)


def sentence_of_line(item: Item, line: LineStanding) -> str:
    """What is not as it should be with a line."""
    above = line.delivered - line.disallowed - line.allowed
    over = f"{above:,} more delivered than the order pays for."
    if above <= 0:
        over = "More aired to make good than was owed; the rest is not paid."
    sentences = {
        Item.NO_PLAN: "No plan is valid for this line.",
        Item.NO_RATE: "No rate of its plan fits this line.",
        Item.OTHER_CURRENCY: "The line is in another currency than its plan.",
        Item.MIXED_PRICING: "Its tiers count units, and other lines of the partner are priced differently.",
        Item.MAKEGOOD: "It makes good for a line that is a make-good itself.",
        Item.TOO_LARGE: "Its units and prices come to more than can be booked.",
        Item.OVER: over,
        Item.DEBT: f"Ended and still owes {line.debt:,} of {line.booked:,} units as make-goods.",
        Item.OUTSIDE: f"{line.outside:,} units on days that its order took out of the flight; not paid.",
        Item.UNDER: f"Ended {line.booked - line.billable:,} below the {line.booked:,} booked.",
        Item.SECOND_SOURCE: f"{line.second_source} reported too; it is not added.",
        Item.DISCREPANCY: f"Own count {line.own_units or 0:,}, third party {line.third_party_units or 0:,}.",
    }
    return sentences[item]
