"""Bring in accounts, the people there, and what was logged with them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from operator import itemgetter

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.assets.models import Asset
from partners.account_models import Account, Contact
from partners.accounts import NewAccount, open_account
from partners.interactions import LoggedInteraction, Shown, log_interaction
from portal.demo.accounts import ACCOUNTS, DemoAccount, Talk
from portal.demo.almanac import Almanac, instant
from portal.demo.people_loading import identities
from portal.kernel.identity import Identity


def load_accounts(session: Session, on: Almanac) -> None:
    """Accounts first, then everything that was logged, in the order in which it happened."""
    people = identities(session, on)
    assets = {asset.ref: asset for asset in session.scalars(select(Asset))}
    refs = {account.name: _open(session, on, account, people[account.partner]).ref for account in ACCOUNTS}
    talks = [(_when(on, talk), account, talk) for account in ACCOUNTS for talk in account.talks]
    for at, account, talk in sorted(talks, key=itemgetter(0)):
        logged = _logged(talk, at, assets)
        by = people[account.partner]
        log_interaction(session, by, refs[account.name], logged, at=at + timedelta(minutes=20))


def _when(on: Almanac, talk: Talk) -> datetime:
    day = on.ago(talk.days_ago) if talk.on is None else on.day(*talk.on)
    return instant(day, talk.hour)


def _open(session: Session, on: Almanac, account: DemoAccount, owner: Identity) -> Account:
    (first, first_title), *others = account.contacts
    new = NewAccount(account.name, account.industry, account.city, account.website, first, first_title)
    opened = open_account(session, owner, new, at=instant(on.month(-6), 18))
    for name, title in others:
        session.add(Contact(account_id=opened.id, name=name, title=title))
    for contact in session.scalars(select(Contact).where(Contact.account_id == opened.id)):
        contact.email = f"{contact.name.split()[0].lower()}@{account.website}"
    session.flush()
    return opened


def _logged(talk: Talk, at: datetime, assets: Mapping[str, Asset]) -> LoggedInteraction:
    shown = tuple(_shown(assets[ref], at) for ref in talk.shown)
    return LoggedInteraction(
        talk.kind, at, talk.people, talk.note, talk.stage, talk.touchpoint, talk.minutes, shown
    )


def _shown(asset: Asset, at: datetime) -> Shown:
    """The version that was current then."""
    known = [version.number for version in asset.versions if version.created_at <= at]
    return Shown(asset.ref, asset.title, max(known, default=1))
