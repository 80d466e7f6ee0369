"""The viewer: a version page by page, with what to say beside it. Opening it opens a view (usage rule 1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import defer

from content.assets.guard import readable_version
from content.assets.models import PLAYED_FORMATS, Asset, AssetVersion, FileFormat, Page, Vocabulary
from content.editing.captioning import captions_of
from content.processing.demos import start_of
from content.processing.links import host_of
from content.readers.collection_queries import Sequence, sequence_at
from content.readers.saving import saved_refs
from content.usage.usage_tokens import signed
from content.usage.usage_views import Moment, open_view, unopened_view
from portal.kernel.db import BUSY, transaction
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content.acknowledging import duty_of
from portal.web.content.blueprint import blueprint
from portal.web.content.cobranding import our_name_of
from portal.web.content.feedback import answer_of
from portal.web.content.links import link_address
from portal.web.content.pages import small_width
from portal.web.content.presenting import asked_to_note
from portal.web.content.search_notes import words_searched
from portal.web.content.versions import ready_versions
from portal.web.content_words import kind_names
from portal.web.context import db, identity, now, services

PATIENCE = timedelta(seconds=1)
# their pages are always pictures of themselves
PICTURED = {FileFormat.PDF, FileFormat.IMAGE}


@dataclass(frozen=True, slots=True)
class TalkLine:
    """A line of the talk track; "Ask: when…" has the label Ask."""

    label: str
    words: str


@blueprint.get("/library/<ref>/view")
@requires(Permission.CONTENT_READ)
def viewer(ref: str) -> ResponseReturnValue:
    version = readable_version(db(), identity(), ref, request.args.get("version", type=int), at=now())
    if not version.is_ready:
        return redirect(url_for("content.asset", ref=ref), 303)
    asset = version.asset
    our_name = our_name_of(version)
    number = min(max(request.args.get("page", 1, type=int), 1), max(version.page_count, 1))
    pages = _pages(version, number)
    is_demo = start_of(db(), version) is not None
    first = pages[0] if pages and not is_demo else None
    return render_template(
        "content/viewer.html",
        asset=asset,
        version=version,
        page=first,
        small_width=small_width(first.width, first.height) if first and first.small_sha256 else 0,
        cover_has_words=first_is_cover(version, pages),
        is_played=version.format in PLAYED_FORMATS,
        is_demo=is_demo,
        demos_origin=services().settings.demos_url,
        our_name=our_name,
        is_named=our_name is not None and our_name.is_made and request.args.get("name") == "ours",
        link=link_address(version),
        host=host_of(version.url) if version.url else "",
        captions=captions_of(db(), version) if version.format in PLAYED_FORMATS else [],
        token=_opened_soon(version),
        versions=ready_versions(asset),
        personas=asset.terms_of(Vocabulary.PERSONA),
        stages=asset.terms_of(Vocabulary.STAGE),
        talk=talk_lines(asset.talk_track),
        kinds=kind_names(),
        query=(request.args.get("q") or words_searched())[:200],
        today=now().date(),
        sees_usage=identity().may(Permission.USAGE_READ),
        is_partner=identity().is_partner,
        **asked_to_note(),
        is_saved=ref in saved_refs(db(), identity()),
        **answer_of(db(), version),
        sequence=_sequence(asset),
        **duty_of(asset, is_open=version.id == asset.current_version_id),
    )


def _opened_soon(version: AssetVersion) -> str:
    """As `opened`; a buyer who looks on does not wait until a large import is written."""
    try:
        return opened(version, patience=PATIENCE)
    except OperationalError:
        return signed(services().settings.secret_key, unopened_view(version, _moment()))


def opened(version: AssetVersion, *, patience: timedelta = BUSY) -> str:
    """Open a view of a version that the guard has granted, and sign its token; "" for who only looks."""
    if identity().is_preview:
        return ""
    with transaction(services().sessions, patience=patience) as session:
        view = open_view(session, identity(), version, _moment())
        return signed(services().settings.secret_key, view)


def _moment() -> Moment:
    return Moment.of(now(), services().settings.zone)


def talk_lines(text: str) -> list[TalkLine]:
    found = []
    for line in filter(None, (each.strip() for each in text.splitlines())):
        label, colon, words = line.partition(":")
        is_labelled = bool(colon) and label.isalpha() and len(label) <= 12
        found.append(TalkLine(label, words.strip()) if is_labelled else TalkLine("", line))
    return found


def first_is_cover(version: AssetVersion, pages: list[Page]) -> bool:
    """Whether the first picture is a cover that was drawn, so that its words have to be shown too."""
    has_real_pictures = any(page.number == 2 and page.image_sha256 for page in pages)
    return version.format not in PICTURED and not has_real_pictures


def _sequence(asset: Asset) -> Sequence | None:
    """The playbook that is read from first to last, when the address names one."""
    ref = request.args.get("in")
    return sequence_at(db(), identity(), ref, asset, at=now()) if ref else None


def _pages(version: AssetVersion, number: int) -> list[Page]:
    """The page to start with, and the second one: however many there are, no more are read."""
    wanted = select(Page).where(Page.version_id == version.id, Page.number.in_({number, 2}))
    return sorted(db().scalars(wanted.options(defer(Page.text))), key=lambda page: page.number != number)
