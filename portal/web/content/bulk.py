"""Many assets at once: choose, look at what would change, do it, undo it."""

from __future__ import annotations

from urllib.parse import parse_qsl

from flask import flash, redirect, render_template, request, url_for
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from content.assets.bulk_models import BulkKind
from content.assets.errors import NothingChosen
from content.assets.queries import managed_ids
from content.editing import bulk
from content.editing.bulk import Outcome, Step, Undone
from content.editing.bulk_edits import (
    confirm_step,
    edit_for_approval_step,
    edit_step,
    publish_step,
    retire_step,
)
from content.editing.stored_files import StoredFiles
from portal.kernel.db import reading, transaction
from portal.kernel.errors import NotFound, Refusal
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content.blueprint import blueprint
from portal.web.content.bulk_words import (
    done_sentence,
    kept_sentence,
    named_refusals,
    rows_in_words,
    titles,
)
from portal.web.content.confirming import confirmation
from portal.web.content.edit_form import edit_of, has_edit
from portal.web.content.forms import choices, refused
from portal.web.content.manage import filter_of
from portal.web.content.steps import files_of
from portal.web.context import db, identity, now, services
from portal.web.paths import safe_next
from portal.web.row_ids import row_ids
from portal.web.toasts import tell_done

ROWS_SHOWN = 50
CHANGES_SHOWN = 50
# where rows are ticked
LISTS = ("/content", "/reports/unused", "/library/arrivals/")
KINDS = (BulkKind.PUBLISH, BulkKind.RETIRE, BulkKind.CONFIRM, BulkKind.EDIT)


@blueprint.post("/content/bulk")
@requires(Permission.CONTENT_WRITE)
def bulk_preview() -> str:
    """What would change, and what would not and why; for an edit first the form of what is to change."""
    kind, ids = _kind(), _chosen()
    if kind is BulkKind.EDIT and not has_edit(request.form):
        return _form(ids)
    files = _files(kind, ids)
    with reading(services().sessions) as session:
        try:
            outcome = bulk.outcome_of(session, ids, _step(session, kind, files))
        except Refusal as refusal:
            if kind is not BulkKind.EDIT:
                raise
            return _form(ids, refusal)
        rows = rows_in_words(session, outcome.changed[:ROWS_SHOWN])
    return render_template(
        "content/bulk_preview.html",
        kind=kind,
        outcome=outcome,
        rows=rows,
        ids=",".join(str(one.asset_id) for one in outcome.changed),
        kept=_kept(),
        title=titles()[kind],
        back=_back(),
    )


@blueprint.post("/content/bulk/apply")
@requires(Permission.CONTENT_WRITE)
def bulk_apply() -> Response:
    kind, ids = _kind(), _chosen()
    files = _files(kind, ids)
    with transaction(services().sessions) as session:
        outcome = bulk.outcome_of(session, ids, _step(session, kind, files))
        change = bulk.record(session, kind, outcome, at=now(), by=identity()) if outcome.changed else None
    _say(kind, outcome, url_for("content.bulk_undo", change_id=change.id) if change else None)
    return redirect(_back(), 303)


@blueprint.post("/content/changes/<int:change_id>/undo")
@requires(Permission.CONTENT_WRITE)
def bulk_undo(change_id: int) -> Response:
    files = StoredFiles(services().blobs)
    files.ask(bulk.files_to_put_back(db(), change_id))
    wanted = bulk.Undo(now(), identity(), files, services().settings.needs_approval)
    with transaction(services().sessions) as session:
        undone = bulk.undo(session, change_id, wanted)
    _say_undone(undone)
    came_from = safe_next(request.form.get("form_page"))
    is_here = came_from.startswith((*LISTS, "/library"))
    return redirect(came_from if is_here else url_for("content.managed"), 303)


@blueprint.get("/content/changes")
@requires(Permission.CONTENT_WRITE)
def bulk_changes() -> str:
    return render_template(
        "content/changes.html", changes=bulk.latest_changes(db(), limit=CHANGES_SHOWN), titles=titles()
    )


def _kind() -> BulkKind:
    named = request.form.get("action", "")
    if named not in {str(kind) for kind in KINDS}:
        raise NotFound
    return BulkKind(named)


def _chosen() -> list[int]:
    """The ids that were ticked, or all that the list's filter finds. Raises NothingChosen."""
    if request.form.get("all"):
        return managed_ids(db(), filter_of(MultiDict(parse_qsl(request.form.get("filter", "")[:2000]))))
    ids = row_ids(part for text in request.form.getlist("id") for part in text.split(","))
    if not ids:
        raise NothingChosen
    return ids


def _files(kind: BulkKind, ids: list[int]) -> StoredFiles:
    """The store, asked for what is to be published."""
    asked = kind is BulkKind.PUBLISH and len(ids) <= bulk.MOST
    return files_of(ids if asked else [])


def _step(session: Session, kind: BulkKind, files: StoredFiles) -> Step:
    by, at = identity(), now()
    if kind is BulkKind.PUBLISH:
        return publish_step(at, by, files, needs_approval=services().settings.needs_approval)
    if kind is BulkKind.RETIRE:
        return retire_step(at, by)
    if kind is BulkKind.CONFIRM:
        return confirm_step(confirmation(), at, by)
    step = edit_for_approval_step if services().settings.needs_approval else edit_step
    return step(session, edit_of(request.form, session, services().settings.zone), at, by)


def _form(ids: list[int], refusal: Refusal | None = None) -> str:
    joined = ",".join(map(str, ids))
    return render_template(
        "content/bulk_edit.html",
        ids=joined,
        count=len(ids),
        values=request.form,
        back=_back(),
        **refused(refusal),
        **choices(db()),
    )


def _kept() -> list[tuple[str, str]]:
    """What was sent of an edit, to be sent again with the confirmation."""
    unsaid = {"csrf_token", "id", "all", "filter", "action", "form_page", "back"}
    return [(name, value) for name, value in request.form.items(multi=True) if name not in unsaid]


def _back() -> str:
    """The list as it was left."""
    came_from = safe_next(request.form.get("back") or request.form.get("form_page"))
    return came_from if came_from.startswith(LISTS) else url_for("content.managed")


def _say(kind: BulkKind, outcome: Outcome, undo: str | None) -> None:
    said = done_sentence(kind, outcome)
    tell_done(said, undo, page=_back(), tone="good" if undo else "")


def _say_undone(undone: Undone) -> None:
    flash(
        ngettext("%(num)d asset is as it was.", "%(num)d assets are as they were.", undone.restored), "good"
    )
    changed = [one for one in undone.kept if one.reason == bulk.CHANGED_SINCE]
    others = [one for one in undone.kept if one.reason != bulk.CHANGED_SINCE]
    for sentence in [*([kept_sentence(changed)] if changed else []), *named_refusals(others)]:
        flash(sentence, "warn")
