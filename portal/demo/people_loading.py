"""Bring in the brand, its partners and the people who log in."""

from __future__ import annotations

import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from partners.models import BRAND_REF, Organisation, OrganisationKind, User
from partners.passwords import hash_password
from partners.people import NewPerson, add_person, identity_of
from portal.demo.almanac import Almanac, instant
from portal.demo.channel import BRAND_ADDRESS, BRAND_EMAIL, BRAND_NAME, LOG_INS, PEOPLE, DemoPerson
from portal.kernel.identity import Identity


def name_the_brand(session: Session, on: Almanac, *, logo_sha256: str) -> None:
    brand = session.scalar(select(Organisation).where(Organisation.ref == BRAND_REF))
    if brand is None:
        brand = Organisation(ref=BRAND_REF, kind=OrganisationKind.BRAND, created_at=instant(on.month(-8)))
        session.add(brand)
    brand.name, brand.address, brand.email = BRAND_NAME, BRAND_ADDRESS, BRAND_EMAIL
    brand.logo_sha256 = logo_sha256
    session.flush()


def add_people(session: Session, on: Almanac, password: str) -> None:
    """Fourteen people; the demo log-ins have the password. Raises a refusal of the password."""
    log_ins = {email for email, _ in LOG_INS}
    # the others chose a password of their own, which nobody knows; hashing takes long on purpose
    known, unknown = hash_password(password), hash_password(secrets.token_urlsafe(32))
    for person in PEOPLE:
        user = _add(session, on, person)
        user.password_hash = known if person.email in log_ins else unknown


def identities(session: Session, on: Almanac) -> dict[str, Identity]:
    """Who the people are, by mail address."""
    return {user.email: identity_of(session, user, today=on.today) for user in session.scalars(select(User))}


def _add(session: Session, on: Almanac, person: DemoPerson) -> User:
    user = add_person(
        session,
        NewPerson(person.email, person.role, person.name, person.organisation),
        at=instant(on.month(-7), 10),
    )
    user.title, user.timezone = person.title, person.zone
    return user
