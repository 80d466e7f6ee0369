"""Whether a page offers to change what was logged; the domain decides again when it is sent."""

from __future__ import annotations

from partners.account_models import Interaction
from partners.interactions import CHANGEABLE_FOR
from portal.kernel.identity import Permission
from portal.web.context import identity, now


def may_change(interaction: Interaction) -> bool:
    """Its author, for a day."""
    asker = identity()
    return (
        asker.may(Permission.ACCOUNTS_WRITE)
        and interaction.user_id == asker.user_id
        and now() - interaction.created_at <= CHANGEABLE_FOR
    )
