"""The command palette: one field that finds content, accounts, orders, statements, people and pages.

Each group is filtered by who asks in its own query (R5, R6); nothing is filtered afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import render_template, request, url_for
from flask_babel import gettext as _

from commissions.orders.order_pages import order_page
from commissions.statements.statements import statement_page
from content.finding.completing import completions
from partners.accounts import accounts_named
from partners.people import people_named
from portal.kernel.identity import Permission
from portal.web.access import requires_log_in
from portal.web.content_words import kind_names
from portal.web.context import db, identity, now, services
from portal.web.home.blueprint import blueprint
from portal.web.navigation import shell

AT_ONCE = 5
LONGEST = 80


@dataclass(frozen=True, slots=True)
class Way:
    """Where to go: what it is called, what tells it from others, and its address."""

    label: str
    note: str
    address: str
    icon: str


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    ways: list[Way]


@blueprint.get("/palette")
@requires_log_in
def palette() -> str:
    typed = " ".join(request.args.get("q", "").split())[:LONGEST]
    groups = [group for group in _groups(typed) if group.ways]
    is_part = bool(request.headers.get("HX-Request"))
    return render_template(
        "home/_palette.html" if is_part else "home/palette.html", groups=groups, typed=typed
    )


def _groups(typed: str) -> Iterator[Group]:
    yield Group(_("Pages"), _pages(typed))
    if not typed:
        return
    asker = identity()
    yield Group(_("Content"), _content(typed))
    if asker.may(Permission.ACCOUNTS_READ):
        yield Group(_("Accounts"), _accounts(typed))
    if asker.may(Permission.ORDERS_READ):
        yield Group(_("Orders"), _orders(typed))
    if asker.may(Permission.STATEMENTS_READ):
        yield Group(_("Statements"), _statements(typed))
    if asker.may(Permission.PEOPLE_WRITE):
        yield Group(_("People"), _people(typed))
    # last, so that the key that opens the first way opens what has the name that was typed
    yield Group(_("Search"), [_every_page(typed)])


def _pages(typed: str) -> list[Way]:
    places = [place for group in shell().groups for place in group.places]
    return [
        Way(str(place.label), "", place.path, place.icon)
        for place in places
        if typed.casefold() in str(place.label).casefold()
    ][: AT_ONCE if typed else None]


def _content(typed: str) -> list[Way]:
    found = completions(db(), services().search, identity(), typed, at=now())
    names = kind_names()
    return [
        Way(title.title, names[title.kind], url_for("content.asset", ref=title.ref), "file-text")
        for title in found.titles[:AT_ONCE]
    ]


def _every_page(typed: str) -> Way:
    label = _("Search every page for “%(words)s”", words=typed)
    return Way(label, "", url_for("content.library", q=typed), "file-search")


def _accounts(typed: str) -> list[Way]:
    return [
        Way(name, industry or "", url_for("partners.account", ref=ref), "building-store")
        for ref, name, industry in accounts_named(db(), identity(), typed, limit=AT_ONCE)
    ]


def _orders(typed: str) -> list[Way]:
    found = order_page(db(), identity(), text=typed, limit=AT_ONCE)
    return [
        Way(
            row.order.order_ref,
            row.order.advertiser,
            url_for("commissions.order", ref=row.order.order_ref),
            "file-invoice",
        )
        for row in found.rows
    ]


def _statements(typed: str) -> list[Way]:
    found = statement_page(db(), identity(), text=typed, limit=AT_ONCE)
    return [
        Way(one.number, one.partner_name, url_for("commissions.statement", number=one.number), "receipt")
        for one in found.rows
    ]


def _people(typed: str) -> list[Way]:
    return [
        Way(one.name, one.organisation.name, f"{url_for('admin.people_list')}#person-{one.id}", "user")
        for one in people_named(db(), identity(), typed, limit=AT_ONCE)
    ]
