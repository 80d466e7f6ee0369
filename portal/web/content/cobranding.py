"""A document with the partner's name on it: the zone for the brand, the copy for the partner."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from content.assets.cobranding_models import CobrandedFile, ZoneAlignment, ZoneBackground
from content.assets.errors import CannotBeBranded, WrongZone
from content.assets.guard import readable_version
from content.assets.models import AssetVersion, FileFormat
from content.processing.cobranding import (
    BrandingJob,
    Signature,
    Zone,
    branding_job,
    cobranded,
    drawn,
    place_zone,
    proposed_zone,
    remove_zone,
    zone_of,
)
from content.usage.usage_downloads import record_cobranded_download
from content.usage.usage_views import Moment
from partners.models import Organisation
from portal.kernel.db import transaction
from portal.kernel.errors import NotFound
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content.blob_answers import cobranded_pdf, picture, stored_files
from portal.web.content.blueprint import blueprint
from portal.web.content.zone_words import alignment_names, background_names
from portal.web.context import db, identity, now, services

USUAL = Zone(1, 600, 8600, 4400, 900, ZoneBackground.WHITE)
# as long as names get, so that the brand sees that they fit
SAMPLE = Signature(
    "Rheinblick Audiovermarktung und Vertriebsgesellschaft",
    "Friederike Oberlander-Maier\nfriederike.oberlander@rheinblick.example\n+49 221 555 01 42",
    None,
)


@blueprint.get("/library/<ref>/zone")
@requires(Permission.CONTENT_WRITE)
def zone(ref: str) -> str:
    version = _current(db(), ref)
    kept = zone_of(db(), version)
    shown = kept or proposed_zone(db(), version) or USUAL
    return _page(version, shown, is_kept=kept is not None)


@blueprint.post("/library/<ref>/zone")
@requires(Permission.CONTENT_WRITE)
def save_zone(ref: str) -> BaseResponse | tuple[str, int]:
    try:
        with transaction(services().sessions) as session:
            version = _current(session, ref)
            if "remove" in request.form:
                remove_zone(session, version, at=now(), by=identity())
            else:
                place_zone(session, version, _typed(), at=now(), by=identity())
    except (WrongZone, CannotBeBranded) as refusal:
        version = _current(db(), ref)
        kept = zone_of(db(), version)
        return _page(version, kept or USUAL, is_kept=kept is not None, sentence=refusal.sentence), 422
    if "remove" in request.form:
        flash(_("Partners put no name on it any more."), "good")
        return redirect(url_for("content.asset", ref=ref), 303)
    flash(_("Partners can put their name there."), "good")
    return redirect(url_for("content.zone", ref=ref), 303)


@blueprint.get("/library/<ref>/zone/preview")
@requires(Permission.CONTENT_WRITE)
def zone_preview(ref: str) -> Response:
    """The page as a partner with a long name would get it; nothing is kept."""
    version = _current(db(), ref)
    if version.blob_sha256 is None:
        raise NotFound
    job = BrandingJob(version.id, 0, version.blob_sha256, _typed(), SAMPLE)
    with TemporaryDirectory(prefix="makegood-") as name, stored_files():
        reading = drawn(services().blobs, job, Path(name))
        made = (Path(name) / str(reading.pages[0].image)).read_bytes()
    return Response(made, content_type="image/webp")


@blueprint.get("/library/<ref>/with-our-name")
@requires(Permission.CONTENT_READ)
def with_our_name(ref: str) -> BaseResponse:
    """The current version as a PDF with the asker's own organisation on it."""
    version = _current(db(), ref)
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
    version = _current(db(), ref)
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


def _current(session: Session, ref: str) -> AssetVersion:
    """Only the current version is handed out with a name: a new one ends the copies of the one before."""
    version = readable_version(session, identity(), ref, at=now())
    if version.format is not FileFormat.PDF:
        raise NotFound
    return version


def _typed() -> Zone:
    """Percent with decimals, as the fields have them. Raises WrongZone."""
    values = request.values
    try:
        x, y, width, height = (
            round(float(values.get(name, "")) * 100) for name in ("x", "y", "width", "height")
        )
        return Zone(
            int(values.get("page", "1")),
            x,
            y,
            width,
            height,
            ZoneBackground(values.get("background", "clear")),
            ZoneAlignment(values.get("alignment", "left")),
        )
    except (ValueError, OverflowError):
        raise WrongZone from None


def _page(version: AssetVersion, shown: Zone, *, is_kept: bool, sentence: str | None = None) -> str:
    wanted = request.args.get("page", type=int)
    page = wanted if wanted and 1 <= wanted <= version.page_count else min(shown.page, version.page_count)
    facts: dict[str, Any] = {"asset": version.asset, "version": version, "zone": shown, "is_kept": is_kept}
    names = {"backgrounds": background_names(), "alignments": alignment_names()}
    return render_template("content/zone.html", **facts, **names, page=page, sentence=sentence)
