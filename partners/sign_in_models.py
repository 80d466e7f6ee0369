"""Log-in sessions, one-time tickets, API keys and counted attempts. Secrets are stored hashed."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from partners.models import User
from portal.kernel.db import Base, Key, Ref


class LoginSession(Base):
    """One browser that is logged in (R30). `token_hash` is the SHA-256 of the cookie's 256-bit id."""

    __tablename__ = "login_sessions"

    id: Mapped[Key]
    token_hash: Mapped[Ref] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    device: Mapped[str]
    user: Mapped[User] = relationship()


class TicketPurpose(StrEnum):
    INVITATION = "invitation"
    RESET = "reset"


class Ticket(Base):
    """A one-time link, bound to its user and purpose (R25); opened by GET, used by POST (R10)."""

    __tablename__ = "tickets"

    id: Mapped[Key]
    token_hash: Mapped[Ref] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    purpose: Mapped[TicketPurpose]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    user: Mapped[User] = relationship()


class ApiKey(Base):
    """A key of the API (R27): what it may do is what its user may do, within its scope."""

    __tablename__ = "api_keys"

    id: Mapped[Key]
    key_hash: Mapped[Ref] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    scope: Mapped[Ref]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    user: Mapped[User] = relationship()


class AttemptCount(Base):
    """Log-ins and resets tried by one subject ("address:…", "pair:…", "all") in one window of time (R24)."""

    __tablename__ = "attempt_counts"
    __table_args__ = (UniqueConstraint("subject", "window_at"),)

    id: Mapped[Key]
    subject: Mapped[str]
    window_at: Mapped[datetime]
    tries: Mapped[int]
