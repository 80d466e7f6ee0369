"""Content that nobody opened: never, or not in 90 days; and asking its owners what is to become of it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from content.assets.errors import NothingChosen
from content.reminders.asking_owners import NOT_AGAIN_FOR, Asked, ask_owners, last_asked
from content.usage.usage_unused import IDLE_DAYS, Idleness, unused_assets, unused_counts
from portal.adapters.queue import SEND_CONTENT_MAILS
from portal.kernel.db import transaction
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content_words import kind_names
from portal.web.context import business_day, db, identity, now, services
from portal.web.paths import safe_next
from portal.web.reports.blueprint import blueprint

AT_ONCE = 50


@blueprint.get("/reports/unused")
@requires(Permission.USAGE_REPORT)
def unused() -> str:
    counts = unused_counts(db(), identity(), today=business_day(), at=now())
    which = Idleness(business_day(), never=request.args.get("show", "never") != "idle")
    offset = max(request.args.get("offset", 0, type=int), 0)
    rows = unused_assets(db(), identity(), which, at=now(), offset=offset)
    return render_template(
        "reports/unused.html",
        counts=counts,
        which=which,
        total=counts.never if which.never else counts.idle,
        rows=rows,
        asked=last_asked(db(), [row.asset.ref for row in rows]),
        asked_lately=now() - NOT_AGAIN_FOR,
        me=identity().user_id,
        offset=offset,
        at_once=AT_ONCE,
        idle_days=IDLE_DAYS,
        kinds=kind_names(),
        today=business_day(),
    )


@blueprint.post("/reports/unused/ask")
@requires(Permission.CONTENT_WRITE)
def ask() -> Response:
    """Those that are ticked, or the one whose button was pressed."""
    ids = request.form.getlist("only", type=int) or request.form.getlist("id", type=int)
    if not ids:
        raise NothingChosen
    with transaction(services().sessions) as session:
        asked = ask_owners(session, ids, at=now(), by=identity())
    services().queue.send(SEND_CONTENT_MAILS)
    flash(_said(asked), "good" if asked.assets else "warn")
    came_from = safe_next(request.form.get("form_page"))
    here = url_for("reports.unused")
    return redirect(came_from if came_from.startswith(here) else here, 303)


def _said(asked: Asked) -> str:
    who = asked.owners[0] if len(asked.owners) == 1 else _("%(num)d owners", num=len(asked.owners))
    sentences = (
        (asked.assets, _("Asked by mail about %(assets)s: %(who)s.", assets=_assets(asked.assets), who=who)),
        (asked.without_owner, _("Nobody to ask about %(assets)s.", assets=_assets(asked.without_owner))),
        (asked.own, _("You are the owner of %(assets)s.", assets=_assets(asked.own))),
        (asked.lately, _("Asked in the last week already: %(assets)s.", assets=_assets(asked.lately))),
    )
    return " ".join(sentence for count, sentence in sentences if count)


def _assets(count: int) -> str:
    return str(ngettext("one asset", "%(num)d assets", count))
