"""Captions of a film or a sound: attached by who writes content, shown to everyone who may play it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from content.assets.errors import FileMissing, UnknownWord
from content.assets.guard import readable_version
from content.assets.models import PLAYED_FORMATS
from content.assets.queries import AssetPage
from content.editing.captioning import (
    attach_captions,
    attach_for_approval,
    captions_in,
    captions_of,
    remove_captions,
    remove_for_approval,
)
from content.editing.captions import MOST_BYTES, CaptionFile, as_vtt
from portal.kernel.db import transaction
from portal.kernel.errors import NotFound
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.attachments import CLOSED
from portal.web.content.blueprint import blueprint
from portal.web.content.forms import LANGUAGES
from portal.web.content.steps import done, waits_now
from portal.web.context import db, identity, now, services


@blueprint.get("/library/<ref>/versions/<int:number>/captions/<language>.vtt")
@requires(Permission.CONTENT_READ)
def captions(ref: str, number: int, language: str) -> Response:
    version = readable_version(db(), identity(), ref, number, at=now())
    found = captions_in(db(), version, language)
    if found is None:
        raise NotFound
    return vtt(found.cues)


@blueprint.post("/library/<ref>/versions/<int:number>/captions")
@requires(Permission.CONTENT_WRITE)
def attach(ref: str, number: int) -> BaseResponse:
    sent = request.files.get("captions")
    if sent is None or not sent.filename:
        raise FileMissing
    file = CaptionFile(sent.stream.read(MOST_BYTES + 1), _language())
    waits = None
    with transaction(services().sessions) as session:
        version = readable_version(session, identity(), ref, number, at=now())
        if services().settings.needs_approval:
            waits = attach_for_approval(session, version, file, at=now(), by=identity())
        else:
            attach_captions(session, version, file, at=now(), by=identity())
    if waits is not None:
        return waits_now(
            ref, waits, _("The captions wait for approval; partners have what is there until then.")
        )
    said = _("The captions are shown, with a transcript beside the player, and their words are found.")
    return done(ref, said)


@blueprint.post("/library/<ref>/versions/<int:number>/captions/remove")
@requires(Permission.CONTENT_WRITE)
def remove(ref: str, number: int) -> BaseResponse:
    waits = None
    with transaction(services().sessions) as session:
        version = readable_version(session, identity(), ref, number, at=now())
        if services().settings.needs_approval:
            waits = remove_for_approval(session, version, _language(), at=now(), by=identity())
        else:
            remove_captions(session, version, _language(), at=now(), by=identity())
    if waits is not None:
        return waits_now(ref, waits, _("They stay until somebody else approves that they go."))
    return done(ref, _("The captions are gone."))


def vtt(cues: Sequence[Sequence[object]]) -> Response:
    answer = Response(as_vtt(cues), content_type="text/vtt; charset=utf-8")
    answer.headers["Content-Security-Policy"] = CLOSED
    return answer


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
