"""The list of accounts, and opening one."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from partners.accounts import NewAccount, account_page, open_account
from portal.kernel.db import transaction
from portal.kernel.errors import Refusal
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.context import db, identity, now, services
from portal.web.partners.blueprint import blueprint

AT_ONCE = 25


@blueprint.get("/accounts")
@requires(Permission.ACCOUNTS_READ)
def accounts() -> str:
    search = request.args.get("q", "")[:200]
    offset = max(request.args.get("offset", 0, type=int), 0)
    page = account_page(db(), identity(), search=search, offset=offset, limit=AT_ONCE)
    return render_template(
        "partners/accounts.html",
        page=page,
        search=search,
        earlier=_address(search, max(offset - AT_ONCE, 0)) if offset else "",
        later=_address(search, page.last) if page.last < page.total else "",
        may_open=identity().is_partner,
    )


@blueprint.get("/accounts/new")
@requires(Permission.ACCOUNTS_WRITE)
def new_account() -> str:
    return render_template("partners/new_account.html", typed=NewAccount(name=""), sentence=None)


@blueprint.post("/accounts")
@requires(Permission.ACCOUNTS_WRITE)
def create_account() -> Response | tuple[str, int]:
    typed = _typed()
    try:
        with transaction(services().sessions) as session:
            opened = open_account(session, identity(), typed, at=now())
    except Refusal as refusal:
        page = render_template("partners/new_account.html", typed=typed, sentence=refusal.sentence)
        return page, refusal.status
    flash(_("%(name)s is among your accounts.", name=opened.name), "good")
    return redirect(url_for("partners.account", ref=opened.ref), 303)


def _address(search: str, offset: int) -> str:
    return url_for("partners.accounts", q=search or None, offset=offset or None)


def _typed() -> NewAccount:
    form = request.form
    return NewAccount(
        name=form.get("name", ""),
        industry=form.get("industry", "")[:100],
        city=form.get("city", "")[:100],
        website=form.get("website", "")[:200],
        contact=form.get("contact", "")[:100],
        contact_title=form.get("contact_title", "")[:100],
    )
