"""First answers to writes by API, kept so that a repeat has one effect (domain-commissions 2.11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session

from portal.kernel.db import Base, Key, Ref
from portal.kernel.errors import Conflict
from portal.kernel.upserts import insert_into


class KeyUsedForOtherBody(Conflict):
    def __init__(self) -> None:
        super().__init__("This Idempotency-Key was used with another body.")


class FirstAnswer(Base):
    """The answer that a key got first."""

    __tablename__ = "first_answers"
    __table_args__ = (UniqueConstraint("user_id", "key"),)

    id: Mapped[Key]
    user_id: Mapped[int]
    key: Mapped[str]
    body_hash: Mapped[Ref]
    at: Mapped[datetime]
    status: Mapped[int | None]
    answer: Mapped[dict[str, Any] | None]


@dataclass(frozen=True, slots=True)
class KeyedRequest:
    """One write: whose, under which key, and the SHA-256 of method, path and body."""

    user_id: int
    key: str
    body_hash: str


def claim(session: Session, request: KeyedRequest, *, at: datetime) -> FirstAnswer:
    """The row of the key; its `answer` is None when this request is the first.

    A second request waits for the first one's transaction. Raises KeyUsedForOtherBody.
    """
    session.execute(
        insert_into(session, FirstAnswer)
        .values(user_id=request.user_id, key=request.key, body_hash=request.body_hash, at=at)
        .on_conflict_do_nothing(index_elements=[FirstAnswer.user_id, FirstAnswer.key])
    )
    row = session.scalars(_row_of(request).with_for_update()).one()
    return _of_same_body(row, request)


def answered(session: Session, request: KeyedRequest) -> FirstAnswer | None:
    """The row of a key that was answered before, read without a claim. Raises KeyUsedForOtherBody."""
    row = session.scalars(_row_of(request)).one_or_none()
    return None if row is None else _of_same_body(row, request)


def _row_of(request: KeyedRequest) -> Select[FirstAnswer]:
    return select(FirstAnswer).where(FirstAnswer.user_id == request.user_id, FirstAnswer.key == request.key)


def _of_same_body(row: FirstAnswer, request: KeyedRequest) -> FirstAnswer:
    if row.body_hash != request.body_hash:
        raise KeyUsedForOtherBody
    return row
