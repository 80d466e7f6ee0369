"""The mails that the portal sends to people who cannot log in yet."""

from __future__ import annotations

from flask_babel import gettext as _

from partners.models import User
from portal.kernel.ports import Mail


def invitation_letter(user: User, address: str) -> Mail:
    """The link lives seven days and works once."""
    return Mail(
        to=user.email,
        subject=_("Your access to Makegood"),
        text=_(
            "Hello %(name)s,\n\n%(organisation)s has given you access to Makegood: sales content, orders and "
            "commissions in one place.\n\nChoose a password within seven days:\n%(address)s\n\n"
            "If you did not expect this mail, you need not do anything.\n",
            name=user.name,
            organisation=user.organisation.name,
            address=address,
        ),
    )


def reset_letter(user: User, address: str) -> Mail:
    """The link lives one hour and works once."""
    return Mail(
        to=user.email,
        subject=_("A new password for Makegood"),
        text=_(
            "Hello %(name)s,\n\nsomebody, we hope you, asked for a new password.\n\n"
            "Choose it within one hour:\n%(address)s\n\n"
            "If it was not you, your password stays as it is and you need not do anything.\n",
            name=user.name,
            address=address,
        ),
    )
