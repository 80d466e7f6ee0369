"""What a partner has to look at: statements that were issued, content that changed since it was shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commissions.ledger.ledger_models import Statement
from content.assets.audiences import visible_assets
from content.assets.models import Asset, AssetVersion
from partners.account_models import Account, Interaction, ShownContent
from portal.kernel.identity import Identity, Permission
from portal.kernel.money import Money

ISSUED_FOR = timedelta(days=45)
SHOWN_FOR = timedelta(days=120)
MOST = 5


@dataclass(frozen=True, slots=True)
class IssuedStatement:
    number: str
    period: str
    closing: Money
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class ChangedContent:
    """Content that the partner showed in an older version; `accounts` is how many saw it so."""

    ref: str
    title: str
    shown: int
    now: int
    what_changed: str
    accounts: int
    account: str


def issued_statements(session: Session, identity: Identity, *, at: datetime) -> list[IssuedStatement]:
    """The partner's own statements of the last close, when it was not long ago."""
    if not identity.may(Permission.STATEMENTS_READ):
        return []
    own = Statement.partner_ref == identity.organisation_ref
    last = select(func.max(Statement.period)).where(own).correlate(None).scalar_subquery()
    query = (
        select(Statement)
        .where(own, Statement.period == last, Statement.issued_at > at - ISSUED_FOR)
        .order_by(Statement.currency)
    )
    return [
        IssuedStatement(one.number, one.period, Money(one.closing, one.currency), one.issued_at)
        for one in session.scalars(query)
    ]


def changed_content(session: Session, identity: Identity, *, at: datetime) -> Sequence[ChangedContent]:
    """What people of the partner showed lately and what has a newer version now, the last shown first."""
    query = (
        select(
            Asset.ref,
            Asset.title,
            func.max(ShownContent.version),
            AssetVersion.number,
            AssetVersion.what_changed,
            func.count(Account.id.distinct()),
            func.min(Account.name),
        )
        .join(AssetVersion, AssetVersion.id == Asset.current_version_id)
        .join(ShownContent, ShownContent.asset_ref == Asset.ref)
        .join(Interaction, Interaction.id == ShownContent.interaction_id)
        .join(Account, Account.id == Interaction.account_id)
        .where(
            Account.organisation_id == identity.organisation_id,
            Interaction.at > at - SHOWN_FOR,
            Asset.id.in_(visible_assets(identity, at=at)),
        )
        .group_by(Asset.id, Asset.ref, Asset.title, AssetVersion.number, AssetVersion.what_changed)
        .having(func.max(ShownContent.version) < AssetVersion.number)
        .order_by(func.max(Interaction.at).desc(), Asset.id)
        .limit(MOST)
    )
    return [ChangedContent(*row) for row in session.execute(query)]
