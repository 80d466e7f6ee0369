"""Accounts and what was logged with them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from partners.account_models import Account, InteractionKind
from partners.interactions import LoggedInteraction
from partners.models import Organisation
from tests.factories.people import LONG_AGO


def an_account(
    session: Session, partner: Organisation, name: str = "Cobbler & Pine Furniture", *, ref: str = ""
) -> Account:
    account = Account(
        ref=ref or f"{partner.ref}-{abs(hash(name)) % 10**8}",
        organisation_id=partner.id,
        name=name,
        industry="Retail",
        city="Portland",
        created_at=LONG_AGO,
    )
    session.add(account)
    session.flush()
    return account


def a_call(at: datetime, note: str = "Wants Thursdays.") -> LoggedInteraction:
    return LoggedInteraction(kind=InteractionKind.CALL, at=at, people="Dele Adeyinka", note=note)
