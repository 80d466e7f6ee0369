"""An issued statement beside what is known today: which of its amounts were learned anew since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from commissions.ledger.ledger_models import Posting, Statement, StatementLine, StatementLineKind

STATED_KINDS = (StatementLineKind.EARNED, StatementLineKind.PRIOR_PERIOD, StatementLineKind.CLAWBACK)
# line, component, service month
_Key = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class KnownToday:
    """A line, component and month as the statement left it, and as it stands now; amounts in minor units.

    `posted_in` is the period in which it was learned last.
    """

    line: StatementLine
    stated: int
    today: int
    units_stated: int
    units_today: int
    posted_in: str

    @property
    def difference(self) -> int:
        return self.today - self.stated


def known_today(session: Session, statement: Statement) -> list[KnownToday]:
    """What differs first, the largest difference on top: two queries."""
    stated = _stated(session, statement)
    latest = _latest(session, statement, sorted({key[2] for key in stated}))
    found = []
    for key, line in stated.items():
        if key in latest:
            amount, now = latest[key]
            found.append(
                KnownToday(
                    line, amount, now.amount_after, line.units_after or 0, now.units_after, now.posting_period
                )
            )
    return sorted(found, key=lambda one: (-abs(one.difference), one.line.position))


def _stated(session: Session, statement: Statement) -> dict[_Key, StatementLine]:
    """The last word of the statement on each line, component and month."""
    query = (
        select(StatementLine)
        .where(StatementLine.statement_id == statement.id, StatementLine.kind.in_(STATED_KINDS))
        .order_by(StatementLine.position)
    )
    found: dict[_Key, StatementLine] = {}
    for line in session.scalars(query):
        key = (line.line_id, line.component, line.service_month)
        there = found.get(key)
        if there is None or (line.posting_id or 0) > (there.posting_id or 0):
            found[key] = line
    return found


def _latest(session: Session, statement: Statement, months: Sequence[str]) -> dict[_Key, tuple[int, Posting]]:
    """The latest posting of each line, component and month, and what the statement left of it."""
    so_far = case((Posting.posting_period <= statement.period, Posting.amount_minor), else_=0)
    last = (
        select(func.max(Posting.id).label("id"), func.sum(so_far).label("stated"))
        .where(
            Posting.payee_ref == statement.partner_ref,
            Posting.currency == statement.currency,
            Posting.service_period.in_(months),
        )
        .group_by(Posting.line_id, Posting.component, Posting.service_period)
        .subquery()
    )
    rows = session.execute(select(last.c.stated, Posting).join(Posting, Posting.id == last.c.id))
    return {(row.line_id, row.component, row.service_period): (int(stated), row) for stated, row in rows}
