"""A document with the partner's own name on it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from flask import request
from werkzeug.wrappers import Response as BaseResponse

from content.assets.cobranding_models import CobrandedFile
from content.assets.models import AssetVersion, FileFormat
from content.editing.branding_zones import zone_of
from content.processing.cobranding import branding_job, cobranded
from content.usage.usage_downloads import record_cobranded_download
from content.usage.usage_views import Moment
from partners.models import Organisation
from portal.kernel.db import transaction
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content.blob_answers import cobranded_pdf, picture, stored_files
from portal.web.content.blueprint import blueprint
from portal.web.content.zones import current_pdf
from portal.web.context import db, identity, now, services


@blueprint.get("/library/<ref>/with-our-name")
@requires(Permission.CONTENT_READ)
def with_our_name(ref: str) -> BaseResponse:
    """The current version as a PDF with the asker's own organisation on it."""
    version = current_pdf(db(), ref)
    made = _made(version)
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
def with_our_name_page(ref: str) -> BaseResponse:
    """The picture of the page that carries the name, for presenting."""
    version = current_pdf(db(), ref)
    return picture(services().blobs, _made(version).image_sha256, version, at=now())


@dataclass(frozen=True, slots=True)
class OurName:
    """What a partner's page says of the copy with its own name: the page that carries it, and who acts."""

    page: int
    is_ready: bool
    may_set: bool


def our_name_of(version: AssetVersion | None) -> OurName | None:
    """None for who is no partner, and where the brand keeps no place free on the current version."""
    if version is None or version.format is not FileFormat.PDF or not identity().is_partner:
        return None
    zone = zone_of(db(), version) if version.id == version.asset.current_version_id else None
    if zone is None:
        return None
    is_ready = bool(db().get_one(Organisation, identity().organisation_id).contact)
    return OurName(zone.page, is_ready, identity().may(Permission.PEOPLE_WRITE))


def _made(version: AssetVersion) -> CobrandedFile:
    job = branding_job(db(), identity(), version)
    with stored_files():
        return cobranded(services().sessions, services().blobs, job, at=now())
