"""Where partners put their name on a document: the brand places it on a page, and sees how it looks."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from content.assets.cobranding_models import ZoneAlignment, ZoneBackground
from content.assets.errors import CannotBeBranded, WrongZone
from content.assets.guard import readable_version
from content.assets.models import AssetVersion, FileFormat
from content.assets.proposal_models import ChangeOf, ProposedChange
from content.editing.branding_zones import (
    Zone,
    place_zone,
    proposed_zone,
    remove_zone,
    zone_for_approval,
    zone_of,
)
from content.editing.proposing import waiting_change
from content.processing.cobranding import BrandingJob, Signature, drawn
from portal.kernel.db import transaction
from portal.kernel.errors import NotFound
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content.blob_answers import stored_files
from portal.web.content.blueprint import blueprint
from portal.web.content.steps import waits_now
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
    version = current_pdf(db(), ref)
    kept, waits = zone_of(db(), version), _waiting(version)
    wished = Zone.of_facts(waits.after["zone"]) if waits is not None and waits.after["zone"] else kept
    return _page(version, wished or proposed_zone(db(), version) or USUAL, is_kept=kept is not None)


@blueprint.post("/library/<ref>/zone")
@requires(Permission.CONTENT_WRITE)
def save_zone(ref: str) -> BaseResponse | tuple[str, int]:
    try:
        with transaction(services().sessions) as session:
            version = current_pdf(session, ref)
            waits = _save(session, version, None if "remove" in request.form else _typed())
    except (WrongZone, CannotBeBranded) as refusal:
        version = current_pdf(db(), ref)
        kept = zone_of(db(), version)
        return _page(version, kept or USUAL, is_kept=kept is not None, sentence=refusal.sentence), 422
    if waits is not None:
        return waits_now(
            ref, waits, _("The place waits for approval; partners have what is there until then.")
        )
    if "remove" in request.form:
        flash(_("Partners put no name on it any more."), "good")
        return redirect(url_for("content.asset", ref=ref), 303)
    flash(_("Partners can put their name there."), "good")
    return redirect(url_for("content.zone", ref=ref), 303)


@blueprint.get("/library/<ref>/zone/preview")
@requires(Permission.CONTENT_WRITE)
def zone_preview(ref: str) -> Response:
    """The page as a partner with a long name would get it; nothing is kept."""
    version = current_pdf(db(), ref)
    if version.blob_sha256 is None:
        raise NotFound
    job = BrandingJob(version.id, 0, version.blob_sha256, _typed(), SAMPLE)
    with TemporaryDirectory(prefix="makegood-") as name, stored_files():
        reading = drawn(services().blobs, job, Path(name))
        made = (Path(name) / str(reading.pages[0].image)).read_bytes()
    return Response(made, content_type="image/webp")


def current_pdf(session: Session, ref: str) -> AssetVersion:
    """Only the current version is handed out with a name: a new one ends the copies of the one before."""
    version = readable_version(session, identity(), ref, at=now())
    if version.format is not FileFormat.PDF:
        raise NotFound
    return version


def _save(session: Session, version: AssetVersion, wished: Zone | None) -> ProposedChange | None:
    if services().settings.needs_approval:
        return zone_for_approval(session, version, wished, at=now(), by=identity())
    if wished is None:
        remove_zone(session, version, at=now(), by=identity())
    else:
        place_zone(session, version, wished, at=now(), by=identity())
    return None


def _waiting(version: AssetVersion) -> ProposedChange | None:
    """The change of this version's place that waits for a second person."""
    found = waiting_change(db(), version.asset, ChangeOf.ZONE)
    return found if found is not None and found.version_id == version.id else None


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
    waits = _waiting(version)
    return render_template("content/zone.html", **facts, **names, page=page, sentence=sentence, waits=waits)
