"""The brand's name, address and logo, as statements print them."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from partners.brand import BrandWords, describe_brand, the_brand
from portal.kernel.activity import record
from portal.kernel.db import transaction
from portal.kernel.errors import Refusal
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.admin.blueprint import blueprint
from portal.web.context import db, identity, now, services
from portal.web.logos import logo_answer, sent_logo


@blueprint.get("/brand")
@requires(Permission.PEOPLE_ALL)
def brand() -> str:
    return render_template("admin/brand.html", brand=the_brand(db()))


@blueprint.post("/brand")
@requires(Permission.PEOPLE_ALL)
def change_brand() -> BaseResponse | tuple[str, int]:
    """Keep what was typed and the logo, if a new one came."""
    try:
        logo = sent_logo()
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
    return logo_answer(the_brand(db()).logo_sha256)
