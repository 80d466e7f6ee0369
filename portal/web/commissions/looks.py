"""Looks at partners' money that stand in the trail."""

from __future__ import annotations

from portal.kernel.activity import record
from portal.kernel.db import transaction
from portal.web.context import identity, now, services


def note_look(kind: str, ref: str) -> None:
    """Every look of staff at a partner's money is in the trail (domain-commissions 2.10)."""
    if identity().is_partner:
        return
    with transaction(services().sessions) as session:
        record(session, "looked at", (kind, ref), at=now(), by=identity())
