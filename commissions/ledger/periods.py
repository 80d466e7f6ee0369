"""The months of the books: which are open, which closed, and where an event is posted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commissions.facts.errors import NoSuchPeriod
from commissions.facts.service_calendar import Calendar, next_ref, refs_through, span
from commissions.ledger.ledger_models import Period, PeriodState


@dataclass(frozen=True, slots=True)
class Books:
    """Up to where the books are closed: every period up to `closed` counts as closed."""

    closed: str | None
    known_through: int | None

    def is_closed(self, ref: str) -> bool:
        return self.closed is not None and ref <= self.closed

    def posting_period(self, ref: str) -> str:
        """A service period itself while it is open, otherwise the first open one after it."""
        if self.closed is None or ref > self.closed:
            return ref
        return next_ref(self.closed)


def books(session: Session) -> Books:
    last = last_closed(session)
    return Books(None, None) if last is None else Books(last.ref, last.known_through)


def last_closed(session: Session) -> Period | None:
    query = select(Period).where(Period.state == PeriodState.CLOSED).order_by(Period.ref.desc()).limit(1)
    return session.scalar(query)


def all_periods(session: Session) -> Sequence[Period]:
    """Every period that exists, latest first."""
    return session.scalars(select(Period).order_by(Period.ref.desc())).all()


def period(session: Session, ref: str) -> Period:
    """Raises NoSuchPeriod."""
    found = session.scalar(select(Period).where(Period.ref == ref))
    if found is None:
        raise NoSuchPeriod(ref)
    return found


def first_open(session: Session) -> Period | None:
    """The period that closes next, if there is one."""
    query = select(Period).where(Period.state != PeriodState.CLOSED).order_by(Period.ref).limit(1)
    return session.scalar(query)


def ensure_periods(session: Session, refs: Iterable[str], calendar: Calendar) -> None:
    """Periods exist without a gap from the first to the last that holds anything."""
    wanted = sorted(refs)
    if not wanted:
        return
    first, last = session.execute(select(func.min(Period.ref), func.max(Period.ref))).one()
    lowest, highest = min(wanted[0], first or wanted[0]), max(wanted[-1], last or wanted[-1])
    there = set(session.scalars(select(Period.ref)))
    closed = books(session).closed
    for ref in refs_through(lowest, highest):
        # a period before the first one that was closed counts as closed and is not opened any more
        if ref not in there and (closed is None or ref > closed):
            days = span(ref, calendar)
            session.add(Period(ref=ref, first_day=days.first_day, end_day=days.end_day))
    session.flush()


def periods_in_review(session: Session) -> Sequence[Period]:
    """Periods that an author sent to review, and that a second person closes."""
    query = select(Period).where(Period.state == PeriodState.IN_REVIEW).order_by(Period.ref)
    return session.scalars(query).all()
