"""The partner's own logo and contact, as their copies of documents carry them."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from partners.contacts import describe_contact
from portal.kernel.activity import record
from portal.kernel.db import transaction
from portal.kernel.errors import NotFound, Refusal
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.context import identity, now, person, services
from portal.web.logos import logo_answer, sent_logo
from portal.web.partners.blueprint import blueprint


@blueprint.get("/our-name")
@requires(Permission.PEOPLE_WRITE)
def our_name() -> str:
    return _page()


@blueprint.post("/our-name")
@requires(Permission.PEOPLE_WRITE)
def save_our_name() -> BaseResponse | tuple[str, int]:
    _only_partners()
    try:
        logo = sent_logo()
        kept = None if "no_logo" in request.form else person().organisation.logo_sha256
        with transaction(services().sessions) as session:
            contact = request.form.get("contact", "")
            describe_contact(session, identity(), contact, logo_sha256=logo or kept)
            subject = ("organisation", identity().organisation_ref)
            record(session, "contact changed", subject, at=now(), by=identity())
    except Refusal as refusal:
        return _page(refusal.sentence), refusal.status
    flash(_("Documents with your name carry this from now on."), "good")
    return redirect(url_for("partners.our_name"), 303)


@blueprint.get("/our-name/logo")
@requires(Permission.PEOPLE_WRITE)
def our_logo() -> Response:
    """The logo as it is printed."""
    _only_partners()
    return logo_answer(person().organisation.logo_sha256)


def _only_partners() -> None:
    if not identity().is_partner:
        raise NotFound


def _page(sentence: str | None = None) -> str:
    _only_partners()
    contact = request.form.get("contact", person().organisation.contact or "")
    return render_template(
        "partners/our_name.html", organisation=person().organisation, contact=contact, sentence=sentence
    )
