"""Uploading: a new asset with its file, and the next version of one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, BinaryIO, cast

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from content.describing import add_asset
from content.errors import FileMissing
from content.guard import readable_asset
from content.uploads import Upload, add_version, linked, stored
from portal.adapters.queue import READ_VERSION
from portal.kernel.db import transaction
from portal.kernel.errors import Refusal
from portal.kernel.identity import Permission
from portal.web import large_body
from portal.web.access import requires
from portal.web.content.blueprint import blueprint
from portal.web.content.forms import Values, choices, description_of
from portal.web.context import db, identity, now, person, services


@blueprint.get("/library/new")
@requires(Permission.CONTENT_WRITE)
def new() -> str:
    """`kind` and `title` may stand in the address: a search in vain or a request starts an asset so."""
    offered = {name: request.args.get(name, "")[:200] for name in ("kind", "title")}
    values: Values = MultiDict({"owner": str(person().id), **offered})
    return _form(values)


@blueprint.post("/library")
@requires(Permission.CONTENT_WRITE)
def create() -> BaseResponse | tuple[str, int]:
    large_body.accept()
    try:
        upload = _uploaded()
        with transaction(services().sessions) as session:
            description = description_of(request.form, session, services().settings.zone)
            asset = add_asset(session, description, at=now(), by=identity())
            version = add_version(session, asset, upload, at=now(), by=identity())
    except Refusal as refusal:
        return _refused(refusal) or (_form(request.form, refusal.sentence), refusal.status)
    services().queue.send(READ_VERSION, version_id=version.id)
    return _arrived(asset.ref, _("“%(title)s” is uploaded as a draft.", title=asset.title))


@blueprint.get("/library/<ref>/versions/new")
@requires(Permission.CONTENT_WRITE)
def new_version(ref: str) -> str:
    asset = readable_asset(db(), identity(), ref, at=now())
    return render_template("content/new_version.html", asset=asset, sentence=None)


@blueprint.post("/library/<ref>/versions")
@requires(Permission.CONTENT_WRITE)
def create_version(ref: str) -> BaseResponse | tuple[str, int]:
    asset = readable_asset(db(), identity(), ref, at=now())
    large_body.accept()
    try:
        upload = replace(_uploaded(), what_changed=request.form.get("what_changed", ""))
        with transaction(services().sessions) as session:
            asset = readable_asset(session, identity(), ref, at=now())
            version = add_version(session, asset, upload, at=now(), by=identity())
    except Refusal as refusal:
        page = render_template("content/new_version.html", asset=asset, sentence=refusal.sentence)
        return _refused(refusal) or (page, refusal.status)
    services().queue.send(READ_VERSION, version_id=version.id)
    return _arrived(ref, _("Version %(number)s is uploaded.", number=version.number))


def _uploaded() -> Upload:
    """The file or the address that was sent, the file already in the store. Raises FileMissing."""
    address = request.form.get("url", "").strip()
    if address:
        return linked(address)
    file = request.files.get("file")
    if file is None or not file.filename:
        raise FileMissing
    return stored(services().blobs, cast("BinaryIO", file.stream), file.filename)


def _is_script() -> bool:
    return request.headers.get("X-Requested-With") == "fetch"


def _arrived(ref: str, sentence: str) -> BaseResponse:
    flash(sentence, "good")
    address = url_for("content.asset", ref=ref)
    if _is_script():
        return jsonify({"address": address})
    return redirect(address, 303)


def _refused(refusal: Refusal) -> Response | None:
    """The sentence alone, for the script that shows the progress; None for a plain form."""
    if not _is_script():
        return None
    answer = jsonify({"sentence": refusal.sentence})
    answer.status_code = refusal.status
    return answer


def _form(values: Values, sentence: str | None = None) -> str:
    offered: dict[str, Any] = dict(choices(db()))
    return render_template("content/new.html", values=values, sentence=sentence, **offered)
