"""Asking the readers of an asset to read it: the form, with what was typed kept where it is refused."""

from __future__ import annotations

from datetime import date, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from content.assets.guard import readable_asset
from content.readers.must_read_models import MustRead
from content.readers.must_read_queries import must_read_of
from content.readers.must_reads import Ask, ask_to_read
from portal.kernel.db import transaction
from portal.kernel.errors import NotFound, Refusal
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content.blueprint import blueprint
from portal.web.content.day_fields import day_of
from portal.web.content.forms import audience_sentence
from portal.web.context import business_day, db, identity, now, services

USUAL = timedelta(days=14)


class DayMissing(Refusal):
    def __init__(self) -> None:
        super().__init__("Say by which day it has to be read.")


class DayHasPassed(Refusal):
    def __init__(self) -> None:
        super().__init__("That day has passed. Give your readers one that is still to come.")


@blueprint.get("/library/<ref>/must-read")
@requires(Permission.CONTENT_WRITE)
def must_read_form(ref: str) -> str:
    return _form(ref)


@blueprint.post("/library/<ref>/must-read")
@requires(Permission.CONTENT_WRITE)
def ask_for_reading(ref: str) -> ResponseReturnValue:
    form = request.form
    try:
        wanted = Ask(_due_on(ref), form.get("asks_again") == "1", form.get("note", ""))
        with transaction(services().sessions) as session:
            asset = readable_asset(session, identity(), ref, at=now())
            ask_to_read(session, identity(), asset, wanted, at=now())
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return _form(ref, refusal.sentence), refusal.status
    flash(_("Its readers are asked to acknowledge it; they see it first on their home."), "good")
    return redirect(url_for("content.must_read", ref=ref), 303)


def _due_on(ref: str) -> date:
    """Raises DayMissing, DayHasPassed; the other words of one that is overdue may still be mended."""
    due_on, there = day_of(request.form.get("due_on", "")), _open_one(db(), ref)
    if due_on is None:
        raise DayMissing
    if due_on < business_day() and (there is None or there.due_on != due_on):
        raise DayHasPassed
    return due_on


def _form(ref: str, sentence: str | None = None) -> str:
    asset = readable_asset(db(), identity(), ref, at=now())
    there = _open_one(db(), ref)
    return render_template(
        "content/must_read_form.html",
        asset=asset,
        sentence=sentence,
        **_typed(there),
        audience=audience_sentence(asset.audience),
    )


def _typed(there: MustRead | None) -> dict[str, object]:
    """What stands in the form: what was typed, else what is asked now, else what is usual."""
    form = request.form
    if "due_on" in form:
        return {
            "due_on": form["due_on"],
            "note": form.get("note", ""),
            "asks_again": form.get("asks_again") == "1",
        }
    due_on = there.due_on if there else business_day() + USUAL
    return {
        "due_on": due_on.isoformat(),
        "note": there.note if there else "",
        "asks_again": there is not None and there.asks_again,
    }


def _open_one(session: Session, ref: str) -> MustRead | None:
    try:
        found = must_read_of(session, ref)
    except NotFound:
        return None
    return found if found.ended_at is None else None
