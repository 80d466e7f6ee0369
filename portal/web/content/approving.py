"""The second person: approving, sending back with a reason, and taking back what one proposed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from content.assets.asset_facts import Difference
from content.assets.errors import NothingChosen
from content.assets.guard import readable_asset
from content.assets.models import Asset
from content.assets.proposal_models import ChangeOf, ChangeState, ProposedChange
from content.editing import approving, publishing
from content.editing.approving import ASSET, CHANGE, Chosen, approve_all
from content.editing.bulk import Changed
from content.editing.proposed_changes import open_changes, proposed_change
from content.editing.proposing import take_back_change
from content.editing.stored_files import StoredFiles, files_to_approve
from portal.adapters.queue import SEND_CONTENT_MAILS
from portal.kernel.db import transaction
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content.blueprint import blueprint
from portal.web.content.bulk_words import ChangedRow, named_refusals, rows_in_words
from portal.web.content.steps import done
from portal.web.content.zone_words import zone_percents
from portal.web.context import db, house_now, identity, now, services
from portal.web.row_ids import is_row_id


@blueprint.post("/library/<ref>/approve")
@requires(Permission.CONTENT_WRITE)
def approve(ref: str) -> Response:
    with transaction(services().sessions) as session:
        asset = readable_asset(session, identity(), ref, at=now())
        publishing.approve(session, asset, at=house_now(), by=identity(), seen=request.form.get("seen"))
    return done(ref, _("It is approved."), undo=url_for("content.withdraw", ref=ref))


@blueprint.post("/library/<ref>/send-back")
@requires(Permission.CONTENT_WRITE)
def send_back(ref: str) -> Response:
    with transaction(services().sessions) as session:
        asset = readable_asset(session, identity(), ref, at=now())
        approving.send_back(session, asset, _reason(), at=now(), by=identity())
    services().queue.send(SEND_CONTENT_MAILS)
    return done(ref, _("It is a draft again, and its author is told why."))


@blueprint.post("/content/proposed/<int:proposed_id>/approve")
@requires(Permission.CONTENT_WRITE)
def approve_proposed(proposed_id: int) -> Response:
    files = _files([proposed_id])
    with transaction(services().sessions) as session:
        change = proposed_change(session, identity(), proposed_id, at=now())
        approving.approve_change(session, change, at=now(), by=identity(), files=files)
        ref = change.asset.ref
    return done(ref, _("It is approved; partners have it now."))


@blueprint.post("/content/proposed/<int:proposed_id>/send-back")
@requires(Permission.CONTENT_WRITE)
def send_proposed_back(proposed_id: int) -> Response:
    with transaction(services().sessions) as session:
        change = proposed_change(session, identity(), proposed_id, at=now())
        approving.send_change_back(session, change, _reason(), at=now(), by=identity())
        ref = change.asset.ref
    services().queue.send(SEND_CONTENT_MAILS)
    return done(ref, _("Its author is told why; partners keep what is there."))


@blueprint.post("/content/proposed/<int:proposed_id>/take-back")
@requires(Permission.CONTENT_WRITE)
def take_proposed_back(proposed_id: int) -> Response:
    with transaction(services().sessions) as session:
        change = proposed_change(session, identity(), proposed_id, at=now())
        take_back_change(session, change, at=now(), by=identity())
        ref = change.asset.ref
    return done(ref, _("It is taken back; partners keep what is there."))


@blueprint.post("/content/review/approve")
@requires(Permission.CONTENT_WRITE)
def approve_chosen() -> Response:
    chosen = _ticked()
    if not chosen:
        raise NothingChosen
    files = _files([one.id for one in chosen if one.what == CHANGE])
    with transaction(services().sessions) as session:
        outcome = approve_all(session, chosen, at=house_now(), by=identity(), files=files)
    for sentence in named_refusals(outcome.refused):
        flash(sentence, "warn")
    count = len(outcome.titles)
    said = ngettext("One is approved.", "%(num)s are approved.", count) if count else _("None is approved.")
    flash(said, "good" if count else "")
    return redirect(url_for("content.review"), 303)


def waiting_of(asset: Asset) -> dict[str, Any]:
    """For the brand: what waits for a second person, and what came back from one, with what would change."""
    if not identity().may(Permission.CONTENT_WRITE):
        return {}
    found = open_changes(db(), asset)
    waiting = [change for change in found if change.state is ChangeState.WAITING]
    me = identity().user_id
    return {
        "waiting": waiting,
        # the first that this person may approve: its button leads on
        "decides": next((change.id for change in waiting if me not in change.author_ids), None),
        "came_back": [change for change in found if change.state is ChangeState.SENT_BACK],
        "changed": in_words(db(), [change for change in found if change.what is not ChangeOf.VERSION]),
        "me": me,
        "zone_percents": zone_percents,
    }


def in_words(session: Session, changes: Sequence[ProposedChange]) -> dict[int, ChangedRow]:
    """What each change of words would change, before and after."""
    if not changes:
        return {}
    rows = rows_in_words(
        session,
        [Changed(one.asset_id, "", "", Difference(one.before, one.after)) for one in changes],
    )
    return {change.id: row for change, row in zip(changes, rows, strict=True)}


def _files(change_ids: Sequence[int]) -> StoredFiles:
    """The store, asked for the versions that approving these changes would show."""
    files = StoredFiles(services().blobs)
    files.ask(files_to_approve(db(), change_ids))
    return files


def _reason() -> str:
    return request.form.get("reason", "")


def _ticked() -> list[Chosen]:
    """Of values such as change.12, or asset.7 with a dot and the mark of what was looked at."""
    parts = (value.split(".", 2) for value in request.form.getlist("id"))
    return [
        Chosen(what, int(key), *seen)
        for what, key, *seen in (part for part in parts if len(part) > 1)
        if what in {ASSET, CHANGE} and is_row_id(key)
    ]
