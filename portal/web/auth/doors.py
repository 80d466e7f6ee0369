"""Log-in and log-out."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from partners.errors import TooManyTries, WrongLogIn
from partners.models import User
from partners.sessions import LogIn, check_log_in, end_session, start_session
from partners.throttle import count_try, give_back
from portal.kernel.activity import record
from portal.kernel.db import transaction
from portal.web import sign_in
from portal.web.access import public, requires_log_in
from portal.web.auth.blueprint import blueprint
from portal.web.context import db, identity, is_known, now, services
from portal.web.paths import safe_next

# tries in 15 minutes that fail: one person from one address, one address (six people behind it), everybody
PAIR, ADDRESS, ACCOUNT, ALL = 10, 60, 40, 2000


@blueprint.get("/login")
@public("this is how one gets in")
def log_in() -> str | Response:
    target = safe_next(request.args.get("next"))
    if is_known():
        return redirect(target, 303)
    return render_template("auth/log_in.html", next=target, email="", sentence=None)


@blueprint.post("/login")
@public("this is how one gets in")
def enter() -> Response | tuple[str, int]:
    target = safe_next(request.form.get("next"))
    typed = LogIn(
        email=request.form.get("email", "")[:254],
        password=request.form.get("password", ""),
        device=request.user_agent.string,
    )
    try:
        user, token = _enter(typed)
    except (WrongLogIn, TooManyTries) as refusal:
        page = render_template("auth/log_in.html", next=target, email=typed.email, sentence=refusal.sentence)
        return page, refusal.status
    sign_in.remember(token)
    answer = redirect(target, 303)
    sign_in.mark_known(answer, user.id)
    return answer


@blueprint.post("/logout")
@requires_log_in
def log_out() -> Response:
    with transaction(services().sessions) as session:
        end_session(session, sign_in.session_id(), user_id=identity().user_id, at=now())
    sign_in.forget()
    flash(_("You are logged out."), "good")
    answer = redirect(url_for("auth.log_in"), 303)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def _enter(typed: LogIn) -> tuple[User, str]:
    """Count the try first and give it back on success, so that two processes share one limit (R24)."""
    limits = _limits(typed.email)
    with transaction(services().sessions) as session:
        count_try(session, limits, at=now())
    checked = check_log_in(db(), typed)
    with transaction(services().sessions) as session:
        user = session.get_one(User, checked.id)
        give_back(session, list(limits), at=now())
        if is_known():
            # its cookie goes, and a copy of that must not outlive it
            end_session(session, sign_in.session_id(), user_id=identity().user_id, at=now())
        token = start_session(session, user, typed, at=now())
        record(session, "logged in", ("user", user.email), at=now(), by=str(user.id))
    return user, token


def _limits(email: str) -> dict[str, int]:
    address = request.remote_addr or "unknown"
    account = email.strip().lower()
    limits = {f"pair:{account}:{address}": PAIR, f"address:{address}": ADDRESS, "all": ALL}
    user_id = db().scalar(select(User.id).where(User.email == account))
    # a browser that this person has used before is not locked out by what strangers try
    if user_id is None or not sign_in.is_known_browser(user_id):
        limits[f"account:{account}"] = ACCOUNT
    return limits
