"""What was posted and has not moved to payable, by line, component, payee and service period."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import ColumnElement, CompoundSelect, Subquery, and_, case, func, select, union
from sqlalchemy.orm import Session

from commissions.ledger.balance_models import LeftAccrued
from commissions.ledger.ledger_models import PayableMove, Period, Posting, Statement
from portal.kernel.db import add_rows


# a tuple, of which a close makes one for each of its lines
class Waiting(NamedTuple):
    """Sums of a posting key: posted before the period, posted up to it, and moved."""

    line_id: int
    component: str
    payee_ref: str
    service_period: str
    currency: str
    earlier: int
    posted: int
    moved: int
    # the number of the service period's statement, where there was one
    stated_on: str


_Conditions = Sequence[ColumnElement[bool]]


def standings_waiting(
    session: Session, ref: str, *, earned_in_it: bool = True, partner_ref: str | None = None
) -> list[Waiting]:
    """Keys whose posted amount up to the period is not what had moved before it, of all partners or of one.

    Without those of the period's own service days unless `earned_in_it`: they are posted in no other
    period, and nothing of them had moved, so that the period's postings tell them (see Posted.waiting).
    What it costs does not grow with the years, where closes were carried (see carry_left_accrued).
    """
    posted, moved = [Posting.posting_period <= ref], [PayableMove.period < ref]
    if not earned_in_it:
        posted.append(Posting.service_period < ref)
    if partner_ref is not None:
        posted.append(Posting.payee_ref == partner_ref)
        moved.append(PayableMove.payee_ref == partner_ref)
    lines = _lines_to_ask(ref, posted, moved, partner_ref)
    sums = _posted(ref, [*posted, Posting.line_id.in_(lines)])
    gone = _moved([*moved, PayableMove.line_id.in_(lines)])
    already = func.coalesce(gone.c.moved, 0).label("moved")
    stated = (
        Statement.partner_ref == sums.c.payee_ref,
        Statement.currency == sums.c.currency,
        Statement.period == sums.c.service_period,
    )
    query = (
        select(sums, already, Statement.number)
        .outerjoin(gone, _same(sums, gone))
        .outerjoin(Statement, and_(*stated))
        .where(sums.c.posted != already)
        .order_by(sums.c.line_id, sums.c.component, sums.c.payee_ref, sums.c.service_period)
    )
    return [
        Waiting(
            row.line_id,
            row.component,
            row.payee_ref,
            row.service_period,
            row.currency,
            int(row.earlier),
            int(row.posted),
            int(row.moved),
            row.number or "",
        )
        for row in session.execute(query)
    ]


def _lines_to_ask(
    ref: str, posted: _Conditions, moved: _Conditions, partner_ref: str | None
) -> CompoundSelect[int]:
    """Lines of which the last close that was carried left something, or that something came of since."""
    carried = select(func.coalesce(func.max(Period.ref), "")).where(Period.is_carried, Period.ref < ref)
    last = carried.scalar_subquery()
    left = select(LeftAccrued.line_id).where(LeftAccrued.period == last)
    if partner_ref is not None:
        left = left.where(LeftAccrued.payee_ref == partner_ref)
    came = select(Posting.line_id).where(Posting.posting_period > last, *posted)
    went = select(PayableMove.line_id).where(PayableMove.period > last, *moved)
    return union(left, came, went)


def _posted(ref: str, of: _Conditions) -> Subquery:
    key = (Posting.line_id, Posting.component, Posting.payee_ref, Posting.service_period, Posting.currency)
    earlier = func.sum(case((Posting.posting_period < ref, Posting.amount_minor), else_=0))
    sums = (earlier.label("earlier"), func.sum(Posting.amount_minor).label("posted"))
    return select(*key, *sums).where(*of).group_by(*key).subquery()


def _moved(before: _Conditions) -> Subquery:
    key = (PayableMove.line_id, PayableMove.component, PayableMove.payee_ref, PayableMove.service_period)
    moved = func.sum(PayableMove.amount_minor).label("moved")
    return select(*key, moved).where(*before).group_by(*key).subquery()


def _same(posted: Subquery, moved: Subquery) -> ColumnElement[bool]:
    names = ("line_id", "component", "payee_ref", "service_period")
    return and_(*(posted.c[name] == moved.c[name] for name in names))


def as_they_move(waiting: Iterable[Waiting]) -> list[Waiting]:
    """In the order in which they move."""
    return sorted(waiting, key=attrgetter("line_id", "component", "payee_ref", "service_period"))


def left_accrued(session: Session, ref: str, *, of_all: bool = False) -> set[tuple[str, int]]:
    """Payee and line of which something posted up to the end of a closed period had not moved then.

    `of_all` looks at everything that was ever posted, whatever earlier closes left.
    """
    of, before = [Posting.posting_period <= ref], [PayableMove.period <= ref]
    if not of_all:
        lines = _lines_to_ask(ref, of, before, None)
        of, before = [*of, Posting.line_id.in_(lines)], [*before, PayableMove.line_id.in_(lines)]
    posted, moved = _posted(ref, of), _moved(before)
    query = (
        select(posted.c.payee_ref, posted.c.line_id)
        .outerjoin(moved, _same(posted, moved))
        .where(posted.c.posted != func.coalesce(moved.c.moved, 0))
    )
    return {(payee, line_id) for payee, line_id in session.execute(query)}


def carry_left_accrued(session: Session, ref: str) -> None:
    """Write what a closed period left, so that later closes need not look at all that was ever posted."""
    rows = [
        {"period": ref, "payee_ref": payee, "line_id": line_id}
        for payee, line_id in sorted(left_accrued(session, ref))
    ]
    add_rows(session, LeftAccrued, rows)
