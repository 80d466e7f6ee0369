"""People and organisations: invite, change the role, disable; and the audit trail."""

from portal.web.admin import brand, people, trail  # noqa: F401  the views register themselves
from portal.web.admin.blueprint import blueprint

__all__ = ["blueprint"]
