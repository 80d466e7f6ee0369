"""Invitations and forgotten passwords: one-time links, used by a form and not by opening them (R10, R25)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from partners.errors import TicketNotValid
from partners.models import User
from partners.passwords import hash_password
from partners.sessions import end_sessions
from partners.sign_in_models import Ticket, TicketPurpose
from partners.tokens import new_token, token_hash

LIVES = {TicketPurpose.INVITATION: timedelta(days=7), TicketPurpose.RESET: timedelta(hours=1)}


def issue_ticket(session: Session, user: User, purpose: TicketPurpose, *, at: datetime) -> str:
    """A new ticket; returns the token for the mail. Earlier ones of the same purpose stop."""
    _void(session, user.id, at, purpose)
    token = new_token()
    session.add(
        Ticket(
            token_hash=token_hash(token),
            user_id=user.id,
            purpose=purpose,
            created_at=at,
            expires_at=at + LIVES[purpose],
        )
    )
    session.flush()
    return token


def valid_ticket(session: Session, token: str, *, at: datetime) -> Ticket:
    """The ticket with its user, not yet used. Raises TicketNotValid."""
    ticket = session.scalar(
        select(Ticket)
        .where(Ticket.token_hash == token_hash(token), Ticket.used_at.is_(None), Ticket.expires_at > at)
        .options(joinedload(Ticket.user))
    )
    if ticket is None or ticket.user.disabled_at is not None:
        raise TicketNotValid
    return ticket


def use_ticket(session: Session, token: str, password: str, *, at: datetime) -> User:
    """Set the password by a ticket, once: of two that race, one wins. Ends all sessions of the person."""
    ticket = valid_ticket(session, token, at=at)
    hashed = hash_password(password)
    claimed = session.execute(
        update(Ticket)
        .where(Ticket.id == ticket.id, Ticket.used_at.is_(None))
        .values(used_at=at)
        .returning(Ticket.id)
    ).scalar()
    if claimed is None:
        raise TicketNotValid
    ticket.user.password_hash = hashed
    _void(session, ticket.user_id, at)
    end_sessions(session, ticket.user_id, at=at)
    return ticket.user


def change_password(session: Session, user: User, password: str, *, keep_session: int, at: datetime) -> None:
    """A new password; every other browser is logged out and open tickets stop."""
    user.password_hash = hash_password(password)
    _void(session, user.id, at)
    end_sessions(session, user.id, at=at, but=keep_session)


def _void(session: Session, user_id: int, at: datetime, purpose: TicketPurpose | None = None) -> None:
    statement = update(Ticket).where(Ticket.user_id == user_id, Ticket.used_at.is_(None))
    if purpose is not None:
        statement = statement.where(Ticket.purpose == purpose)
    session.execute(statement.values(used_at=at))
