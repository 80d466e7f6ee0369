"""Uploading: a new asset with its file, and the next version of one.

The script of the page sends the file in parts before the form (portal.web.content.incoming), and the form
then names it; without script the form brings the file itself.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, BinaryIO, cast

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from content.assets.errors import FileMissing
from content.assets.guard import readable_asset
from content.assets.models import Asset, AssetVersion
from content.editing.describing import add_asset
from content.uploads import incoming
from content.uploads.incoming_models import IncomingFile
from content.uploads.upload_errors import UploadUsed
from content.uploads.uploads import Upload, add_version, linked, stored
from portal.adapters.queue import READ_VERSION
from portal.kernel.db import transaction
from portal.kernel.errors import Refusal
from portal.kernel.identity import Permission
from portal.web import large_body
from portal.web.access import requires
from portal.web.content.blueprint import blueprint
from portal.web.content.forms import Values, choices, description_of, refused
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
def create() -> Response | tuple[str, int]:
    large_body.accept()
    try:
        arrived = _used_before()
        if arrived is not None:
            return redirect(url_for("content.asset", ref=arrived.ref), 303)
        sent, upload = _uploaded()
        with transaction(services().sessions) as session:
            description = description_of(request.form, session, services().settings.zone)
            asset = add_asset(session, description, at=now(), by=identity())
            version = _next_version(session, asset, sent, upload)
    except UploadUsed as used:
        return redirect(url_for("content.asset", ref=used.asset_ref), 303)
    except Refusal as refusal:
        return _form(request.form, refusal), refusal.status
    services().queue.send(READ_VERSION, version_id=version.id)
    return _arrived(asset.ref, _("“%(title)s” is uploaded as a draft.", title=asset.title))


@blueprint.get("/library/<ref>/versions/new")
@requires(Permission.CONTENT_WRITE)
def new_version(ref: str) -> str:
    return _version_form(readable_asset(db(), identity(), ref, at=now()))


@blueprint.post("/library/<ref>/versions")
@requires(Permission.CONTENT_WRITE)
def create_version(ref: str) -> Response | tuple[str, int]:
    asset = readable_asset(db(), identity(), ref, at=now())
    large_body.accept()
    try:
        arrived = _used_before()
        if arrived is not None:
            return redirect(url_for("content.asset", ref=arrived.ref), 303)
        sent, upload = _uploaded()
        upload = replace(upload, what_changed=request.form.get("what_changed", ""))
        with transaction(services().sessions) as session:
            asset = readable_asset(session, identity(), ref, at=now())
            version = _next_version(session, asset, sent, upload)
    except UploadUsed as used:
        return redirect(url_for("content.asset", ref=used.asset_ref), 303)
    except Refusal as refusal:
        return _version_form(asset, refusal.sentence), refusal.status
    services().queue.send(READ_VERSION, version_id=version.id)
    return _arrived(ref, _("Version %(number)s is uploaded.", number=version.number))


def _used_before() -> Asset | None:
    """The asset that an earlier, equal form made of the upload: a form that is sent twice acts once (F10)."""
    ref = request.form.get("upload", "")
    return incoming.own_upload(db(), identity(), ref).asset if ref else None


def _uploaded() -> tuple[IncomingFile | None, Upload]:
    """What came in parts, or the file or address of the form, the bytes in the store. Raises FileMissing."""
    sent_before = request.form.get("upload", "")
    if sent_before:
        return incoming.whole(db(), identity(), sent_before, services().blobs)
    address = request.form.get("url", "").strip()
    if address:
        return None, linked(address)
    file = request.files.get("file")
    if file is None or not file.filename:
        raise FileMissing
    return None, stored(services().blobs, cast("BinaryIO", file.stream), file.filename)


def _next_version(session: Session, asset: Asset, sent: IncomingFile | None, upload: Upload) -> AssetVersion:
    if sent is not None:
        incoming.use(session, sent, asset)
    return add_version(session, asset, upload, at=now(), by=identity())


def _arrived(ref: str, sentence: str) -> Response:
    flash(sentence, "good")
    return redirect(url_for("content.asset", ref=ref), 303)


def _form(values: Values, refusal: Refusal | None = None) -> str:
    offered: dict[str, Any] = {**choices(db()), **refused(refusal)}
    unfinished = incoming.unfinished(db(), identity(), at=now())
    return render_template("content/new.html", values=values, unfinished=unfinished, **offered)


def _version_form(asset: Asset, sentence: str | None = None) -> str:
    values: Values = MultiDict({"upload": request.values.get("upload", "")})
    unfinished = incoming.unfinished(db(), identity(), at=now())
    return render_template(
        "content/new_version.html", asset=asset, sentence=sentence, values=values, unfinished=unfinished
    )
