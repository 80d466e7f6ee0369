"""Who is asking, and what each role may do: the one readable table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    PARTNER = "partner"
    PARTNER_ADMIN = "partner_admin"
    BRAND = "brand"
    FINANCE = "finance"
    FINANCE_APPROVER = "finance_approver"
    ADMIN = "admin"

    @property
    def is_partner(self) -> bool:
        return self in {Role.PARTNER, Role.PARTNER_ADMIN}


class Permission(StrEnum):
    """What a route asks for. Partner roles hold the same names, and every query filters by organisation."""

    CONTENT_READ = "content.read"
    CONTENT_WRITE = "content.write"
    CONTENT_ACKNOWLEDGE = "content.acknowledge"
    FEEDBACK_GIVE = "feedback.give"
    REQUESTS_READ = "requests.read"
    REQUESTS_WRITE = "requests.write"
    COLLECTIONS_WRITE = "collections.write"
    USAGE_READ = "usage.read"
    USAGE_REPORT = "usage.report"
    ACCOUNTS_READ = "accounts.read"
    ACCOUNTS_WRITE = "accounts.write"
    ORDERS_READ = "orders.read"
    ORDERS_WRITE = "orders.write"
    MONTH_READ = "month.read"
    MONTH_WRITE = "month.write"
    CLOSE_APPROVE = "close.approve"
    STATEMENTS_READ = "statements.read"
    STATEMENTS_QUESTION = "statements.question"
    PAYEE_WRITE = "payee.write"
    PEOPLE_WRITE = "people.write"
    PEOPLE_ALL = "people.all"


_PARTNER = {
    Permission.CONTENT_READ,
    Permission.CONTENT_ACKNOWLEDGE,
    Permission.FEEDBACK_GIVE,
    Permission.REQUESTS_READ,
    Permission.REQUESTS_WRITE,
    Permission.COLLECTIONS_WRITE,
    Permission.USAGE_READ,
    Permission.ACCOUNTS_READ,
    Permission.ACCOUNTS_WRITE,
    Permission.ORDERS_READ,
    Permission.STATEMENTS_READ,
    Permission.STATEMENTS_QUESTION,
}
_FINANCE = {
    Permission.CONTENT_READ,
    Permission.ACCOUNTS_READ,
    Permission.ORDERS_READ,
    Permission.ORDERS_WRITE,
    Permission.MONTH_READ,
    Permission.MONTH_WRITE,
    Permission.STATEMENTS_READ,
}
# the house's money is finance's; a partner's questions, requests, bank data and opinions are the partner's
_NOT_OF_ADMINS = {
    Permission.CONTENT_ACKNOWLEDGE,
    Permission.FEEDBACK_GIVE,
    Permission.REQUESTS_WRITE,
    Permission.MONTH_WRITE,
    Permission.CLOSE_APPROVE,
    Permission.STATEMENTS_QUESTION,
    Permission.PAYEE_WRITE,
}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.PARTNER: frozenset(_PARTNER),
    Role.PARTNER_ADMIN: frozenset(_PARTNER | {Permission.PEOPLE_WRITE, Permission.PAYEE_WRITE}),
    Role.BRAND: frozenset(
        {
            Permission.CONTENT_READ,
            Permission.CONTENT_WRITE,
            Permission.REQUESTS_READ,
            Permission.COLLECTIONS_WRITE,
            Permission.USAGE_READ,
            Permission.USAGE_REPORT,
            Permission.ACCOUNTS_READ,
            Permission.ACCOUNTS_WRITE,
        }
    ),
    Role.FINANCE: frozenset(_FINANCE),
    Role.FINANCE_APPROVER: frozenset(_FINANCE | {Permission.CLOSE_APPROVE}),
    Role.ADMIN: frozenset(set(Permission) - _NOT_OF_ADMINS),
}


@dataclass(frozen=True, slots=True)
class Identity:
    """All that the domain knows of the person who asks; made anew for each request (R30).

    `tier`, `partner_type`, `region`, `language`, `categories` are the organisation's audience terms today.
    """

    user_id: int
    organisation_id: int
    organisation_ref: str
    role: Role
    tier: str | None = None
    partner_type: str | None = None
    region: str | None = None
    language: str | None = None
    categories: tuple[str, ...] = ()
    # the user of the brand who looks at what this partner sees, without being one of its people
    preview_by: int | None = None

    @property
    def is_preview(self) -> bool:
        return self.preview_by is not None

    @property
    def is_partner(self) -> bool:
        return self.role.is_partner

    @property
    def sees_all_content(self) -> bool:
        """Drafts too: brand and admin."""
        return self.role in {Role.BRAND, Role.ADMIN}

    def may(self, permission: Permission) -> bool:
        if self.is_preview and permission is not Permission.CONTENT_READ:
            return False
        return permission in PERMISSIONS[self.role]
