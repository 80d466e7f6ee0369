"""A document with the partner's own name on it: asked for, made in the background, then handed out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as BaseResponse

from content.assets.models import AssetVersion, FileFormat, Processing
from content.editing.branding_zones import zone_of
from content.processing.cobranding import branding_job, copy_of, job_for
from content.processing.wanted_copies import ask_for_copy, wanted_copy
from content.usage.usage_downloads import record_cobranded_download
from content.usage.usage_views import Moment
from partners.models import Organisation
from portal.adapters.queue import MAKE_COPY
from portal.kernel.db import transaction
from portal.kernel.errors import NotFound
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content.blob_answers import cobranded_pdf, picture
from portal.web.content.blueprint import blueprint
from portal.web.content.zones import current_pdf
from portal.web.context import db, identity, now, services


class CopyState(StrEnum):
    """How far a partner's copy of a version is."""

    NOT_ASKED = "not_asked"
    MAKING = "making"
    FAILED = "failed"
    MADE = "made"


@dataclass(frozen=True, slots=True)
class OurName:
    """What a partner's page says of the copy with its own name: the page that carries it, and who acts."""

    page: int
    has_contact: bool
    may_set: bool
    is_made: bool


@blueprint.post("/library/<ref>/with-our-name")
@requires(Permission.CONTENT_READ)
def ask_for_our_copy(ref: str) -> BaseResponse:
    """Have the copy made, unless it was before."""
    wanted_id = None
    with transaction(services().sessions) as session:
        version = current_pdf(session, ref)
        job = branding_job(session, identity(), version)
        if copy_of(session, job) is None:
            wanted_id = ask_for_copy(session, job, at=now()).id
    if wanted_id is not None:
        services().queue.send(MAKE_COPY, wanted_id=wanted_id)
    return redirect(url_for("content.our_copy", ref=ref), 303)


@blueprint.get("/library/<ref>/our-copy")
@requires(Permission.CONTENT_READ)
def our_copy(ref: str) -> str:
    """How far it is, then the download."""
    return render_template("content/our_copy.html", **_facts(ref))


@blueprint.get("/library/<ref>/our-copy/state")
@requires(Permission.CONTENT_READ)
def our_copy_state(ref: str) -> str:
    """The part of the page that changes, asked for every second while it is being made."""
    return render_template("content/_our_copy.html", **_facts(ref))


@blueprint.get("/library/<ref>/with-our-name")
@requires(Permission.CONTENT_READ)
def with_our_name(ref: str) -> BaseResponse:
    """The current version as a PDF with the asker's own organisation on it, once it is made."""
    version = current_pdf(db(), ref)
    made = copy_of(db(), branding_job(db(), identity(), version))
    if made is None:
        return redirect(url_for("content.our_copy", ref=ref), 303)
    name = PurePath(version.file_name)
    file_name = f"{name.stem} v{version.number} {identity().organisation_ref}.pdf"
    answer = cobranded_pdf(services().blobs, made.file_sha256, file_name)
    if request.method == "GET" and request.range is None and not identity().is_preview:
        moment = Moment.of(now(), services().settings.zone)
        with transaction(services().sessions) as session:
            record_cobranded_download(session, identity(), version, moment)
    return answer


@blueprint.get("/library/<ref>/with-our-name/page")
@requires(Permission.CONTENT_READ)
def with_our_name_page(ref: str) -> ResponseReturnValue:
    """The picture of the page that carries the name, for presenting, once it is made."""
    version = current_pdf(db(), ref)
    made = copy_of(db(), branding_job(db(), identity(), version))
    if made is None:
        raise NotFound
    return picture(services().blobs, made.image_sha256)


def our_name_of(version: AssetVersion | None) -> OurName | None:
    """None for who is no partner, and where the brand keeps no place free on the current version."""
    if version is None or version.format is not FileFormat.PDF or not identity().is_partner:
        return None
    zone = zone_of(db(), version) if version.id == version.asset.current_version_id else None
    if zone is None:
        return None
    job = job_for(db(), version, db().get_one(Organisation, identity().organisation_id))
    is_made = job is not None and copy_of(db(), job) is not None
    return OurName(zone.page, job is not None, identity().may(Permission.PEOPLE_WRITE), is_made)


def _facts(ref: str) -> dict[str, object]:
    version = current_pdf(db(), ref)
    job = branding_job(db(), identity(), version)
    wanted = wanted_copy(db(), job)
    if copy_of(db(), job) is not None:
        state = CopyState.MADE
    elif wanted is None:
        state = CopyState.NOT_ASKED
    else:
        state = CopyState.FAILED if wanted.processing is Processing.FAILED else CopyState.MAKING
    reason = wanted.reason if wanted else None
    page = job.zone.page
    return {"asset": version.asset, "version": version, "state": state, "reason": reason, "page": page}
