"""Accounts (a partner's buyers), their contacts, and interactions with the content that was shown."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from partners.models import Organisation, User
from portal.kernel.db import Base, Key, Ref


class JourneyStage(StrEnum):
    EXPLORE = "explore"
    EVALUATE = "evaluate"
    ENGAGE = "engage"
    EXPERIENCE = "experience"


class Touchpoint(StrEnum):
    PHONE = "phone"
    EMAIL = "email"
    MEETING = "meeting"
    STORE = "store"
    EVENT = "event"
    SOCIAL = "social"
    WEBSITE = "website"


class InteractionKind(StrEnum):
    CALL = "call"
    MEETING = "meeting"
    MAIL = "mail"
    CHAT = "chat"
    STORE_VISIT = "store_visit"
    CONTENT_SHOWN = "content_shown"
    COMPLAINT = "complaint"


class Account(Base):
    """A buyer of one partner. `name` is what orders call the advertiser."""

    __tablename__ = "accounts"
    __table_args__ = (UniqueConstraint("organisation_id", "name"),)

    id: Mapped[Key]
    ref: Mapped[Ref] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    name: Mapped[str]
    industry: Mapped[str | None]
    city: Mapped[str | None]
    website: Mapped[str | None]
    created_at: Mapped[datetime]
    organisation: Mapped[Organisation] = relationship()
    contacts: Mapped[list[Contact]] = relationship(back_populates="account", order_by="Contact.name")


class Contact(Base):
    """A person at an account."""

    __tablename__ = "contacts"

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    name: Mapped[str]
    title: Mapped[str | None]
    email: Mapped[str | None]
    account: Mapped[Account] = relationship(back_populates="contacts")


class Interaction(Base):
    """Something that happened with an account, as the partner logged it."""

    __tablename__ = "interactions"
    __table_args__ = (Index(None, "account_id", "at"),)

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[InteractionKind]
    touchpoint: Mapped[Touchpoint]
    stage: Mapped[JourneyStage | None]
    at: Mapped[datetime]
    minutes: Mapped[int | None]
    people: Mapped[str]
    note: Mapped[str]
    created_at: Mapped[datetime]
    account: Mapped[Account] = relationship()
    user: Mapped[User] = relationship()
    shown: Mapped[list[ShownContent]] = relationship(
        back_populates="interaction", cascade="all, delete-orphan", order_by="ShownContent.id"
    )


class ShownContent(Base):
    """A version that was shown in an interaction; by refs, so that partners need not know content."""

    __tablename__ = "shown_content"

    id: Mapped[Key]
    interaction_id: Mapped[int] = mapped_column(ForeignKey("interactions.id"), index=True)
    asset_ref: Mapped[Ref]
    title: Mapped[str]
    version: Mapped[int]
    # seconds by page, where it was presented from the portal
    seconds: Mapped[dict[str, int] | None]
    interaction: Mapped[Interaction] = relationship(back_populates="shown")

    @property
    def total_ms(self) -> int:
        return sum((self.seconds or {}).values()) * 1_000

    @property
    def page_list(self) -> str:
        """The pages that were shown, stretches as one: "1, 3–5"."""
        pages = sorted(int(page) for page in self.seconds or {})
        runs: list[list[int]] = []
        for page in pages:
            if runs and runs[-1][-1] == page - 1:
                runs[-1].append(page)
            else:
                runs.append([page])
        return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}\N{EN DASH}{run[-1]}" for run in runs)
