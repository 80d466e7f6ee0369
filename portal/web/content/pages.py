"""What the viewer asks for while somebody turns pages: facts of all pages, the words of one, hits in all."""

from __future__ import annotations

import json

from flask import Response, jsonify, request
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from content.assets.guard import readable_page, readable_version
from content.assets.models import Page
from content.finding.page_hits import hits_by_page
from content.reading.result import SMALL
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content.blob_answers import picture
from portal.web.content.blueprint import blueprint
from portal.web.context import db, identity, now, services


@blueprint.get("/library/<ref>/versions/<int:number>/pages")
@requires(Permission.CONTENT_READ)
def page_facts(ref: str, number: int) -> Response:
    """[title, width, height, width of the smaller picture, has a picture, has a thumbnail] of each page."""
    version = readable_version(db(), identity(), ref, number, at=now())
    columns = (Page.title, Page.width, Page.height, Page.small_sha256, Page.image_sha256)
    rows = select(*columns, Page.thumbnail_sha256).where(Page.version_id == version.id).order_by(Page.number)
    return jsonify(
        pages=[
            [title, width, height, small_width(width, height) if small else 0, bool(image), bool(thumbnail)]
            for title, width, height, small, image, thumbnail in db().execute(rows)
        ]
    )


@blueprint.get("/library/<ref>/versions/<int:number>/pages/<int:page>/words")
@requires(Permission.CONTENT_READ)
def page_words(ref: str, number: int, page: int) -> Response:
    """The text of a page, and where its words stand on the picture."""
    version = readable_version(db(), identity(), ref, number, at=now())
    found = readable_page(db(), version, page)
    return jsonify(text=found.text, layer=json.loads(found.layer or "[]"))


@blueprint.get("/library/<ref>/versions/<int:number>/pages/<int:page>/small")
@requires(Permission.CONTENT_READ)
def small_page_image(ref: str, number: int, page: int) -> BaseResponse:
    version = readable_version(db(), identity(), ref, number, at=now())
    shown = readable_page(db(), version, page)
    return picture(services().blobs, shown.small_sha256 or shown.image_sha256)


@blueprint.get("/library/<ref>/versions/<int:number>/find")
@requires(Permission.CONTENT_READ)
def find_in_version(ref: str, number: int) -> Response:
    """Hits of words by page, as pairs; and the words as they stand there, to be marked."""
    version = readable_version(db(), identity(), ref, number, at=now())
    found = hits_by_page(db(), version, request.args.get("q", "")[:200])
    return jsonify(pages=list(found.pages.items()), words=sorted(found.forms))


def small_width(width: int | None, height: int | None) -> int:
    """How wide the smaller picture of a page is (content.reading.result.SMALL)."""
    if not width or not height:
        return 0
    return round(width * min(SMALL[0] / width, SMALL[1] / height, 1))
