"""The partner's own logo and contact, as their copies of documents carry them."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from content.reading import reader
from content.reading.result import Unreadable
from partners.contacts import describe_contact
from partners.logos import NotALogo
from portal.kernel.activity import record
from portal.kernel.db import transaction
from portal.kernel.errors import NotFound, Refusal
from portal.kernel.identity import Permission
from portal.kernel.ports import BlobNotStored
from portal.web.access import requires
from portal.web.context import identity, now, person, services
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
        logo = _logo()
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
    sha256 = person().organisation.logo_sha256
    if sha256 is None:
        raise NotFound
    try:
        with services().blobs.open(sha256) as stream:
            return Response(stream.read(), mimetype="image/png")
    except BlobNotStored:
        raise NotFound from None


def _logo() -> str | None:
    """The picture that was sent, drawn anew by the limited child (R15). Raises NotALogo."""
    file = request.files.get("logo")
    if file is None or not file.filename:
        return None
    with TemporaryDirectory(prefix="makegood-") as name:
        source = Path(name) / "source"
        file.save(source)
        try:
            made = reader.make("logo", source, Path(name)).files[0]
        except Unreadable:
            raise NotALogo from None
        with (Path(name) / made.file).open("rb") as drawn:
            return services().blobs.put(drawn).sha256


def _only_partners() -> None:
    if not identity().is_partner:
        raise NotFound


def _page(sentence: str | None = None) -> str:
    _only_partners()
    contact = request.form.get("contact", person().organisation.contact or "")
    return render_template(
        "partners/our_name.html", organisation=person().organisation, contact=contact, sentence=sentence
    )
