"""Requests for content: a partner asks in ten seconds and sees how it stands; the brand answers."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from content.assets.models import AssetKind
from content.requests.request_errors import AlreadyAskedFor
from content.requests.request_models import RequestState
from content.requests.request_queries import RequestFilter, request_of, requests
from content.requests.requesting import Wish, ask_for, take_back
from portal.kernel.db import transaction
from portal.kernel.errors import Refusal
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content.blueprint import blueprint
from portal.web.content_words import kind_names, request_state_names
from portal.web.context import business_day, db, identity, now, services

AT_ONCE = 50


@blueprint.get("/requests")
@requires(Permission.REQUESTS_READ)
def request_list() -> str:
    state = request.args.get("state", "")
    wanted = RequestFilter(
        RequestState(state) if state in set(RequestState) else None,
        request.args.get("q", "").strip()[:150],
        AT_ONCE,
        max(request.args.get("offset", 0, type=int), 0),
    )
    return render_template(
        "content/requests.html",
        wanted=wanted,
        found=requests(db(), identity(), wanted, today=business_day(), at=now()),
        states=request_state_names(),
        kinds=kind_names(),
        asks=identity().may(Permission.REQUESTS_WRITE),
    )


@blueprint.get("/requests/new")
@requires(Permission.REQUESTS_WRITE)
def new_request() -> str:
    return _form()


@blueprint.post("/requests")
@requires(Permission.REQUESTS_WRITE)
def ask() -> Response | tuple[str, int]:
    kind = request.form.get("kind", "")
    wish = Wish(
        request.form.get("words", ""),
        AssetKind(kind) if kind in set(AssetKind) else None,
        request.form.get("note", ""),
    )
    try:
        with transaction(services().sessions) as session:
            asked = ask_for(session, identity(), wish, at=now())
    except AlreadyAskedFor as refusal:
        flash(refusal.sentence, "warn")
        return redirect(url_for("content.request_page", request_id=refusal.request_id), 303)
    except Refusal as refusal:
        return _form(refusal.sentence), refusal.status
    flash(_("Asked for. You get a mail as soon as something answers it."), "good")
    return redirect(url_for("content.request_page", request_id=asked.id), 303)


@blueprint.post("/requests/<int:request_id>/withdraw")
@requires(Permission.REQUESTS_WRITE)
def take_request_back(request_id: int) -> Response:
    """Back to the form with what was asked for, so that it can be sent again."""
    with transaction(services().sessions) as session:
        asked = request_of(session, identity(), request_id, today=business_day(), at=now()).request
        again = url_for("content.new_request", q=asked.words, kind=asked.kind, note=asked.note or None)
        take_back(session, asked, at=now(), by=identity())
    flash(_("Taken back. Change it and ask again, or leave it."), "good")
    return redirect(again, 303)


def searched_in_vain(count: int) -> str:
    """How often the same words found nothing, for a row."""
    return str(ngettext("searched in vain once", "searched in vain %(num)s times", count)) if count else ""


def _form(sentence: str | None = None) -> str:
    given = request.form or request.args
    return render_template(
        "content/new_request.html",
        words=given.get("words") or given.get("q", ""),
        kind=given.get("kind", ""),
        note=given.get("note", ""),
        kinds=kind_names(),
        sentence=sentence,
    )
