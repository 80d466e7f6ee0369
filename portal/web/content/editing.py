"""Changing what an asset says of itself."""

from __future__ import annotations

import hashlib
import json

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from content.assets.guard import readable_asset
from content.assets.models import Asset
from content.assets.proposal_models import ChangeOf, ProposedChange
from content.editing.describing import Description, describe
from content.editing.proposing import Described, describe_for_approval, waiting_change
from partners.models import User
from portal.kernel.db import transaction
from portal.kernel.errors import Conflict, Refusal
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content.approving import in_words
from portal.web.content.blueprint import blueprint
from portal.web.content.forms import Values, choices, description_of, refused, values_of, with_facts
from portal.web.context import db, identity, now, services

PUBLISHED = "published"


class ChangedSinceOpened(Conflict):
    """Two people had the form open: the second is told before they write over the first."""

    def __init__(self, who: str) -> None:
        super().__init__(
            f"{who} changed it since you opened this form. What you wrote is kept here: look at its page, "
            "then save again to put yours in place of theirs."
        )


@blueprint.get("/library/<ref>/edit")
@requires(Permission.CONTENT_WRITE)
def edit(ref: str) -> str:
    asset = readable_asset(db(), identity(), ref, at=now())
    values = values_of(asset, services().settings.zone)
    waits = waiting_change(db(), asset, ChangeOf.WORDS)
    if waits is not None and not _starts_as_published():
        values = with_facts(values, waits.after)
    return _form(ref, values)


@blueprint.post("/library/<ref>/edit")
@requires(Permission.CONTENT_WRITE)
def save(ref: str) -> Response | tuple[str, int]:
    try:
        with transaction(services().sessions) as session:
            asset = readable_asset(session, identity(), ref, at=now())
            _refuse_unseen(session, asset)
            description = description_of(request.form, session, services().settings.zone)
            described = _described(session, asset, description)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return _form(ref, request.form, refusal), refusal.status
    flash(_saved_sentence(described), "good")
    return redirect(url_for("content.asset", ref=ref), 303)


def _refuse_unseen(session: Session, asset: Asset) -> None:
    """Raises ChangedSinceOpened."""
    seen = request.form.get("seen")
    if seen is None or seen == _seen(asset, waiting_change(session, asset, ChangeOf.WORDS)):
        return
    who = session.get(User, asset.changed_by_id) if asset.changed_by_id else None
    raise ChangedSinceOpened(who.name if who else _("Somebody"))


def _seen(asset: Asset, waits: ProposedChange | None) -> str:
    """What the form was opened on: the same facts, and the same change that waits, have the same mark."""
    facts = [sorted(values_of(asset, services().settings.zone).items(multi=True)), waits and waits.id]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


def _described(session: Session, asset: Asset, description: Description) -> Described:
    if services().settings.needs_approval:
        return describe_for_approval(session, asset, description, at=now(), by=identity())
    return Described(describe(session, asset, description, at=now(), by=identity()))


def _saved_sentence(described: Described) -> str:
    if described.waits:
        return str(_("It waits for approval; partners have what is there until then."))
    return str(_("The changes are saved.") if described.changed else _("Nothing was changed."))


def _starts_as_published() -> bool:
    """Whether the form is to have what partners read, although a change of it waits."""
    return request.values.get("start") == PUBLISHED


def _form(ref: str, values: Values, refusal: Refusal | None = None) -> str:
    asset = readable_asset(db(), identity(), ref, at=now())
    waits = waiting_change(db(), asset, ChangeOf.WORDS)
    return render_template(
        "content/edit.html",
        ref=ref,
        title=asset.title,
        values=values,
        waits=waits,
        seen=_seen(asset, waits),
        row=in_words(db(), [waits])[waits.id] if waits else None,
        as_published=_starts_as_published(),
        me=identity().user_id,
        **refused(refusal),
        **choices(db()),
    )
