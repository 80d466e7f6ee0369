"""Which lines are exceptions, and since when: brought up to date by every accrual, in SQL."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import ColumnElement, delete, exists, func, insert, literal, select
from sqlalchemy.orm import Session

from commissions.facts.cash import invoiced_of
from commissions.facts.fact_models import LineRevision
from commissions.facts.newest import is_make_good
from commissions.ledger.checklist import PROBLEM_ITEMS, Item, is_discrepant, is_over, is_under
from commissions.ledger.exception_models import LineException
from commissions.ledger.ledger_models import LineStanding
from commissions.ledger.periods import first_open
from portal.kernel.among import among, in_parts


def note_exceptions(
    session: Session, *, at: datetime, today: date, line_ids: Collection[int] | None, since: date | None
) -> None:
    """Note what the standings say now; what was noted before keeps its day and its owner.

    `line_ids` were worked out anew, or all lines were (None); `since` is the day when it was noted before.
    """
    found = first_open(session)
    first_day = found.first_day if found else date.min
    look_at = None
    if line_ids is not None and since is not None:
        look_at = {*line_ids, *_moved_otherwise(session, since, today, first_day)}
    for item, condition in _conditions(today, first_day).items():
        still = exists().where(LineStanding.line_id == LineException.line_id, condition)
        session.execute(delete(LineException).where(LineException.item == item, ~still))
        known = select(LineException.line_id).where(LineException.item == item)
        new = select(literal(item.value), LineStanding.line_id, literal(at, LineException.since.type)).where(
            condition, LineStanding.line_id.not_in(known)
        )
        for part in in_parts(look_at):
            of_these = new if part is None else new.where(among(LineStanding.line_id, part))
            session.execute(insert(LineException).from_select(["item", "line_id", "since"], of_these))


def _moved_otherwise(session: Session, since: date, today: date, first_day: date) -> set[int]:
    """Lines that ended since; and make-goods of open months, whose line may need less of them now."""
    ended = select(LineStanding.line_id).where(LineStanding.end_day > since, LineStanding.end_day <= today)
    running = select(LineRevision.line_id).where(is_make_good(), LineRevision.end_day > first_day)
    return {*(session.scalars(ended) if since < today else ()), *session.scalars(running)}


def _conditions(today: date, first_day: date) -> dict[Item, ColumnElement[bool]]:
    """Problems at once; what only informs for lines of open months, debt and billing until it is settled."""
    line = LineStanding
    fine, recent, ended = line.problem.is_(None), line.end_day > first_day, line.end_day <= today
    return {
        **{item: (line.problem == problem) & line.first_period.is_not(None)
           for problem, item in PROBLEM_ITEMS.items()},
        Item.DEBT: fine & ended & (line.debt > 0),
        Item.BILLED: fine & ended & _billed_otherwise(),
        Item.OVER: fine & recent & is_over(),
        Item.UNDER: fine & recent & ended & is_under() & (line.debt == 0),
        Item.OUTSIDE: fine & recent & (line.outside > 0),
        Item.SECOND_SOURCE: fine & recent & line.second_source.is_not(None),
        Item.DISCREPANCY: fine & recent & is_discrepant(),
    }  # fmt: skip


def _billed_otherwise() -> ColumnElement[bool]:
    """Whether a line was invoiced for more or less than 99% to 101% of what was delivered."""
    off = func.abs(invoiced_of(LineStanding.line_id) - LineStanding.net_minor)
    return off * 100 > LineStanding.net_minor
