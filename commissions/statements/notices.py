"""Mails about issued statements: who is told, claimed once by one worker, and noted when sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Select, and_, delete, or_, select, update
from sqlalchemy.orm import Session, joinedload, sessionmaker

from commissions.ledger.ledger_models import Statement
from commissions.statements.print_models import StatementNotice
from partners.models import Organisation, User
from portal.kernel.db import reading, transaction
from portal.kernel.identity import PERMISSIONS, Permission
from portal.kernel.mailing import handed_over
from portal.kernel.ports import Mail, Mailer
from portal.kernel.upserts import insert_into

# an older statement is no news: it was taken over from elsewhere, or the worker was away for long
NEWS_FOR = timedelta(days=7)
# a claim that was neither sent nor given up belongs to a worker that died
CLAIMED_FOR = timedelta(hours=1)
READERS = tuple(role for role, allowed in PERMISSIONS.items() if Permission.STATEMENTS_READ in allowed)
AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Notice:
    """A person who is to hear of a statement."""

    id: int
    statement: Statement
    reader: User

    @property
    def key(self) -> str:
        """The same for the same mail, so that one which is sent twice is seen once."""
        return f"statement-{self.statement.id}-{self.reader.id}"


def send_notices(
    sessions: sessionmaker[Session],
    mailer: Mailer,
    letter: Callable[[Notice], Mail],
    *,
    clock: Callable[[], datetime],
) -> int:
    """Tell everybody who has to be told and was not; how many mails went out.

    Raises OSError when the server is away.
    """
    sent = 0
    while claimed := _claimed(sessions, clock()):
        for notice, _ in handed_over(mailer, claimed, letter, partial(_give_up, sessions)):
            _note(sessions, notice, clock())
            sent += 1
    return sent


def _claimed(sessions: sessionmaker[Session], at: datetime) -> list[Notice]:
    with reading(sessions) as session:
        if not session.execute(_untold(at).limit(1)).first():
            return []
    with transaction(sessions) as session:
        _drop_dead_claims(session, at)
        wanted = session.execute(_untold(at).limit(AT_ONCE)).all()
        if not wanted:
            return []
        statement = insert_into(session, StatementNotice).on_conflict_do_nothing(
            index_elements=[StatementNotice.statement_id, StatementNotice.user_id]
        )
        rows = [{"statement_id": row[0], "user_id": row[1], "claimed_at": at} for row in wanted]
        # what another worker claims in the same moment is not returned here
        ids = list(session.scalars(statement.returning(StatementNotice.id), rows))
    with reading(sessions) as session:
        return _notices(session, ids)


def _untold(at: datetime) -> Select[int, int]:
    """Statements and people: active readers of the partner, who have no notice yet, or a dead claim."""
    told = select(StatementNotice.id).where(
        StatementNotice.statement_id == Statement.id,
        StatementNotice.user_id == User.id,
        or_(StatementNotice.sent_at.is_not(None), StatementNotice.claimed_at >= at - CLAIMED_FOR),
    )
    return (
        select(Statement.id, User.id)
        .join(Organisation, Organisation.ref == Statement.partner_ref)
        .join(User, User.organisation_id == Organisation.id)
        .where(
            Statement.issued_at >= at - NEWS_FOR,
            User.role.in_(READERS),
            User.disabled_at.is_(None),
            User.password_hash.is_not(None),
            ~told.exists(),
        )
        .order_by(Statement.id, User.id)
    )


def _drop_dead_claims(session: Session, at: datetime) -> None:
    dead = and_(StatementNotice.sent_at.is_(None), StatementNotice.claimed_at < at - CLAIMED_FOR)
    session.execute(delete(StatementNotice).where(dead))


def _notices(session: Session, ids: Sequence[int]) -> list[Notice]:
    query = (
        select(StatementNotice.id, Statement, User)
        .join(Statement, Statement.id == StatementNotice.statement_id)
        .join(User, User.id == StatementNotice.user_id)
        .where(StatementNotice.id.in_(ids))
        .options(joinedload(User.organisation))
        .order_by(StatementNotice.id)
    )
    return [Notice(*row) for row in session.execute(query)]


def _note(sessions: sessionmaker[Session], notice: Notice, at: datetime) -> None:
    with transaction(sessions) as session:
        session.execute(update(StatementNotice).where(StatementNotice.id == notice.id).values(sent_at=at))


def _give_up(sessions: sessionmaker[Session], notices: Sequence[Notice]) -> None:
    ids = [notice.id for notice in notices]
    with transaction(sessions) as session:
        session.execute(delete(StatementNotice).where(StatementNotice.id.in_(ids)))
