"""Organisations, their dated terms, and the people who log in."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.kernel.db import Base, Key, Ref
from portal.kernel.identity import Role

BRAND_REF = "BRAND"


class OrganisationKind(StrEnum):
    BRAND = "brand"
    PARTNER = "partner"


class Organisation(Base):
    """The brand, or a partner. `ref` is the key that files, facts and the ledger use."""

    __tablename__ = "organisations"

    id: Mapped[Key]
    ref: Mapped[Ref] = mapped_column(unique=True)
    kind: Mapped[OrganisationKind] = mapped_column(default=OrganisationKind.PARTNER)
    name: Mapped[str]
    email: Mapped[str | None]
    address: Mapped[str | None]
    # its logo among the blobs, a PNG of our own making
    logo_sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    # a partner's lines for buyers, as co-branded documents print them under its name
    contact: Mapped[str | None]
    created_at: Mapped[datetime]
    terms: Mapped[list[PartnerTerms]] = relationship(
        back_populates="organisation", order_by="PartnerTerms.valid_from"
    )

    def terms_on(self, day: date) -> PartnerTerms | None:
        """The terms in force on a day; before the first row, none."""
        return max(
            (terms for terms in self.terms if terms.valid_from <= day),
            key=lambda terms: terms.valid_from,
            default=None,
        )


class _Terms:
    """What a partner is from a day on (domain-commissions 2.2: parent and tier are dated).

    `import_id` is the import that said so; none for what was there before any.
    """

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    import_id: Mapped[int | None]
    valid_from: Mapped[date]
    type: Mapped[Ref]
    tier: Mapped[Ref | None]
    region: Mapped[Ref | None]
    # categories of business, in lower case, separated by ;
    category: Mapped[str | None]
    parent_ref: Mapped[Ref | None]
    # currency -> minor units
    minimum_payout: Mapped[dict[str, int]]


class PartnerTerms(_Terms, Base):
    """Terms as they are known now."""

    __tablename__ = "partner_terms"
    __table_args__ = (UniqueConstraint("organisation_id", "valid_from"),)

    organisation: Mapped[Organisation] = relationship(back_populates="terms")

    @property
    def categories(self) -> tuple[str, ...]:
        return tuple(part for part in (self.category or "").split(";") if part)


class PastTerms(_Terms, Base):
    """Terms as they were known before the import `replaced_in` said something else of the same day."""

    __tablename__ = "past_terms"
    __table_args__ = (Index(None, "replaced_in"), {"info": {"append_only": True}})

    replaced_in: Mapped[int]


class User(Base):
    """A person who logs in. `email` is kept in lower case; a disabled user cannot enter (R30)."""

    __tablename__ = "users"

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    title: Mapped[str | None]
    role: Mapped[Role]
    password_hash: Mapped[str | None]
    locale: Mapped[Ref] = mapped_column(default="en")
    timezone: Mapped[Ref] = mapped_column(default="UTC")
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    organisation: Mapped[Organisation] = relationship()

    @property
    def initials(self) -> str:
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()
