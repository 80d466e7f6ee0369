"""What changed since I was here: for the person's audience only, until it is marked as seen."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from content.readers.changes import changes_since
from content.readers.saving import saved_refs
from content.usage.visits import last_seen, mark_seen, unmark_seen
from portal.kernel.db import transaction
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content import library_page
from portal.web.content.blueprint import blueprint
from portal.web.content_words import kind_names
from portal.web.context import db, identity, now, services
from portal.web.paths import safe_next
from portal.web.toasts import tell_done


@blueprint.get("/library/changes")
@requires(Permission.CONTENT_READ)
def changes() -> str:
    since = last_seen(db(), identity(), at=now())
    return render_template(
        "content/what_changed.html",
        changes=changes_since(db(), identity(), since, at=now()),
        saved=saved_refs(db(), identity()),
        kinds=kind_names(),
        icons=library_page.ICONS,
        today=now().date(),
    )


@blueprint.post("/library/changes/seen")
@requires(Permission.CONTENT_READ)
def mark_changes_seen() -> Response:
    with transaction(services().sessions) as session:
        mark_seen(session, identity(), at=now())
    said, undo = _("All of it is marked as seen."), url_for("content.unmark_changes_seen")
    tell_done(said, undo)
    otherwise = url_for("content.changes")
    return redirect(safe_next(request.form.get("came_from"), otherwise=otherwise), 303)


@blueprint.post("/library/changes/unseen")
@requires(Permission.CONTENT_READ)
def unmark_changes_seen() -> Response:
    with transaction(services().sessions) as session:
        unmark_seen(session, identity())
    return redirect(url_for("content.changes"), 303)
