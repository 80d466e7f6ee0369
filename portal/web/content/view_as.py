"""Looking at the library as a partner sees it: read only, nothing counted, and never anything but content."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from content.assets.audience_preview import seen_by
from partners.partner_queries import partner_names, partner_of
from portal.kernel import activity
from portal.kernel.db import transaction
from portal.kernel.errors import NotFound, Refusal
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content.blueprint import blueprint
from portal.web.content.forms import LANGUAGES, audience_of
from portal.web.content.library_page import language_name
from portal.web.context import db, identity, now, services
from portal.web.paths import safe_next
from portal.web.preview import VIEWING_AS, own_identity

NAMED = 12


@blueprint.get("/content/audience")
@requires(Permission.CONTENT_WRITE)
def audience_preview() -> str:
    """Who would see it, for the rules that are ticked in a form."""
    ticked = request.args.getlist("audience")
    found, sentence = None, ""
    try:
        found = seen_by(db(), audience_of(ticked), today=now().date())
    except Refusal as refusal:
        sentence = refusal.sentence
    keeps = not ticked and bool(request.args.get("keep"))
    return render_template(
        "content/_audience_seen.html", found=found, sentence=sentence, keeps=keeps, named=NAMED
    )


@blueprint.get("/content/view-as")
@requires(Permission.CONTENT_WRITE)
def choose_view_as() -> str:
    return render_template(
        "content/view_as.html",
        partners=list(partner_names(db()).items()),
        languages=[(code, language_name(code)) for code in LANGUAGES],
        chosen=request.args.get("partner", ""),
        onward=safe_next(request.args.get("next"), otherwise="/library"),
    )


@blueprint.post("/content/view-as")
@requires(Permission.CONTENT_WRITE)
def view_as() -> Response:
    ref, language = request.form.get("partner", ""), request.form.get("language", "en")
    with transaction(services().sessions) as writing:
        partner = partner_of(writing, ref)
        if partner is None or language not in LANGUAGES:
            raise NotFound
        told = {"language": language}
        activity.record(writing, "viewed_as.started", ("organisation", ref), at=now(), by=identity(), **told)
    session[VIEWING_AS] = [ref, language]
    onward = safe_next(request.form.get("next"), otherwise="/library")
    return redirect(onward if onward.startswith("/library") else "/library", 303)


@blueprint.post("/content/view-as/end")
@requires(Permission.CONTENT_READ)
def end_view_as() -> Response:
    seen_as = session.pop(VIEWING_AS, None)
    if seen_as is not None:
        with transaction(services().sessions) as writing:
            whom = ("organisation", seen_as[0])
            activity.record(writing, "viewed_as.ended", whom, at=now(), by=own_identity())
        flash(_("You see everything again."), "good")
    return redirect(url_for("content.managed") if seen_as else "/library", 303)
