"""People and their organisations: invite, create, change the role, disable; and who somebody is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Select, inspect, select
from sqlalchemy.orm import Session, joinedload

from partners.errors import NotAnAddress, RoleDoesNotFit, UnknownOrganisation, UnknownPerson, UserExists
from partners.models import BRAND_REF, Organisation, OrganisationKind, PartnerTerms, User
from partners.passwords import hash_password
from partners.sessions import end_sessions
from portal.kernel.errors import NotAllowed, NotFound
from portal.kernel.identity import Identity, Permission, Role

_ADDRESS = re.compile(r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f]{1,190}")


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person to be added. Without `organisation_ref` they belong to the brand."""

    email: str
    role: Role
    name: str = ""
    organisation_ref: str = BRAND_REF
    password: str | None = None


def is_address(text: str) -> bool:
    return _ADDRESS.fullmatch(text) is not None


def add_person(session: Session, new: NewPerson, *, at: datetime) -> User:
    """Raises NotAnAddress, UnknownOrganisation, RoleDoesNotFit, UserExists or a refusal of the password."""
    email = new.email.strip().lower()
    if not is_address(email):
        raise NotAnAddress(new.email)
    organisation = _organisation(session, new.organisation_ref, at=at)
    if new.role.is_partner != (organisation.kind is OrganisationKind.PARTNER):
        raise RoleDoesNotFit(new.role, organisation.kind)
    if session.scalar(select(User.id).where(User.email == email)) is not None:
        raise UserExists(email)
    user = User(
        organisation=organisation,
        email=email,
        name=new.name or email.partition("@")[0],
        role=new.role,
        password_hash=None if new.password is None else hash_password(new.password),
        created_at=at,
    )
    session.add(user)
    session.flush()
    return user


def _organisation(session: Session, ref: str, *, at: datetime) -> Organisation:
    found = session.scalar(select(Organisation).where(Organisation.ref == ref))
    if found is not None:
        return found
    if ref != BRAND_REF:
        raise UnknownOrganisation(ref)
    # the first person of an empty portal brings the brand into being; its name is changed later
    return Organisation(ref=BRAND_REF, kind=OrganisationKind.BRAND, name="Brand", created_at=at)


def person_by_email(session: Session, email: str) -> User:
    """Raises UnknownPerson."""
    user = session.scalar(
        select(User).where(User.email == email.strip().lower()).options(joinedload(User.organisation))
    )
    if user is None:
        raise UnknownPerson(email)
    return user


def identity_of(session: Session, user: User, *, today: date) -> Identity:
    """Who the person is today: their role, and the terms of their organisation in force."""
    terms = _terms_on(session, user.organisation, today) if user.role.is_partner else None
    return _identity(user.id, user.organisation, terms, role=user.role, language=_language_of(user.locale))


# no person has this id
NOBODY = 0


def preview_identity(
    session: Session, partner: Organisation, language: str, *, by: Identity, today: date
) -> Identity:
    """What somebody of a partner who reads in a language is, for a person of the brand to look through.

    Nobody in particular: what people saved, searched and answered is theirs, and is not looked at.
    """
    seen_as = _identity(
        NOBODY,
        partner,
        _terms_on(session, partner, today),
        role=Role.PARTNER,
        language=_language_of(language),
    )
    return replace(seen_as, preview_by=by.user_id)


def _identity(
    user_id: int, organisation: Organisation, terms: PartnerTerms | None, *, role: Role, language: str
) -> Identity:
    return Identity(
        user_id=user_id,
        organisation_id=organisation.id,
        organisation_ref=organisation.ref,
        role=role,
        tier=terms.tier if terms else None,
        partner_type=terms.type if terms else None,
        region=terms.region if terms else None,
        language=language,
        categories=terms.categories if terms else (),
    )


def _language_of(locale: str) -> str:
    return locale.partition("_")[0]


def _terms_on(session: Session, organisation: Organisation, day: date) -> PartnerTerms | None:
    # a request has them with its log-in session
    if "terms" not in inspect(organisation).unloaded:
        return organisation.terms_on(day)
    return session.scalar(
        select(PartnerTerms)
        .where(PartnerTerms.organisation_id == organisation.id, PartnerTerms.valid_from <= day)
        .order_by(PartnerTerms.valid_from.desc())
        .limit(1)
    )


def people(session: Session, identity: Identity) -> Sequence[User]:
    """Those whom the asker may manage: all, or those of their own organisation."""
    return session.scalars(
        _manageable(identity)
        .join(User.organisation)
        .order_by(Organisation.kind, Organisation.name, User.name)
        .options(joinedload(User.organisation))
    ).all()


def people_named(session: Session, identity: Identity, text: str, *, limit: int) -> Sequence[User]:
    """Those whom the asker may manage, with the text in their name or address."""
    return session.scalars(
        _manageable(identity)
        .where(User.name.icontains(text, autoescape=True) | User.email.icontains(text, autoescape=True))
        .order_by(User.name, User.id)
        .limit(limit)
        .options(joinedload(User.organisation))
    ).all()


def manageable_person(session: Session, identity: Identity, user_id: int) -> User:
    """Raises NotFound for a person of another organisation."""
    user = session.scalar(
        _manageable(identity).where(User.id == user_id).options(joinedload(User.organisation))
    )
    if user is None:
        raise NotFound
    return user


def disable(session: Session, identity: Identity, user: User, *, at: datetime) -> None:
    """Close the door for a person at once: sessions end, keys stop."""
    if user.id == identity.user_id:
        raise NotAllowed("You cannot disable yourself.")
    user.disabled_at = at
    end_sessions(session, user.id, at=at)


def enable(user: User) -> None:
    user.disabled_at = None


def change_role(identity: Identity, user: User, role: Role) -> None:
    """Raises RoleDoesNotFit; nobody changes their own role."""
    if user.id == identity.user_id:
        raise NotAllowed("You cannot change your own role.")
    if role.is_partner != (user.organisation.kind is OrganisationKind.PARTNER):
        raise RoleDoesNotFit(role, user.organisation.kind)
    user.role = role


def names_of(session: Session, actors: set[str]) -> dict[str, str]:
    """Names by user id as text, for the actors of the activity log."""
    ids = [int(actor) for actor in actors if actor.isdecimal()]
    rows = session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    return {str(user_id): name for user_id, name in rows}


def organisations(session: Session, identity: Identity) -> Sequence[Organisation]:
    """Organisations to which the asker may invite people."""
    statement = select(Organisation).order_by(Organisation.kind, Organisation.name)
    if not identity.may(Permission.PEOPLE_ALL):
        statement = statement.where(Organisation.id == identity.organisation_id)
    return session.scalars(statement).all()


def _manageable(identity: Identity) -> Select[User]:
    statement = select(User)
    if identity.may(Permission.PEOPLE_ALL):
        return statement
    return statement.where(User.organisation_id == identity.organisation_id)
