"""What the partner's people logged last, with which account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from partners.account_models import Account, Interaction, InteractionKind
from partners.models import User
from portal.kernel.identity import Identity

MOST = 4


@dataclass(frozen=True, slots=True)
class LatestTalk:
    account_ref: str
    account: str
    kind: InteractionKind
    people: str
    at: datetime
    author: str


def latest_talks(session: Session, identity: Identity) -> list[LatestTalk]:
    """Of the asker's own organisation, the newest first."""
    query = (
        select(Account.ref, Account.name, Interaction.kind, Interaction.people, Interaction.at, User.name)
        .join(Interaction, Interaction.account_id == Account.id)
        .join(User, User.id == Interaction.user_id)
        .where(Account.organisation_id == identity.organisation_id)
        .order_by(Interaction.at.desc(), Interaction.id.desc())
        .limit(MOST)
    )
    return [LatestTalk(*row) for row in session.execute(query)]
