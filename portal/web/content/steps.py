"""From draft to published and retired, and reading a failed version again. Each with its undo."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from content.assets.guard import readable_asset, readable_version
from content.assets.proposal_models import ProposedChange
from content.editing import publishing
from content.editing.stored_files import StoredFiles, files_to_publish
from content.processing.processing import retry
from portal.adapters.queue import READ_VERSION
from portal.kernel.db import transaction
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content.blueprint import blueprint
from portal.web.context import db, identity, now, services
from portal.web.paths import safe_next
from portal.web.toasts import tell_done


@blueprint.post("/library/<ref>/publish")
@requires(Permission.CONTENT_WRITE)
def publish(ref: str) -> Response:
    verb = publishing.publish_approved if services().settings.needs_approval else publishing.publish
    files = files_of([readable_asset(db(), identity(), ref, at=now()).id])
    return _take(ref, partial(verb, files=files), _("It is published."), undo="content.withdraw")


@blueprint.post("/library/<ref>/withdraw")
@requires(Permission.CONTENT_WRITE)
def withdraw(ref: str) -> Response:
    return _take(ref, publishing.take_back, _("It is a draft again; partners no longer see it."))


@blueprint.post("/library/<ref>/retire")
@requires(Permission.CONTENT_WRITE)
def retire(ref: str) -> Response:
    said = _("It is retired; partners no longer see it.")
    return _take(ref, publishing.retire, said, undo="content.publish")


@blueprint.post("/library/<ref>/submit")
@requires(Permission.CONTENT_WRITE)
def submit(ref: str) -> Response:
    return _take(ref, publishing.submit, _("It waits for approval."), undo="content.withdraw")


@blueprint.post("/library/<ref>/versions/<int:number>/retry")
@requires(Permission.CONTENT_WRITE)
def retry_version(ref: str, number: int) -> Response:
    with transaction(services().sessions) as session:
        version = readable_version(session, identity(), ref, number, at=now())
        retry(session, version, at=now(), by=identity())
        version_id = version.id
    services().queue.send(READ_VERSION, version_id=version_id)
    flash(_("Version %(number)s is being read again.", number=number), "good")
    return redirect(url_for("content.asset", ref=ref), 303)


def files_of(asset_ids: Collection[int]) -> StoredFiles:
    """The store, asked for the files that publishing these assets would show."""
    files = StoredFiles(services().blobs)
    files.ask(files_to_publish(db(), asset_ids))
    return files


def _take(ref: str, verb: publishing.Verb, said: str, *, undo: str | None = None) -> Response:
    with transaction(services().sessions) as session:
        asset = readable_asset(session, identity(), ref, at=now())
        verb(session, asset, at=now(), by=identity())
    return done(ref, said, undo=url_for(undo, ref=ref) if undo else None)


def done(ref: str, said: str, *, undo: str | None = None) -> Response:
    """Say what was done, with its undo, where the person was: on the asset's page or in a list of content."""
    came_from = safe_next(request.form.get("form_page"))
    is_list = came_from == "/content" or came_from.startswith(("/content?", "/content/"))
    page = came_from if is_list else url_for("content.asset", ref=ref)
    tell_done(said, undo, page=page)
    return redirect(page, 303)


def waits_now(ref: str, change: ProposedChange, said: str) -> Response:
    """Say that a change waits for a second person; to take it back is its undo."""
    return done(ref, said, undo=url_for("content.take_proposed_back", proposed_id=change.id))
