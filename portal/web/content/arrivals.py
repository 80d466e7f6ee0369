"""A folder of files: its preview, a draft for each file, and publishing those that are ready, with undo."""

from __future__ import annotations

import json
from datetime import datetime
from functools import partial

from flask import Response as Answer
from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from content.assets.models import AssetKind, Processing
from content.editing import publishing
from content.editing.describing import add_asset, refuse_unusable
from content.uploads import incoming
from content.uploads.arrivals import arrivals, take_back, take_ready
from content.uploads.folders import preview
from content.uploads.upload_errors import UploadUsed
from content.uploads.uploads import add_version
from portal.adapters.queue import READ_VERSION
from portal.kernel.db import transaction
from portal.kernel.errors import NotFound, Refusal
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content.blueprint import blueprint
from portal.web.content.forms import Values, choices, description_of, field_of
from portal.web.content.steps import files_of
from portal.web.content_words import kind_names
from portal.web.context import db, identity, now, person, services
from portal.web.toasts import tell_done


@blueprint.post("/library/new/folder")
@requires(Permission.CONTENT_WRITE)
def preview_folder() -> str:
    """The table of a folder's files, before anything is sent."""
    values: Values = MultiDict({"owner": str(person().id)})
    return render_template(
        "content/_folder.html", found=preview(db(), _paths()), values=values, **choices(db())
    )


@blueprint.post("/library/arrivals/check")
@requires(Permission.CONTENT_WRITE)
def check_common() -> Answer | tuple[Answer, int]:
    """What all files of a folder share, before the first of them goes up."""
    shared = MultiDict(request.form)
    # these each file has of its own
    shared["title"], shared["kind"] = "A file", AssetKind.DOCUMENT
    try:
        refuse_unusable(db(), description_of(shared, db(), services().settings.zone))
    except Refusal as refusal:
        return jsonify({"sentence": refusal.sentence, "field": field_of(refusal)}), refusal.status
    return jsonify({})


@blueprint.post("/library/arrivals")
@requires(Permission.CONTENT_WRITE)
def create_draft() -> Answer | tuple[Answer, int]:
    """One file of a folder, whole in the store, as a draft."""
    try:
        sent, upload = incoming.whole(db(), identity(), request.form.get("upload", ""), services().blobs)
        if sent.asset is not None:
            return jsonify({"ref": sent.asset.ref})
        with transaction(services().sessions) as session:
            description = description_of(request.form, session, services().settings.zone)
            asset = add_asset(session, description, at=now(), by=identity())
            incoming.use(session, sent, asset)
            version = add_version(session, asset, upload, at=now(), by=identity())
    except UploadUsed as used:
        return jsonify({"ref": used.asset_ref})
    except Refusal as refusal:
        return jsonify({"sentence": refusal.sentence}), refusal.status
    services().queue.send(READ_VERSION, version_id=version.id)
    return jsonify({"ref": asset.ref})


@blueprint.get("/library/arrivals/<batch>")
@requires(Permission.CONTENT_WRITE)
def folder_arrivals(batch: str) -> str:
    found = arrivals(db(), identity(), batch)
    if not found:
        raise NotFound
    return render_template(
        "content/arrivals.html",
        batch=batch,
        # what went wrong first: it is looked for among hundreds
        found=sorted(found, key=lambda one: one.version.processing is not Processing.FAILED),
        kinds=kind_names(),
        waits_for_approval=services().settings.needs_approval,
        ready=sum(one.can_be_published for one in found),
        unseen=sum(not one.asset.audience for one in found),
        unread=sum(not one.version.processing.is_over for one in found),
        failed=sum(one.version.processing is Processing.FAILED for one in found),
    )


@blueprint.post("/library/arrivals/<batch>/publish")
@requires(Permission.CONTENT_WRITE)
def publish_arrivals(batch: str) -> Response:
    # in a house that wants a second person they wait for that one's approval
    waits = services().settings.needs_approval
    sent = arrivals(db(), identity(), batch)
    files = files_of([] if waits else [one.asset.id for one in sent])
    verb = publishing.submit if waits else partial(publishing.publish, files=files)
    with transaction(services().sessions) as session:
        if not sent:
            raise NotFound
        taken, refused = take_ready(session, identity(), batch, verb, at=now())
    said = ngettext("%(num)d asset is published.", "%(num)d assets are published.", taken)
    if waits:
        said = ngettext("%(num)d asset waits for approval.", "%(num)d assets wait for approval.", taken)
    undo = url_for("content.withdraw_arrivals", batch=batch, at=now().isoformat()) if taken else None
    tell_done(said, undo)
    for refusal in refused[:3]:
        flash(refusal.sentence, "bad")
    return redirect(url_for("content.folder_arrivals", batch=batch), 303)


@blueprint.post("/library/arrivals/<batch>/withdraw")
@requires(Permission.CONTENT_WRITE)
def withdraw_arrivals(batch: str) -> Response:
    """The undo of publishing them all; `at` says which publishing."""
    try:
        taken_at = datetime.fromisoformat(request.args.get("at", ""))
    except ValueError:
        raise NotFound from None
    if taken_at.tzinfo is None:
        raise NotFound
    with transaction(services().sessions) as session:
        if not arrivals(session, identity(), batch):
            raise NotFound
        count = take_back(session, identity(), batch, taken_at=taken_at, at=now())
    flash(ngettext("%(num)d asset is a draft again.", "%(num)d assets are drafts again.", count), "good")
    return redirect(url_for("content.folder_arrivals", batch=batch), 303)


def _paths() -> list[str]:
    try:
        given = json.loads(request.form.get("paths", "[]"))
    except ValueError:
        return []
    return [str(path)[:1000] for path in given] if isinstance(given, list) else []
