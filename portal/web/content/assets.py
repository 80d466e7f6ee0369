"""An asset's page, and the part of it that follows how its file is being read."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from content.assets.models import Asset, AssetState, FileFormat
from content.assets.queries import AssetPage, asset_page, pages_of, pages_ready
from content.finding.indexing import why_not_indexed
from content.processing.demos import storing_files
from content.readers.saving import saved_refs
from content.usage.demo_models import DemoFile
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content.acknowledging import duty_of, progress_of
from portal.web.content.approving import waiting_of
from portal.web.content.blueprint import blueprint
from portal.web.content.captions import captions_to_write
from portal.web.content.cobranding import our_name_of
from portal.web.content.confirming import confirmation, last_seen_on
from portal.web.content.feedback import answer_of, sums_of
from portal.web.content.file_fact_words import file_fact_names
from portal.web.content.forms import audience_sentence
from portal.web.content.library_page import language_name
from portal.web.content.links import link_address
from portal.web.content.news import readers_of
from portal.web.content.translations import in_other_languages
from portal.web.content_words import kind_names, moments_of_truth, vocabulary_names
from portal.web.context import business_day, db, identity, now, services
from portal.web.formats import reader_zone

PAGES_SHOWN = 24


@blueprint.get("/library/<ref>")
@requires(Permission.CONTENT_READ)
def asset(ref: str) -> str:
    found = asset_page(db(), identity(), ref, at=now())
    pages = pages_of(db(), found.version, most=PAGES_SHOWN) if found.version else []
    return render_template(
        "content/asset.html",
        pages=pages,
        is_saved=ref in saved_refs(db(), identity()),
        **answer_of(db(), found.version),
        **sums_of(found.asset),
        **in_other_languages(found.asset),
        **duty_of(found.asset),
        **progress_of(found.asset, business_day()),
        may_collect=identity().may(Permission.COLLECTIONS_WRITE),
        **_shown(found),
        **readers_of(found),
        **captions_to_write(found),
        **waiting_of(found.asset),
    )


@blueprint.get("/library/<ref>/processing")
@requires(Permission.CONTENT_WRITE)
def processing_state(ref: str) -> ResponseReturnValue:
    """The state alone, asked for every second; when it is over the whole page is loaded again."""
    found = asset_page(db(), identity(), ref, at=now())
    headers = {}
    if found.newest is None or found.newest.processing.is_over:
        headers["HX-Refresh"] = "true"
    return render_template("content/_processing.html", **_shown(found)), 200, headers


def _storing(found: AssetPage) -> list[DemoFile]:
    """Files of the newest demo that keep data in the browser, where there is no second address for them."""
    newest = found.newest
    if newest is None or services().settings.demos_url or not identity().may(Permission.CONTENT_WRITE):
        return []
    return storing_files(db(), newest.id) if newest.format is FileFormat.DEMO else []


def _shown(found: AssetPage) -> dict[str, object]:
    writes = identity().may(Permission.CONTENT_WRITE)
    return {
        "asset": found.asset,
        "version": found.version,
        "versions": found.versions,
        "newest": found.newest,
        "pages_ready": pages_ready(db(), found.newest),
        "storing": _storing(found),
        "not_indexed": why_not_indexed(db(), found.asset.id) if writes else None,
        "fact_names": file_fact_names(),
        "our_name": our_name_of(found.version),
        "link": link_address(found.version),
        "audience": audience_sentence(found.asset.audience),
        "language": language_name(found.asset.language),
        "kinds": kind_names(),
        "vocabularies": vocabulary_names(),
        "moments": moments_of_truth(),
        "writes": writes,
        "is_expired": found.asset.is_expired(now()),
        "today": business_day(),
        "next_review": confirmation().review_on,
        "last_seen_on": last_seen_on(found.asset.review_on),
        "is_own": identity().user_id in found.asset.author_ids if writes else False,
        "unapproved": _needs_approval(found.asset) if writes else False,
        "needs_approval": services().settings.needs_approval,
        "zone": reader_zone().key,
    }


def _needs_approval(asset: Asset) -> bool:
    """Whether it cannot be published before somebody else has approved it."""
    approved = asset.is_approved_as_it_is or asset.state is AssetState.APPROVED
    return services().settings.needs_approval and not approved
