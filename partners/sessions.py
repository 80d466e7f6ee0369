"""Log-in, log-out, and the list of a person's browsers (R30)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ScalarResult, Select, bindparam, select, update
from sqlalchemy.orm import Session, joinedload

from partners.errors import WrongLogIn
from partners.models import Organisation, User
from partners.passwords import hash_password, is_password, needs_rehash
from partners.sign_in_models import LoginSession
from partners.tokens import new_token, token_hash
from portal.kernel.identity import Role

IDLE = timedelta(hours=12)
IDLE_FINANCE = timedelta(hours=1)
ABSOLUTE = timedelta(days=30)
SEEN_EVERY = timedelta(minutes=1)
_FINANCE = {Role.FINANCE, Role.FINANCE_APPROVER}


@dataclass(frozen=True, slots=True)
class LogIn:
    """What a person typed, and the browser they typed it in."""

    email: str
    password: str
    device: str


def check_log_in(session: Session, log_in: LogIn) -> User:
    """The person, when the password is right. Raises WrongLogIn, alike in words and time for all reasons."""
    user = session.scalar(select(User).where(User.email == log_in.email.strip().lower()))
    matches = is_password(user.password_hash if user else None, log_in.password)
    if user is None or not matches or user.disabled_at is not None:
        raise WrongLogIn
    return user


def start_session(session: Session, user: User, log_in: LogIn, *, at: datetime) -> str:
    """A new session; returns the token for the cookie, which is stored only hashed."""
    if user.password_hash is not None and needs_rehash(user.password_hash):
        user.password_hash = hash_password(log_in.password)
    token = new_token()
    session.add(
        LoginSession(
            token_hash=token_hash(token),
            user_id=user.id,
            started_at=at,
            seen_at=at,
            device=log_in.device[:200],
        )
    )
    session.flush()
    return token


def live_session(session: Session, token: str, *, at: datetime) -> LoginSession | None:
    """The session of a cookie, with its user, organisation and its terms, until its idle or absolute end."""
    return _live(session.scalars(_BY_TOKEN, {"token_hash": token_hash(token)}), at)


def live_session_of(session: Session, session_id: int, *, at: datetime) -> LoginSession | None:
    """The same by its id, for what a log-in has signed for its own browser."""
    return _live(session.scalars(_BY_ID, {"session_id": session_id}), at)


def _of_session(which: ColumnElement[bool]) -> Select[LoginSession]:
    organisation = joinedload(LoginSession.user).joinedload(User.organisation)
    return (
        select(LoginSession)
        .where(which, LoginSession.ended_at.is_(None))
        .options(organisation.joinedload(Organisation.terms))
    )


# every page asks by them, and to put such a statement together takes longer than to run it
_BY_TOKEN = _of_session(LoginSession.token_hash == bindparam("token_hash"))
_BY_ID = _of_session(LoginSession.id == bindparam("session_id"))


def _live(sessions: ScalarResult[LoginSession], at: datetime) -> LoginSession | None:
    found = sessions.unique().one_or_none()
    if found is None or found.user.disabled_at is not None:
        return None
    idle = IDLE_FINANCE if found.user.role in _FINANCE else IDLE
    if at - found.seen_at > idle or at - found.started_at > ABSOLUTE:
        return None
    return found


def mark_seen(session: Session, session_id: int, *, at: datetime) -> None:
    session.execute(update(LoginSession).where(LoginSession.id == session_id).values(seen_at=at))


def end_session(session: Session, session_id: int, *, user_id: int, at: datetime) -> None:
    """Log one of a person's own browsers out."""
    session.execute(
        update(LoginSession)
        .where(
            LoginSession.id == session_id, LoginSession.user_id == user_id, LoginSession.ended_at.is_(None)
        )
        .values(ended_at=at)
    )


def end_sessions(session: Session, user_id: int, *, at: datetime, but: int | None = None) -> None:
    """Log a person out everywhere, or everywhere but in one browser."""
    session.execute(
        update(LoginSession)
        .where(
            LoginSession.user_id == user_id, LoginSession.ended_at.is_(None), LoginSession.id != (but or 0)
        )
        .values(ended_at=at)
    )


def open_sessions(session: Session, user_id: int, *, at: datetime) -> Sequence[LoginSession]:
    """The browsers in which a person is logged in, latest first."""
    return session.scalars(
        select(LoginSession)
        .where(
            LoginSession.user_id == user_id,
            LoginSession.ended_at.is_(None),
            LoginSession.seen_at > at - IDLE,
            LoginSession.started_at > at - ABSOLUTE,
        )
        .order_by(LoginSession.seen_at.desc())
    ).all()
