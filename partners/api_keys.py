"""Keys of the API: shown once, stored hashed, judged in one place (R27)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session, joinedload

from partners.errors import TooManyKeys
from partners.models import Organisation, User
from partners.sign_in_models import ApiKey
from partners.tokens import new_token, token_hash

PREFIX = "mg_"
LIVES = timedelta(days=365)
MOST_VALID = 2


class Scope(StrEnum):
    READ = "read"
    WRITE = "write"


def create_key(session: Session, user: User, scope: Scope, *, at: datetime) -> str:
    """A new key of the person; returns it, for it can never be shown again.

    At most two are valid at a time, so that keys can be changed without a gap. Raises TooManyKeys.
    """
    if _valid_count(session, user.id, at) >= MOST_VALID:
        raise TooManyKeys(MOST_VALID)
    key = PREFIX + new_token()
    session.add(
        ApiKey(key_hash=token_hash(key), user_id=user.id, scope=scope, created_at=at, expires_at=at + LIVES)
    )
    session.flush()
    return key


def valid_key(session: Session, key: str, *, at: datetime) -> ApiKey | None:
    """The key with its user, organisation and terms: not expired or revoked, its person not disabled."""
    found = session.scalars(_VALID, {"key_hash": token_hash(key), "at": at}).unique().one_or_none()
    return None if found is None or found.user.disabled_at is not None else found


# every call asks by it, and to put it together takes longer than to run it
_VALID = (
    select(ApiKey)
    .where(
        ApiKey.key_hash == bindparam("key_hash"),
        ApiKey.revoked_at.is_(None),
        ApiKey.expires_at > bindparam("at"),
    )
    .options(joinedload(ApiKey.user).joinedload(User.organisation).joinedload(Organisation.terms))
)


def keys_of(session: Session, user_id: int) -> Sequence[ApiKey]:
    """All keys of a person, latest first."""
    return session.scalars(select(ApiKey).where(ApiKey.user_id == user_id).order_by(ApiKey.id.desc())).all()


def revoke_key(session: Session, key_id: int, *, user_id: int, at: datetime) -> bool:
    """Stop one of a person's own keys at once; False for one that is not theirs, or was stopped before."""
    revoked = session.execute(
        update(ApiKey)
        .where(ApiKey.id == key_id, ApiKey.user_id == user_id, ApiKey.revoked_at.is_(None))
        .values(revoked_at=at)
        .returning(ApiKey.id)
    )
    return revoked.scalar() is not None


def _valid_count(session: Session, user_id: int, at: datetime) -> int:
    return (
        session.scalar(
            select(func.count())
            .select_from(ApiKey)
            .where(ApiKey.user_id == user_id, ApiKey.revoked_at.is_(None), ApiKey.expires_at > at)
        )
        or 0
    )
