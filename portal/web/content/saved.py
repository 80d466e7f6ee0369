"""Saved items: the bookmark on cards and pages, and the person's own list."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from content.assets.guard import readable_asset
from content.readers.saving import save_asset, saved_assets, saved_count, unsave_asset
from portal.kernel.db import transaction
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content import library_page
from portal.web.content.blueprint import blueprint
from portal.web.content_words import kind_names
from portal.web.context import db, identity, now, services
from portal.web.paging import pages_of
from portal.web.paths import path_of, safe_next
from portal.web.toasts import tell_done

AT_ONCE = 24


@blueprint.get("/library/saved")
@requires(Permission.CONTENT_READ)
def saved() -> str:
    offset = max(request.args.get("from", 0, type=int), 0)
    cards = saved_assets(db(), identity(), at=now(), limit=AT_ONCE, offset=offset)
    total = saved_count(db(), identity(), at=now())
    return render_template(
        "content/saved.html",
        cards=cards,
        total=total,
        pages=pages_of(total, len(cards), offset, AT_ONCE),
        kinds=kind_names(),
        icons=library_page.ICONS,
        today=now().date(),
    )


@blueprint.post("/library/<ref>/save")
@requires(Permission.CONTENT_READ)
def add_bookmark(ref: str) -> ResponseReturnValue:
    with transaction(services().sessions) as session:
        asset = readable_asset(session, identity(), ref, at=now())
        save_asset(session, identity(), asset, at=now())
    return _shown(ref, asset.title, is_saved=True)


@blueprint.post("/library/<ref>/unsave")
@requires(Permission.CONTENT_READ)
def remove_bookmark(ref: str) -> ResponseReturnValue:
    with transaction(services().sessions) as session:
        asset = readable_asset(session, identity(), ref, at=now())
        unsave_asset(session, identity(), asset)
    return _shown(ref, asset.title, is_saved=False)


def _shown(ref: str, title: str, *, is_saved: bool) -> ResponseReturnValue:
    """The button anew, and a word with its undo."""
    words = _("It is among your saved items.") if is_saved else _("It is no longer saved.")
    undo = url_for("content.remove_bookmark" if is_saved else "content.add_bookmark", ref=ref)
    if "HX-Request" in request.headers:
        wide = request.form.get("words") == "1"
        facts = {"ref": ref, "title": title, "is_saved": is_saved, "wide": wide, "words": words, "undo": undo}
        # the page on which the button stands, so that the undo leads back to it
        came_from = path_of(request.headers.get("HX-Current-URL", ""))
        return render_template("content/_saved.html", came_from=came_from, **facts)
    tell_done(words, undo)
    back = safe_next(request.form.get("came_from"), otherwise=url_for("content.asset", ref=ref))
    return redirect(back, 303)
