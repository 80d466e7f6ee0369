"""Changing what an asset says of itself."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from content.describing import describe
from content.guard import readable_asset
from portal.adapters.queue import KEEP_INDEX
from portal.kernel.db import transaction
from portal.kernel.errors import Refusal
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content.blueprint import blueprint
from portal.web.content.forms import Values, choices, description_of, values_of
from portal.web.context import db, identity, now, services


@blueprint.get("/library/<ref>/edit")
@requires(Permission.CONTENT_WRITE)
def edit(ref: str) -> str:
    asset = readable_asset(db(), identity(), ref, at=now())
    return _form(ref, values_of(asset, services().settings.zone))


@blueprint.post("/library/<ref>/edit")
@requires(Permission.CONTENT_WRITE)
def save(ref: str) -> Response | tuple[str, int]:
    try:
        with transaction(services().sessions) as session:
            asset = readable_asset(session, identity(), ref, at=now())
            description = description_of(request.form, session, services().settings.zone)
            changed = describe(session, asset, description, at=now(), by=identity())
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return _form(ref, request.form, refusal.sentence), refusal.status
    services().queue.send(KEEP_INDEX)
    flash(_("The changes are saved.") if changed else _("Nothing was changed."), "good")
    return redirect(url_for("content.asset", ref=ref), 303)


def _form(ref: str, values: Values, sentence: str | None = None) -> str:
    title = readable_asset(db(), identity(), ref, at=now()).title
    return render_template(
        "content/edit.html", ref=ref, title=title, values=values, sentence=sentence, **choices(db())
    )
