"""The curator's page of a collection: add, order, note, remove with undo, publish."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from content.assets.guard import readable_asset
from content.readers import collecting
from content.readers.collection_models import Collection
from content.readers.collection_queries import collection_page, curated_collection
from content.readers.narrow_items import narrow_items
from portal.kernel.db import reading, transaction
from portal.kernel.identity import Identity, Permission
from portal.web.access import requires
from portal.web.content.blueprint import blueprint
from portal.web.content.collections import missing_reasons, state_names
from portal.web.content_words import kind_names
from portal.web.context import identity, now, services
from portal.web.paths import safe_next
from portal.web.row_ids import row_ids
from portal.web.toasts import tell_done


@blueprint.get("/collections/<ref>/arrange")
@requires(Permission.COLLECTIONS_WRITE)
def arrange(ref: str) -> str:
    return _rendered("content/arrange.html", ref)


@blueprint.post("/collections/<ref>/items")
@requires(Permission.COLLECTIONS_WRITE)
def add_to_collection(ref: str) -> Response:
    asset_ref = request.form.get("asset", "")
    with transaction(services().sessions) as session:
        found = curated_collection(session, identity(), ref)
        asset = readable_asset(session, identity(), asset_ref, at=now())
        item = collecting.add_item(session, found, asset, at=now())
    undo = url_for("content.remove_item", ref=ref, item_id=item.id)
    tell_done(_("It is in “%(title)s”.", title=found.title), undo)
    return redirect(
        safe_next(request.form.get("next"), otherwise=url_for("content.asset", ref=asset_ref)), 303
    )


@blueprint.post("/collections/<ref>/headings")
@requires(Permission.COLLECTIONS_WRITE)
def add_heading(ref: str) -> ResponseReturnValue:
    with transaction(services().sessions) as session:
        found = curated_collection(session, identity(), ref)
        item = collecting.add_heading(session, found, request.form.get("title", ""), at=now())
    return _shown(ref, _("“%(title)s” is added at the end.", title=item.title))


@blueprint.post("/collections/<ref>/order")
@requires(Permission.COLLECTIONS_WRITE)
def order_items(ref: str) -> ResponseReturnValue:
    """The whole order, as ids with commas: what dragging sends."""
    ids = row_ids(text.strip() for text in request.form.get("order", "").split(","))
    with transaction(services().sessions) as session:
        found = curated_collection(session, identity(), ref)
        collecting.order_items(session, found, ids[: collecting.MOST_ITEMS], at=now())
    return _shown(ref, _("The new order is kept."))


@blueprint.post("/collections/<ref>/items/<int:item_id>/move")
@requires(Permission.COLLECTIONS_WRITE)
def move_item(ref: str, item_id: int) -> ResponseReturnValue:
    step = 1 if request.form.get("step") == "1" else -1
    with transaction(services().sessions) as session:
        found = curated_collection(session, identity(), ref)
        item, place = collecting.move_item(session, found, item_id, step, at=now())
        total = len(collecting.items_of(session, found))
    words = _("“%(title)s” is number %(place)s of %(total)s.", title=item.title, place=place, total=total)
    return _shown(ref, words)


@blueprint.post("/collections/<ref>/items/<int:item_id>/note")
@requires(Permission.COLLECTIONS_WRITE)
def note_item(ref: str, item_id: int) -> ResponseReturnValue:
    with transaction(services().sessions) as session:
        found = curated_collection(session, identity(), ref)
        item = collecting.note_item(session, found, item_id, request.form.get("note", ""), at=now())
    return _shown(ref, _("The note on “%(title)s” is kept.", title=item.title))


@blueprint.post("/collections/<ref>/items/<int:item_id>/remove")
@requires(Permission.COLLECTIONS_WRITE)
def remove_item(ref: str, item_id: int) -> Response:
    with transaction(services().sessions) as session:
        found = curated_collection(session, identity(), ref)
        item = collecting.remove_item(session, found, item_id, at=now())
    tell_done(
        _("“%(title)s” is removed.", title=item.title),
        url_for("content.restore_item", ref=ref, item_id=item_id),
    )
    return redirect(url_for("content.arrange", ref=ref), 303)


@blueprint.post("/collections/<ref>/items/<int:item_id>/restore")
@requires(Permission.COLLECTIONS_WRITE)
def restore_item(ref: str, item_id: int) -> Response:
    with transaction(services().sessions) as session:
        found = curated_collection(session, identity(), ref)
        item = collecting.restore_item(session, found, item_id, at=now())
    tell_done(_("“%(title)s” is back at its place.", title=item.title))
    return redirect(url_for("content.arrange", ref=ref), 303)


Step = Callable[..., None]


@blueprint.post("/collections/<ref>/publish")
@requires(Permission.COLLECTIONS_WRITE)
def publish_collection(ref: str) -> Response:
    said = _("It is published; its audience sees it.")
    return _take(ref, collecting.publish_collection, said, "content.withdraw_collection")


@blueprint.post("/collections/<ref>/withdraw")
@requires(Permission.COLLECTIONS_WRITE)
def withdraw_collection(ref: str) -> Response:
    return _take(ref, collecting.withdraw_collection, _("It is a draft again."))


@blueprint.post("/collections/<ref>/retire")
@requires(Permission.COLLECTIONS_WRITE)
def retire_collection(ref: str) -> Response:
    return _take(ref, collecting.retire_collection, _("It is retired."), "content.publish_collection")


def _take(ref: str, step: Step, said: str, undo: str = "") -> Response:
    with transaction(services().sessions) as session:
        found: Collection = curated_collection(session, identity(), ref)
        asker: Identity = identity()
        at: datetime = now()
        step(session, asker, found, at=at)
    tell_done(said, url_for(undo, ref=ref) if undo else None)
    return redirect(url_for("content.collection", ref=ref), 303)


def _shown(ref: str, said: str) -> ResponseReturnValue:
    """The list anew, with what was done for screen readers too; without script the page."""
    if "HX-Request" not in request.headers:
        tell_done(said)
        return redirect(url_for("content.arrange", ref=ref), 303)
    return _rendered("content/_arranged.html", ref, said=said)


def _rendered(template: str, ref: str, said: str = "") -> str:
    # a session of its own: the request's still reads what was there before
    with reading(services().sessions) as session:
        return render_template(template, **_facts(session, ref), said=said)


def _facts(session: Session, ref: str) -> dict[str, Any]:
    curated_collection(session, identity(), ref)
    page = collection_page(session, identity(), ref, at=now())
    return {
        "page": page,
        "collection": page.collection,
        "states": state_names(),
        "reasons": missing_reasons(),
        "narrow": narrow_items(session, page, today=now().date()),
        "kinds": kind_names(),
    }
