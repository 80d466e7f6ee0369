"""A person's saved and recent searches, and what the search field offers while it is typed into."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qsl, urlsplit

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from content.finding.completing import completions
from content.finding.own_searches import (
    forget_recent_searches,
    recent_searches,
    save_search,
    saved_search,
    saved_searches,
)
from portal.kernel.db import transaction
from portal.kernel.errors import Refusal
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content.blueprint import blueprint
from portal.web.content.library import AT_ONCE, MOST_SHOWN, asked_for
from portal.web.content.library_page import LibraryPage
from portal.web.content_words import kind_names
from portal.web.context import db, identity, now, services

OFFERED = 5


@blueprint.get("/library/suggestions")
@requires(Permission.CONTENT_READ)
def suggestions() -> str:
    """The list below the search field: own searches that fit, titles, and how the words may go on (R6)."""
    return _offered(recent_searches(db(), identity()))


def _offered(last: Sequence[str]) -> str:
    typed = request.args.get("q", "").strip()[:200]
    saved = [one for one in saved_searches(db(), identity()) if typed.casefold() in one.name.casefold()]
    recent = [one for one in last if typed.casefold() in one.casefold()]
    return render_template(
        "content/_suggestions.html",
        typed=typed,
        saved=saved[:OFFERED],
        recent=[one for one in recent if one != typed][: OFFERED if typed else None],
        found=completions(db(), services().search, identity(), typed, at=now()),
        kinds=kind_names(),
    )


@blueprint.get("/library/searches")
@requires(Permission.CONTENT_READ)
def own_searches() -> str:
    removed = request.args.get("removed", type=int)
    return render_template(
        "content/own_searches.html",
        saved=saved_searches(db(), identity()),
        recent=recent_searches(db(), identity()),
        removed=saved_search(db(), identity(), removed) if removed else None,
    )


@blueprint.get("/library/searches/new")
@requires(Permission.CONTENT_READ)
def new_saved_search() -> str:
    return _form(request.query_string.decode("utf-8", "replace"))


@blueprint.post("/library/searches")
@requires(Permission.CONTENT_READ)
def keep_search() -> Response | tuple[str, int]:
    query = _query(request.form.get("query", ""))
    try:
        with transaction(services().sessions) as session:
            saved = save_search(session, identity(), request.form.get("name", ""), query, at=now())
    except Refusal as refusal:
        return _form(query, refusal.sentence), refusal.status
    flash(_("“%(name)s” is saved. It stands under the search field.", name=saved.name), "good")
    return redirect(f"{url_for('content.library')}?{query}", 303)


@blueprint.post("/library/searches/<int:search_id>/remove")
@requires(Permission.CONTENT_READ)
def remove_saved(search_id: int) -> Response:
    with transaction(services().sessions) as session:
        saved_search(session, identity(), search_id).removed_at = now()
    return redirect(url_for("content.own_searches", removed=search_id), 303)


@blueprint.post("/library/searches/<int:search_id>/put-back")
@requires(Permission.CONTENT_READ)
def put_saved_back(search_id: int) -> Response:
    with transaction(services().sessions) as session:
        saved_search(session, identity(), search_id).removed_at = None
    return redirect(url_for("content.own_searches"), 303)


@blueprint.post("/library/searches/recent/forget")
@requires(Permission.CONTENT_READ)
def forget_recent() -> Response | str:
    with transaction(services().sessions) as session:
        forget_recent_searches(session, identity())
    if request.headers.get("HX-Request"):
        # what this request has read so far still knows them
        return _offered(())
    flash(_("Your recent searches are forgotten."), "good")
    return redirect(url_for("content.own_searches"), 303)


def _query(text: str) -> str:
    """What of a query string the library understands: nothing else is kept or led to."""
    asked = asked_for(MultiDict(parse_qsl(text[:2_000])))
    page = LibraryPage(asked, None, as_list=False, step=AT_ONCE, most=MOST_SHOWN)
    return urlsplit(page.address()).query


def _form(query: str, sentence: str | None = None) -> str:
    kept = _query(query)
    words = asked_for(MultiDict(parse_qsl(kept)))
    return render_template(
        "content/new_saved_search.html",
        query=kept,
        name=request.form.get("name") or words.text[:80],
        sentence=sentence,
    )
