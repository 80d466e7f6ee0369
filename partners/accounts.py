"""Accounts: a partner's own for its people, all of them for the brand and finance."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from partners.account_models import Account, Contact, Interaction
from partners.errors import AccountExists, AccountNeedsName, AccountUnknown
from partners.models import Organisation
from portal.kernel.activity import record
from portal.kernel.errors import NotAllowed, NotFound
from portal.kernel.identity import Identity, Permission

MOST_NAME = 200
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account in a list, with when something was last logged with it."""

    ref: str
    name: str
    industry: str | None
    city: str | None
    partner: str
    interactions: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class AccountPage:
    """Rows `offset + 1` to `offset + len(rows)` of `total`."""

    rows: tuple[AccountRow, ...]
    offset: int
    total: int

    @property
    def last(self) -> int:
        return self.offset + len(self.rows)


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What a partner knows of a buyer when it opens an account; `contact` is the first person there."""

    name: str
    industry: str = ""
    city: str = ""
    website: str = ""
    contact: str = ""
    contact_title: str = ""


def account_page(
    session: Session, identity: Identity, *, search: str = "", offset: int = 0, limit: int = 25
) -> AccountPage:
    """Accounts that the identity may see, the one with the newest interaction first."""
    wanted = _matching(search)
    logged = (
        select(
            Interaction.account_id,
            func.count().label("interactions"),
            func.max(Interaction.at).label("last_at"),
        )
        .group_by(Interaction.account_id)
        .subquery()
    )
    query = (
        _visible(identity)
        .with_only_columns(
            Account.ref,
            Account.name,
            Account.industry,
            Account.city,
            Organisation.name,
            func.coalesce(logged.c.interactions, 0),
            logged.c.last_at,
        )
        .join(Organisation, Organisation.id == Account.organisation_id)
        .outerjoin(logged, logged.c.account_id == Account.id)
        .where(*wanted)
        .order_by(logged.c.last_at.is_(None), logged.c.last_at.desc(), Account.name, Account.id)
        .offset(offset)
        .limit(limit)
    )
    total = session.scalar(_visible(identity).with_only_columns(func.count(Account.id)).where(*wanted)) or 0
    return AccountPage(tuple(AccountRow(*row) for row in session.execute(query)), offset, total)


def accounts_named(
    session: Session, identity: Identity, text: str, *, limit: int
) -> Sequence[tuple[str, str, str | None]]:
    """(ref, name, industry) of accounts with the text in their name, those that start with it first."""
    starts = Account.name.istartswith(text, autoescape=True)
    rows = session.execute(
        _visible(identity)
        .with_only_columns(Account.ref, Account.name, Account.industry)
        .where(Account.name.icontains(text, autoescape=True))
        .order_by(starts.desc(), Account.name, Account.id)
        .limit(limit)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def account(session: Session, identity: Identity, ref: str) -> Account:
    """The account with its contacts and partner. Raises NotFound, also for another partner's (R1)."""
    found = session.scalar(
        _visible(identity)
        .where(Account.ref == ref)
        .options(selectinload(Account.contacts), joinedload(Account.organisation))
    )
    if found is None:
        raise NotFound
    return found


def open_account(session: Session, identity: Identity, new: NewAccount, *, at: datetime) -> Account:
    """An account of the asker's own organisation. Raises NotAllowed, AccountNeedsName, AccountExists."""
    if not (identity.is_partner and identity.may(Permission.ACCOUNTS_WRITE)):
        raise NotAllowed("Accounts are opened by the partner who serves them.")
    name = " ".join(new.name.split())
    if not name or len(name) > MOST_NAME:
        raise AccountNeedsName
    taken = select(Account.id).where(
        Account.organisation_id == identity.organisation_id, Account.name == name
    )
    if session.scalar(taken) is not None:
        raise AccountExists(name)
    opened = Account(
        ref=_new_ref(name),
        organisation_id=identity.organisation_id,
        name=name,
        industry=new.industry.strip() or None,
        city=new.city.strip() or None,
        website=new.website.strip() or None,
        created_at=at,
    )
    if new.contact.strip():
        opened.contacts = [Contact(name=new.contact.strip(), title=new.contact_title.strip() or None)]
    session.add(opened)
    session.flush()
    record(session, "opened account", ("account", opened.ref), at=at, by=identity)
    return opened


def account_for_name(session: Session, identity: Identity, text: str, *, at: datetime) -> Account:
    """The account with this name or ref; a partner's new name opens one.

    Raises NotAllowed, AccountNeedsName, AccountUnknown.
    """
    name = " ".join(text.split())
    if not name:
        raise AccountNeedsName
    named = _visible(identity).where(or_(func.lower(Account.name) == name.lower(), Account.ref == name))
    found = session.scalars(named.order_by(Account.id).limit(2)).all()
    if len(found) == 1:
        return found[0]
    if not identity.is_partner:
        raise AccountUnknown(name)
    return open_account(session, identity, NewAccount(name), at=at)


def _visible(identity: Identity) -> Select[Account]:
    statement = select(Account)
    if not identity.may(Permission.ACCOUNTS_READ):
        raise NotAllowed
    if identity.is_partner:
        return statement.where(Account.organisation_id == identity.organisation_id)
    return statement


def _matching(search: str) -> list[ColumnElement[bool]]:
    """Every word stands somewhere in name, industry or city."""
    place = func.lower(
        Account.name + " " + func.coalesce(Account.industry, "") + " " + func.coalesce(Account.city, "")
    )
    return [place.contains(word, autoescape=True) for word in search.lower().split()[:8]]


def _new_ref(name: str) -> str:
    """The name in plain letters, and a random end: a counter would say that another partner has the name."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = _NOT_A_WORD.sub("-", plain).strip("-")[:48].strip("-")
    return f"{words}-{secrets.token_hex(3)}".lstrip("-")
