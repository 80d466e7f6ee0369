"""What stands in the side bar and in the bottom bar: one table a kind of role, cut to what exists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from flask import Flask, g
from flask_babel import lazy_gettext

from commissions.approvals.approvals import waiting_count
from content.readers.review_queue import waiting_for_approval
from partners.models import User
from portal.kernel.identity import Identity, Permission, Role
from portal.web.context import db, identity, is_known, person
from portal.web.initials import initials
from portal.web.language import locale
from portal.web.places import Group, Place, current_place
from portal.web.preview import held, viewed_partner
from portal.web.role_words import role_words


@dataclass(frozen=True, slots=True)
class Shell:
    """What every page shows around itself."""

    person: User
    groups: tuple[Group, ...]
    note: str
    # where the page belongs: the place with the longest part of its address
    current: Place | None = None

    @property
    def waiting(self) -> Mapping[str, int]:
        """How much waits, by path; asked of the database once a request, and only where it is shown."""
        if "waiting" not in g:
            g.waiting = {APPROVALS.path: waiting_count(db())} if APPROVALS in self._places else {}
            if REVIEW in self._places:
                g.waiting[REVIEW.path] = waiting_for_approval(db(), self.person.id)
        return cast("Mapping[str, int]", g.waiting)

    @property
    def _places(self) -> tuple[Place, ...]:
        return tuple(place for group in self.groups for place in group.places)

    @property
    def thumb_places(self) -> tuple[Place, ...]:
        """The bottom bar of a phone: at most five."""
        return self._places[:5]

    @property
    def initials(self) -> str:
        return initials(self.person.organisation.name)


def say_no_counts() -> None:
    """Ask for nothing that waits on this page: the one that led here has said it."""
    g.waiting = {}


HOME = Place("/", lazy_gettext("Home"), "home")
FIND = Place("/library", lazy_gettext("Find"), "search", Permission.CONTENT_READ)
CONTENT = Place(
    "/content",
    lazy_gettext("Content"),
    "files",
    Permission.CONTENT_WRITE,
    also=("/library/new", "/library/arrivals"),
)
REVIEW = Place(
    "/content/review",
    lazy_gettext("Review queue"),
    "clipboard-check",
    Permission.CONTENT_WRITE,
    short=lazy_gettext("Review"),
)
WORDS = Place("/content/words", lazy_gettext("Words"), "tags", Permission.CONTENT_WRITE)
ACCOUNTS = Place("/accounts", lazy_gettext("Accounts"), "building-store", Permission.ACCOUNTS_READ)
MONEY = Place(
    "/statements",
    lazy_gettext("Money"),
    "receipt",
    Permission.STATEMENTS_READ,
    also=("/disputes", "/money", "/orders"),
)
STATEMENTS = Place(
    "/statements",
    lazy_gettext("Statements"),
    "receipt",
    Permission.STATEMENTS_READ,
    also=("/disputes",),
)
USAGE = Place(
    "/reports/usage",
    lazy_gettext("Content usage"),
    "chart-bar",
    Permission.USAGE_REPORT,
    short=lazy_gettext("Usage"),
)
REQUESTS = Place("/requests", lazy_gettext("Requests"), "message-plus", Permission.REQUESTS_READ)
SYNONYMS = Place("/synonyms", lazy_gettext("Synonyms"), "arrows-exchange", Permission.CONTENT_WRITE)
SEARCHES = Place("/reports/searches", lazy_gettext("Searches"), "zoom-question", Permission.USAGE_REPORT)
UNUSED = Place("/reports/unused", lazy_gettext("Unused"), "file-off", Permission.USAGE_REPORT)
MONTH = Place(
    "/months",
    lazy_gettext("Month board"),
    "layout-columns",
    Permission.MONTH_READ,
    short=lazy_gettext("Month"),
)
ORDERS = Place("/orders", lazy_gettext("Orders"), "file-invoice", Permission.ORDERS_READ)
RECONCILIATION = Place(
    "/reconciliation", lazy_gettext("Reconciliation"), "arrows-diff", Permission.MONTH_READ
)
IMPORTS = Place("/imports", lazy_gettext("Imports"), "file-import", Permission.ORDERS_WRITE)
APPROVALS = Place(
    "/approvals",
    lazy_gettext("Approvals"),
    "user-check",
    Permission.MONTH_READ,
    short=lazy_gettext("Approve"),
)
EXCEPTIONS = Place("/exceptions", lazy_gettext("Exceptions"), "alert-triangle", Permission.MONTH_READ)
PAYOUTS = Place(
    "/payouts", lazy_gettext("Payouts"), "cash-banknote", Permission.MONTH_READ, also=("/payees",)
)
ADJUSTMENTS = Place("/adjustments", lazy_gettext("Adjustments"), "adjustments", Permission.MONTH_READ)
PLANS = Place("/plans", lazy_gettext("Plans"), "percentage", Permission.MONTH_READ)
TRAIL = Place("/trail", lazy_gettext("Audit trail"), "history", Permission.PEOPLE_ALL)
BRAND_PAGE = Place("/brand", lazy_gettext("Brand"), "building", Permission.PEOPLE_ALL)
PEOPLE = Place("/people", lazy_gettext("People"), "users", Permission.PEOPLE_WRITE, also=("/our-name",))

PLAYBOOKS = Place("/collections", lazy_gettext("Playbooks"), "list-details", Permission.CONTENT_READ)
MUST_READS = Place("/must-reads", lazy_gettext("Must-reads"), "checklist", Permission.CONTENT_WRITE)
CHANGES = Place("/library/changes", lazy_gettext("What changed"), "history", Permission.CONTENT_READ)
SAVED = Place("/library/saved", lazy_gettext("Saved"), "bookmark", Permission.CONTENT_READ)

REPORTS = Group(lazy_gettext("Reports"), (USAGE, UNUSED, SEARCHES))
LIBRARY = Group(
    lazy_gettext("Library"), (REVIEW, REQUESTS, SYNONYMS, WORDS, PLAYBOOKS, MUST_READS, SAVED, CHANGES)
)
PARTNER = (
    Group(None, (HOME, FIND, ACCOUNTS, MONEY, REQUESTS, PEOPLE)),
    Group(lazy_gettext("Library"), (PLAYBOOKS, SAVED, CHANGES)),
)
BRAND = (Group(None, (HOME, FIND, CONTENT, ACCOUNTS)), LIBRARY, REPORTS)
FINANCE = (
    Group(None, (HOME, MONTH, EXCEPTIONS, APPROVALS, PAYOUTS)),
    Group(lazy_gettext("Records"), (ORDERS, RECONCILIATION, STATEMENTS, ADJUSTMENTS, IMPORTS, ACCOUNTS)),
    Group(lazy_gettext("Rules"), (PLANS,)),
    Group(lazy_gettext("Library"), (FIND,)),
)
ADMIN = (
    Group(None, (HOME, FIND, CONTENT, ACCOUNTS)),
    LIBRARY,
    REPORTS,
    Group(lazy_gettext("Records"), (MONTH, ORDERS, RECONCILIATION, STATEMENTS, ADJUSTMENTS, PAYOUTS, PLANS)),
    Group(lazy_gettext("Administration"), (PEOPLE, BRAND_PAGE, TRAIL)),
)

GROUPS: dict[Role, tuple[Group, ...]] = {
    Role.PARTNER: PARTNER,
    Role.PARTNER_ADMIN: PARTNER,
    Role.BRAND: BRAND,
    Role.FINANCE: FINANCE,
    Role.FINANCE_APPROVER: FINANCE,
    Role.ADMIN: ADMIN,
}


def install(app: Flask) -> None:
    app.jinja_env.globals["held"] = held

    @app.context_processor
    def add_shell() -> dict[str, object]:
        return {
            "shell": shell() if is_known() else None,
            "viewed_partner": viewed_partner(),
            "page_language": locale().partition("_")[0],
        }


def shell() -> Shell:
    asker = identity()
    if asker.is_preview:
        return _shell((Group(None, (FIND,)),), asker)
    groups = tuple(Group(group.heading, _open_places(group, asker)) for group in GROUPS[asker.role])
    return _shell(tuple(group for group in groups if group.places), asker)


def _shell(groups: tuple[Group, ...], asker: Identity) -> Shell:
    places = [place for group in groups for place in group.places]
    return Shell(person(), groups, role_words(asker), current_place(places))


def _open_places(group: Group, asker: Identity) -> tuple[Place, ...]:
    return tuple(place for place in group.places if place.permission is None or asker.may(place.permission))
