"""Mails about disputes: to the other side whenever somebody wrote or decided."""

from __future__ import annotations

import logging

from sqlalchemy import select

from commissions.disputes.dispute_models import Dispute
from commissions.disputes.disputes import finance_people
from partners.models import User
from portal.kernel.db import reading
from portal.letters import dispute_letter
from portal.web.context import services

log = logging.getLogger("makegood")
MOST_READERS = 5


def tell_other_side(about: Dispute, said: str, *, by_partner: bool) -> None:
    """To the partner's person who asked; or to the owner, and where there is none to finance.

    What was said stands in the portal already, so a mail that cannot be sent is only logged.
    """
    address = f"{services().settings.base_url}/disputes/{about.dispute_ref}"
    for reader in _readers(about, by_partner=by_partner):
        try:
            services().mailer.send(dispute_letter(reader, about, said, address))
        except OSError as error:
            log.warning("mail about %s: %s", about.dispute_ref, error)


def _readers(about: Dispute, *, by_partner: bool) -> list[User]:
    with reading(services().sessions) as session:
        wanted = about.owner_id if by_partner else about.opened_by
        if wanted is None:
            return list(finance_people(session)[:MOST_READERS])
        query = select(User).where(User.id == wanted, User.disabled_at.is_(None))
        return list(session.scalars(query))
