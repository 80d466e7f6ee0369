"""A partner's buyers: the list of accounts, the time line of one, and logging an interaction."""

from portal.web.partners import (
    account,  # noqa: F401  the views register themselves
    accounts,  # noqa: F401
    interactions,  # noqa: F401
    our_name,  # noqa: F401
)
from portal.web.partners.blueprint import blueprint

__all__ = ["blueprint"]
