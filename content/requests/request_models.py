"""Content that partners ask for because they did not find it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from content.assets.models import Asset, AssetKind
from partners.models import Organisation, User
from portal.kernel.db import Base, Key


class RequestState(StrEnum):
    OPEN = "open"
    PLANNED = "planned"
    DONE = "done"
    DECLINED = "declined"

    @property
    def is_over(self) -> bool:
        return self in {RequestState.DONE, RequestState.DECLINED}


class ContentRequest(Base):
    """What somebody of a partner asks for. `searched_as` are its words as the search log keeps them.

    `seen_at` is when the partner read the answer.
    """

    __tablename__ = "content_requests"
    __table_args__ = (Index(None, "state", "asked_at"),)

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime]
    words: Mapped[str]
    searched_as: Mapped[str] = mapped_column(index=True)
    kind: Mapped[AssetKind | None]
    note: Mapped[str] = mapped_column(default="")
    state: Mapped[RequestState] = mapped_column(default=RequestState.OPEN)
    reason: Mapped[str] = mapped_column(default="")
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("assets.id"), index=True)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    seen_at: Mapped[datetime | None]
    organisation: Mapped[Organisation] = relationship()
    asked_by: Mapped[User] = relationship(foreign_keys=[asked_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
    answer: Mapped[Asset | None] = relationship()
