"""Logging an interaction: a form for the thumb, changed or taken back for a day."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from partners.account_models import Account, Interaction
from partners.accounts import account as account_by_ref
from partners.interactions import (
    LoggedInteraction,
    change_interaction,
    changeable_interaction,
    log_interaction,
    undo_interaction,
)
from portal.kernel.db import transaction
from portal.kernel.errors import NotFound, Refusal
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content_words import kind_names, stage_names
from portal.web.context import db, identity, now, services
from portal.web.partners.blueprint import blueprint
from portal.web.partners.interaction_form import TypedInteraction, UnreadableField, local_text
from portal.web.partners.shown_content import picks, picks_by_ref, shown_now


@blueprint.get("/accounts/<ref>/interactions/new")
@requires(Permission.ACCOUNTS_WRITE)
def new_interaction(ref: str) -> str:
    found = account_by_ref(db(), identity(), ref)
    typed = TypedInteraction(at=local_text(now()), shown=tuple(request.args.getlist("shown")))
    return _page(found, typed)


@blueprint.post("/accounts/<ref>/interactions")
@requires(Permission.ACCOUNTS_WRITE)
def create_interaction(ref: str) -> Response | tuple[str, int]:
    typed = TypedInteraction.of_form(request.form)
    try:
        with transaction(services().sessions) as session:
            logged = log_interaction(session, identity(), ref, _read(session, typed), at=now())
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(account_by_ref(db(), identity(), ref), typed, refusal=refusal), refusal.status
    flash(_logged_toast(ref, logged), "good")
    return redirect(url_for("partners.account", ref=ref), 303)


@blueprint.get("/accounts/<ref>/interactions/<int:interaction_id>")
@requires(Permission.ACCOUNTS_WRITE)
def edit_interaction(ref: str, interaction_id: int) -> str:
    found = account_by_ref(db(), identity(), ref)
    logged = changeable_interaction(db(), identity(), interaction_id, at=now())
    return _page(found, TypedInteraction.of(logged), logged=logged)


@blueprint.post("/accounts/<ref>/interactions/<int:interaction_id>")
@requires(Permission.ACCOUNTS_WRITE)
def save_interaction(ref: str, interaction_id: int) -> Response | tuple[str, int]:
    typed = TypedInteraction.of_form(request.form)
    try:
        with transaction(services().sessions) as session:
            logged = _read(session, typed)
            change_interaction(session, identity(), interaction_id, logged, at=now())
    except UnreadableField as refusal:
        found = account_by_ref(db(), identity(), ref)
        kept = changeable_interaction(db(), identity(), interaction_id, at=now())
        return _page(found, typed, logged=kept, refusal=refusal), refusal.status
    flash(_("Changed."), "good")
    return redirect(url_for("partners.account", ref=ref), 303)


@blueprint.post("/accounts/<ref>/interactions/<int:interaction_id>/undo")
@requires(Permission.ACCOUNTS_WRITE)
def take_back(ref: str, interaction_id: int) -> Response:
    with transaction(services().sessions) as session:
        undo_interaction(session, identity(), interaction_id, at=now())
    flash(_("Taken back."), "good")
    return redirect(url_for("partners.account", ref=ref), 303)


@blueprint.get("/accounts/<ref>/content")
@requires(Permission.ACCOUNTS_WRITE)
def content_to_show(ref: str) -> str:
    """A fragment: content to tick, found by words of its title."""
    account_by_ref(db(), identity(), ref)
    found = picks(db(), identity(), search=request.args.get("content", "")[:200], at=now())
    return render_template("partners/_picks.html", picks=found, kinds=kind_names())


def _read(session: Session, typed: TypedInteraction) -> LoggedInteraction:
    return replace(typed.read(), shown=shown_now(session, identity(), typed.shown, at=now()))


def _page(
    found: Account,
    typed: TypedInteraction,
    *,
    logged: Interaction | None = None,
    refusal: Refusal | None = None,
) -> str:
    chosen = picks_by_ref(db(), identity(), typed.shown, at=now())
    others = [pick for pick in picks(db(), identity(), search="", at=now()) if pick.ref not in chosen]
    return render_template(
        "partners/interaction.html",
        account=found,
        typed=typed,
        logged=logged,
        refusal=refusal,
        wrong=getattr(refusal, "field", ""),
        chosen=list(chosen.values()),
        picks=others,
        kinds=kind_names(),
        stages=stage_names(),
        latest=local_text(now()),
    )


def _logged_toast(ref: str, logged: Interaction) -> Markup:
    # the template escapes; the mark survives the session's JSON
    return Markup(render_template("partners/_logged.html", ref=ref, interaction=logged))  # noqa: S704
