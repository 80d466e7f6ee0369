"""Mails about disputes: to the other side whenever somebody wrote or decided."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from commissions.disputes.dispute_models import Dispute
from commissions.disputes.disputes import finance_people
from partners.models import User
from portal.kernel.outbox import post
from portal.letters import dispute_letter
from portal.web.context import now, services

MOST_READERS = 5


def tell_other_side(session: Session, about: Dispute, said: str, *, by_partner: bool) -> None:
    """To the partner's person who asked; or to the owner, and where there is none to finance."""
    address = f"{services().settings.base_url}/disputes/{about.dispute_ref}"
    for reader in _readers(session, about, by_partner=by_partner):
        post(session, dispute_letter(reader, about, said, address), at=now())


def _readers(session: Session, about: Dispute, *, by_partner: bool) -> list[User]:
    wanted = about.owner_id if by_partner else about.opened_by
    if wanted is None:
        return list(finance_people(session)[:MOST_READERS])
    query = select(User).where(User.id == wanted, User.disabled_at.is_(None))
    return list(session.scalars(query))
