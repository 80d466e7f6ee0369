"""Pictures, text, downloads and media of an asset, each behind the one guard."""

from __future__ import annotations

from pathlib import PurePath

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from content.assets.guard import readable_page, readable_version
from content.assets.models import AssetVersion, FileFormat
from content.usage.usage_downloads import record_download
from content.usage.usage_views import Moment
from portal.kernel.db import transaction
from portal.kernel.errors import NotFound
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content.blob_answers import attachment, picture, played
from portal.web.content.blueprint import blueprint
from portal.web.context import db, identity, now, services

PLAYABLE = {FileFormat.AUDIO, FileFormat.VIDEO, FileFormat.IMAGE, FileFormat.TEXT, FileFormat.MARKDOWN}


@blueprint.get("/library/<ref>/thumbnail")
@requires(Permission.CONTENT_READ)
def thumbnail(ref: str) -> BaseResponse:
    version = readable_version(db(), identity(), ref, at=now())
    return picture(services().blobs, version.cover_sha256)


@blueprint.get("/library/<ref>/versions/<int:number>/pages/<int:page>/image")
@requires(Permission.CONTENT_READ)
def page_image(ref: str, number: int, page: int) -> BaseResponse:
    version = readable_version(db(), identity(), ref, number, at=now())
    shown = readable_page(db(), version, page)
    return picture(services().blobs, shown.image_sha256)


@blueprint.get("/library/<ref>/versions/<int:number>/pages/<int:page>/thumbnail")
@requires(Permission.CONTENT_READ)
def page_thumbnail(ref: str, number: int, page: int) -> BaseResponse:
    version = readable_version(db(), identity(), ref, number, at=now())
    shown = readable_page(db(), version, page)
    return picture(services().blobs, shown.thumbnail_sha256)


@blueprint.get("/library/<ref>/versions/<int:number>/pages/<int:page>/text")
@requires(Permission.CONTENT_READ)
def page_text(ref: str, number: int, page: int) -> Response:
    version = readable_version(db(), identity(), ref, number, at=now())
    return Response(readable_page(db(), version, page).text, content_type="text/plain; charset=utf-8")


@blueprint.get("/library/<ref>/download")
@requires(Permission.CONTENT_READ)
def download(ref: str) -> BaseResponse:
    return _download(readable_version(db(), identity(), ref, at=now()))


@blueprint.get("/library/<ref>/versions/<int:number>/download")
@requires(Permission.CONTENT_READ)
def download_version(ref: str, number: int) -> BaseResponse:
    return _download(readable_version(db(), identity(), ref, number, at=now()))


@blueprint.get("/library/<ref>/versions/<int:number>/media")
@requires(Permission.CONTENT_READ)
def media(ref: str, number: int) -> BaseResponse:
    version = readable_version(db(), identity(), ref, number, at=now())
    if version.format not in PLAYABLE or not version.is_ready:
        raise NotFound
    return played(services().blobs, version, _name(version))


def _download(version: AssetVersion) -> BaseResponse:
    answer = attachment(services().blobs, version, _name(version))
    if request.method == "GET" and _is_from_the_start() and not identity().is_preview:
        moment = Moment.of(now(), services().settings.zone)
        with transaction(services().sessions) as session:
            record_download(session, identity(), version, moment)
    return answer


def _is_from_the_start() -> bool:
    # a download that goes on after a break is still one download
    return request.range is None or request.range.ranges[0][0] == 0


def _name(version: AssetVersion) -> str:
    """The name it came with, under the number that tells two versions apart."""
    name = PurePath(version.file_name)
    return f"{name.stem}{f' v{version.number}' if version.number > 1 else ''}{name.suffix}"
