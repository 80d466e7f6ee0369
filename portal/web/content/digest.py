"""The weekly mail: wanted or not, by the account's page or by the link in the mail (R10)."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from content.usage.visits import accept_digest, refuse_digest
from portal.content_letters import stopping_user
from portal.kernel.db import transaction
from portal.kernel.errors import NotFound
from portal.web.access import public, requires_log_in
from portal.web.content.blueprint import blueprint
from portal.web.context import identity, now, services


@blueprint.post("/account/digest")
@requires_log_in
def choose_digest() -> Response:
    wanted = request.form.get("digest") == "1"
    with transaction(services().sessions) as session:
        if wanted:
            accept_digest(session, identity().user_id)
        else:
            refuse_digest(session, identity().user_id, at=now())
    flash(_("You get the weekly mail.") if wanted else _("You get no weekly mail any more."), "good")
    return redirect(url_for("auth.account"), 303)


@blueprint.get("/digest/stop/<token>")
@public("the link stands in a mail; opening it changes nothing")
def ask_to_stop(token: str) -> str:
    _user(token)
    return render_template("content/stop_digest.html", token=token, is_done=False)


@blueprint.post("/digest/stop/<token>")
@public("mail programs send it without a log-in; the token can do nothing else")
def stop_digest(token: str) -> str:
    """Once or twice, it is stopped."""
    with transaction(services().sessions) as session:
        refuse_digest(session, _user(token), at=now())
    return render_template("content/stop_digest.html", token=token, is_done=True)


def _user(token: str) -> int:
    user_id = stopping_user(services().settings.secret_key, token)
    if user_id is None:
        raise NotFound
    return user_id
