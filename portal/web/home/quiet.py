"""Accounts that signed something and that nobody has talked to for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from partners.account_models import Account, Interaction
from portal.kernel.identity import Identity

QUIET_AFTER = timedelta(days=60)
MOST = 3


@dataclass(frozen=True, slots=True)
class QuietAccount:
    ref: str
    name: str
    last_at: datetime


def quiet_accounts(session: Session, identity: Identity, *, at: datetime) -> list[QuietAccount]:
    """The partner's accounts whose last interaction is 60 days ago or more, the newest of them first."""
    last = func.max(Interaction.at)
    query = (
        select(Account.ref, Account.name, last)
        .join(Interaction, Interaction.account_id == Account.id)
        .where(Account.organisation_id == identity.organisation_id)
        .group_by(Account.id, Account.ref, Account.name)
        .having(last < at - QUIET_AFTER)
        .order_by(last.desc(), Account.id)
        .limit(MOST)
    )
    return [QuietAccount(*row) for row in session.execute(query)]
