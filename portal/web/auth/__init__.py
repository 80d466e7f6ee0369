"""Log-in, log-out, invitation, forgotten password, and a person's own browsers and keys."""

from portal.web.auth import account, doors, tickets  # noqa: F401  the views register themselves
from portal.web.auth.blueprint import blueprint

__all__ = ["blueprint"]
