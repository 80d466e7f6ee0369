"""Collections and playbooks: the list, one of them to read, and the form of its title and audience."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from content.assets.audiences import Rule
from content.assets.errors import UnknownWord
from content.assets.guard import readable_asset
from content.assets.queries import audience_choices
from content.readers.collecting import CollectionDescription, add_collection, add_item, describe_collection
from content.readers.collection_models import Collection, CollectionKind, CollectionState
from content.readers.collection_queries import (
    Missing,
    addable_collections,
    collection_cards,
    collection_page,
    curated_collection,
)
from content.readers.narrow_items import narrow_items
from portal.kernel.db import transaction
from portal.kernel.errors import Refusal
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content.blueprint import blueprint
from portal.web.content.forms import LANGUAGES, Values, audience_of, audience_sentence
from portal.web.content.library_page import language_name
from portal.web.content_words import kind_names
from portal.web.context import db, identity, now, services
from portal.web.paging import pages_of

AT_ONCE = 24


@blueprint.get("/collections")
@requires(Permission.CONTENT_READ)
def collections() -> str:
    state = _state(request.args.get("state", ""))
    offset = max(request.args.get("from", 0, type=int), 0)
    cards, total = collection_cards(db(), identity(), state, at=now(), window=(AT_ONCE, offset))
    return render_template(
        "content/collections.html",
        cards=cards,
        total=total,
        state=state,
        states=state_names(),
        pages=pages_of(total, len(cards), offset, AT_ONCE),
        may_curate=identity().may(Permission.COLLECTIONS_WRITE),
    )


@blueprint.get("/collections/<ref>")
@requires(Permission.CONTENT_READ)
def collection(ref: str) -> str:
    page = collection_page(db(), identity(), ref, at=now())
    return render_template(
        "content/collection.html",
        page=page,
        collection=page.collection,
        audience=audience_sentence(page.collection.audience),
        states=state_names(),
        reasons=missing_reasons(),
        narrow=narrow_items(db(), page, today=now().date()),
        kinds=kind_names(),
        today=now().date(),
    )


@blueprint.get("/collections/new")
@requires(Permission.COLLECTIONS_WRITE)
def new_collection() -> str:
    values: Values = MultiDict({"kind": request.args.get("kind", "playbook")})
    if asset := request.args.get("asset"):
        values["asset"] = asset
    return _form(values)


@blueprint.post("/collections")
@requires(Permission.COLLECTIONS_WRITE)
def create_collection() -> ResponseReturnValue:
    """Made, and with its first asset when it was started from one."""
    try:
        with transaction(services().sessions) as session:
            made = add_collection(session, identity(), _described(request.form), at=now())
            if first := request.form.get("asset"):
                add_item(session, made, readable_asset(session, identity(), first, at=now()), at=now())
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return _form(request.form, sentence=refusal.sentence), refusal.status
    flash(_("It is made. Add content, and put it in order."), "good")
    return redirect(url_for("content.arrange", ref=made.ref), 303)


@blueprint.get("/collections/<ref>/edit")
@requires(Permission.COLLECTIONS_WRITE)
def edit_collection(ref: str) -> str:
    found = curated_collection(db(), identity(), ref)
    values: Values = MultiDict({"title": found.title, "summary": found.summary, "kind": str(found.kind)})
    for rule in found.audience:
        values.add("audience", str(Rule(rule.dimension, rule.value)))
    return _form(values, found)


@blueprint.post("/collections/<ref>/edit")
@requires(Permission.COLLECTIONS_WRITE)
def save_collection(ref: str) -> ResponseReturnValue:
    try:
        with transaction(services().sessions) as session:
            found = curated_collection(session, identity(), ref)
            describe_collection(session, identity(), found, _described(request.form), at=now())
    except Refusal as refusal:
        if refusal.status in {403, 404}:
            raise
        found = curated_collection(db(), identity(), ref)
        return _form(request.form, found, refusal.sentence), refusal.status
    flash(_("The changes are saved."), "good")
    return redirect(url_for("content.collection", ref=ref), 303)


@blueprint.get("/collections/add")
@requires(Permission.COLLECTIONS_WRITE)
def choose_collection() -> str:
    """Where an asset is to be added: one's own collections, or a new one."""
    asset = readable_asset(db(), identity(), request.args.get("asset", ""), at=now())
    return render_template(
        "content/choose_collection.html", asset=asset, choices=addable_collections(db(), identity(), asset)
    )


def state_names() -> dict[CollectionState, str]:
    return {
        CollectionState.PUBLISHED: _("Published"),
        CollectionState.DRAFT: _("Draft"),
        CollectionState.RETIRED: _("Retired"),
    }


def missing_reasons() -> dict[Missing, str]:
    return {
        Missing.RETIRED: _("it is retired"),
        Missing.EXPIRED: _("it has expired"),
        Missing.HIDDEN: _("it is hidden, because nobody confirmed it in time"),
        Missing.NOT_PUBLISHED: _("it is not published"),
        Missing.NOT_FOR_YOU: _("it is no longer for you"),
    }


def _state(value: str) -> CollectionState:
    """Readers see what is published only; the query leaves them nothing else."""
    return CollectionState(value) if value in set(CollectionState) else CollectionState.PUBLISHED


def _described(form: Values) -> CollectionDescription:
    kind = form.get("kind", "")
    if kind not in set(CollectionKind):
        raise UnknownWord("kind of collection", kind, list(CollectionKind))
    return CollectionDescription(
        title=form.get("title", ""),
        kind=CollectionKind(kind),
        summary=form.get("summary", ""),
        audience=audience_of(form.getlist("audience")),
    )


def _form(values: Values, found: Collection | None = None, sentence: str | None = None) -> str:
    return render_template(
        "content/collection_form.html",
        values=values,
        collection=found,
        sentence=sentence,
        audiences=None if identity().is_partner else audience_choices(db()),
        languages=LANGUAGES,
        language_name=language_name,
    )
