"""The brand's name, address and logo, as statements print them."""

from __future__ import annotations

import io
from typing import BinaryIO, cast

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from partners.brand import BrandWords, describe_brand, the_brand
from partners.logos import clean_logo
from portal.kernel.activity import record
from portal.kernel.db import transaction
from portal.kernel.errors import NotFound, Refusal
from portal.kernel.identity import Permission
from portal.kernel.ports import BlobNotStored
from portal.web.access import requires
from portal.web.admin.blueprint import blueprint
from portal.web.context import db, identity, now, services


@blueprint.get("/brand")
@requires(Permission.PEOPLE_ALL)
def brand() -> str:
    return render_template("admin/brand.html", brand=the_brand(db()))


@blueprint.post("/brand")
@requires(Permission.PEOPLE_ALL)
def change_brand() -> BaseResponse | tuple[str, int]:
    """Keep what was typed and the logo, if a new one came."""
    try:
        logo = _logo()
        with transaction(services().sessions) as session:
            kept = logo or (None if "no_logo" in request.form else the_brand(session).logo_sha256)
            typed = request.form.get
            words = BrandWords(typed("name", ""), typed("address", ""), typed("email", ""), kept)
            describe_brand(session, words)
            record(session, "brand changed", ("organisation", "BRAND"), at=now(), by=identity())
    except Refusal as refusal:
        page = render_template("admin/brand.html", brand=the_brand(db()), sentence=refusal.sentence)
        return page, refusal.status
    flash(_("Statements from now on say this."), "good")
    return redirect(url_for("admin.brand"), 303)


@blueprint.get("/brand/logo")
@requires(Permission.PEOPLE_ALL)
def brand_logo() -> Response:
    """The logo as it is printed."""
    sha256 = the_brand(db()).logo_sha256
    if sha256 is None:
        raise NotFound
    try:
        with services().blobs.open(sha256) as stream:
            return Response(stream.read(), mimetype="image/png")
    except BlobNotStored:
        raise NotFound from None


def _logo() -> str | None:
    file = request.files.get("logo")
    if file is None or not file.filename:
        return None
    drawn = clean_logo(cast("BinaryIO", file.stream))
    return services().blobs.put(io.BytesIO(drawn)).sha256
