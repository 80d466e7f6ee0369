"""Organisations, their terms, people and identities."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from partners.models import BRAND_REF, Organisation, OrganisationKind, PartnerTerms, User
from partners.passwords import hash_password
from partners.people import identity_of
from portal.kernel.identity import Identity, Role

PASSWORD = "correct horse battery staple"
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
TODAY = date(2026, 6, 15)

_numbers = count(1)


def a_brand(session: Session) -> Organisation:
    """The one brand; made when it is not there."""
    found = session.scalar(select(Organisation).where(Organisation.ref == BRAND_REF))
    if found is not None:
        return found
    brand = Organisation(
        ref=BRAND_REF, kind=OrganisationKind.BRAND, name="Larkwell Audio", created_at=LONG_AGO
    )
    session.add(brand)
    session.flush()
    return brand


def a_partner(session: Session, ref: str = "", *, tier: str | None = "gold", **terms: str) -> Organisation:
    """A partner with terms since 2025; `terms` are type, region, parent_ref."""
    ref = ref or f"P{next(_numbers)}"
    partner = Organisation(ref=ref, kind=OrganisationKind.PARTNER, name=f"Partner {ref}", created_at=LONG_AGO)
    partner.terms = [
        PartnerTerms(
            valid_from=LONG_AGO.date(), tier=tier, minimum_payout={}, **({"type": "reseller"} | terms)
        )
    ]
    session.add(partner)
    session.flush()
    return partner


def a_user(session: Session, organisation: Organisation | None = None, role: Role | None = None) -> User:
    """A person with PASSWORD; of a new gold partner, or of the brand when the role is one of the brand's."""
    if organisation is None:
        organisation = a_partner(session) if role is None or role.is_partner else a_brand(session)
    if role is None:
        role = Role.PARTNER if organisation.kind is OrganisationKind.PARTNER else Role.BRAND
    number = next(_numbers)
    user = User(
        organisation=organisation,
        email=f"person{number}@{organisation.ref.lower()}.example",
        name=f"Person {number}",
        role=role,
        password_hash=_password_hash(),
        created_at=LONG_AGO,
    )
    session.add(user)
    session.flush()
    return user


def an_identity(
    session: Session, organisation: Organisation | None = None, role: Role | None = None
) -> Identity:
    """Who a new person is on TODAY."""
    return identity_of(session, a_user(session, organisation, role), today=TODAY)


@cache
def _password_hash() -> str:
    return hash_password(PASSWORD)
