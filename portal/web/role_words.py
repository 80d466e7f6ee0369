"""What stands below an organisation's name: who somebody is in it."""

from __future__ import annotations

from flask_babel import gettext

from portal.kernel.identity import Identity, Role


def role_words(asker: Identity) -> str:
    """Gold reseller; or the team of the brand."""
    if asker.is_preview:
        return str(gettext("Looking as a partner"))
    if asker.is_partner:
        words = " ".join(filter(None, (asker.tier, asker.partner_type)))
        return words.capitalize() or str(gettext("Partner"))
    names = {
        Role.BRAND: gettext("Brand team"),
        Role.FINANCE: gettext("Finance"),
        Role.FINANCE_APPROVER: gettext("Finance, approver"),
    }
    return str(names.get(asker.role) or gettext("Administration"))
