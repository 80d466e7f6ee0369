"""Captions of a film or a sound: attached by who writes content, shown to everyone who may play it."""

from __future__ import annotations

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from content.assets.caption_models import VersionCaptions
from content.assets.errors import FileMissing, UnknownWord
from content.assets.guard import readable_version
from content.assets.models import PLAYED_FORMATS
from content.assets.queries import AssetPage
from content.processing.captions import (
    MOST_BYTES,
    CaptionFile,
    as_vtt,
    attach_captions,
    captions_of,
    remove_captions,
)
from portal.adapters.queue import KEEP_INDEX
from portal.kernel.db import transaction
from portal.kernel.errors import NotFound
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content.blob_answers import CLOSED
from portal.web.content.blueprint import blueprint
from portal.web.content.forms import LANGUAGES
from portal.web.context import db, identity, now, services


@blueprint.get("/library/<ref>/versions/<int:number>/captions/<language>.vtt")
@requires(Permission.CONTENT_READ)
def captions(ref: str, number: int, language: str) -> Response:
    version = readable_version(db(), identity(), ref, number, at=now())
    cues = db().scalar(
        select(VersionCaptions.cues).where(
            VersionCaptions.version_id == version.id, VersionCaptions.language == language
        )
    )
    if cues is None:
        raise NotFound
    answer = Response(as_vtt(cues), content_type="text/vtt; charset=utf-8")
    answer.headers["Content-Security-Policy"] = CLOSED
    return answer


@blueprint.post("/library/<ref>/versions/<int:number>/captions")
@requires(Permission.CONTENT_WRITE)
def attach(ref: str, number: int) -> BaseResponse:
    file = request.files.get("captions")
    if file is None or not file.filename:
        raise FileMissing
    data = file.stream.read(MOST_BYTES + 1)
    with transaction(services().sessions) as session:
        version = readable_version(session, identity(), ref, number, at=now())
        attach_captions(session, version, CaptionFile(data, _language()), at=now(), by=identity())
    services().queue.send(KEEP_INDEX)
    flash(
        _("The captions are shown, with a transcript beside the player, and their words are found."), "good"
    )
    return redirect(url_for("content.asset", ref=ref), 303)


@blueprint.post("/library/<ref>/versions/<int:number>/captions/remove")
@requires(Permission.CONTENT_WRITE)
def remove(ref: str, number: int) -> BaseResponse:
    with transaction(services().sessions) as session:
        version = readable_version(session, identity(), ref, number, at=now())
        remove_captions(session, version, _language())
        version.asset.updated_at = now()
    services().queue.send(KEEP_INDEX)
    flash(_("The captions are gone."), "good")
    return redirect(url_for("content.asset", ref=ref), 303)


def captions_to_write(found: AssetPage) -> dict[str, object]:
    """For who writes content: the captions of the film or sound that is current."""
    version = found.version
    if (
        version is None
        or version.format not in PLAYED_FORMATS
        or not identity().may(Permission.CONTENT_WRITE)
    ):
        return {"captions": None}
    return {"captions": captions_of(db(), version), "caption_languages": LANGUAGES}


def _language() -> str:
    language = request.form.get("language", "en")
    if language not in LANGUAGES:
        raise UnknownWord(_("language"), language[:20], list(LANGUAGES))
    return language
