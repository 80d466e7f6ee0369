"""The browser's door: the one module that knows Flask-Login. The truth is the sessions table (R30)."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from flask import Flask, Response, current_app, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin
from flask_login import current_user as logged_in
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response as BaseResponse

from partners.models import User
from partners.people import identity_of
from partners.sessions import SEEN_EVERY, live_session, mark_seen
from portal.kernel.db import transaction
from portal.web.access import PUBLIC, access_of
from portal.web.context import db, now, services
from portal.web.demo_host import DEMO_FILE
from portal.web.paths import path_of
from portal.web.preview import look_through

TOKEN = "sid"  # noqa: S105  the name of a field, no secret
KNOWN_COOKIE = "known"


class Visitor(UserMixin):  # type: ignore[misc]  # Flask-Login is not typed
    """A person as Flask-Login wants to see them, with the session they came by."""

    def __init__(self, user: User, session_id: int) -> None:
        self.user = user
        self.session_id = session_id

    def get_id(self) -> str:
        return str(self.user.id)


def install(app: Flask) -> None:
    """Register the loader and the check before each request."""
    manager = LoginManager(app)
    manager.session_protection = None
    manager.request_loader(_visitor)
    app.before_request(_ask_who)


def _visitor(_request: object) -> Visitor | None:
    token = session.get(TOKEN)
    found = live_session(db(), token, at=now()) if token else None
    if found is None:
        return None
    if now() - found.seen_at > SEEN_EVERY:
        # who reads a page does not wait until a large import is written; the next page marks it
        with suppress(OperationalError), transaction(services().sessions, patience=timedelta()) as writing:
            mark_seen(writing, found.id, at=now())
    return Visitor(found.user, found.id)


def _ask_who() -> BaseResponse | None:
    if request.endpoint in {None, "static", DEMO_FILE} or request.path.startswith("/api/"):
        return None
    if logged_in.is_authenticated:
        user = logged_in.user
        return look_through(user, identity_of(db(), user, today=now().date()))
    if access_of(current_app, request.endpoint) == PUBLIC:
        return None
    return _to_log_in()


def _to_log_in() -> BaseResponse:
    """To the log-in and back; a form that was sent comes back to its page, where its draft is kept."""
    address = url_for("auth.log_in", next=_page_asked_from())
    if request.headers.get("HX-Request"):
        return Response(status=401, headers={"HX-Redirect": address})
    if request.headers.get("X-Requested-With") == "fetch":
        return Response(status=401)
    return redirect(address, 303)


def _page_asked_from() -> str:
    """The page itself, also where only a fragment of it was asked for; the log-in checks it again (R20)."""
    if request.headers.get("HX-Request"):
        return path_of(request.headers.get("HX-Current-URL", "")) or "/"
    if request.method == "GET":
        return request.full_path.rstrip("?")
    return request.form.get("form_page", "/")


def session_id() -> int:
    """The id of the session this browser is logged in with."""
    return int(logged_in.session_id)


def remember(token: str) -> None:
    """Give the browser a fresh session cookie (R30: nothing of the one before log-in survives)."""
    session.clear()
    session[TOKEN] = token
    session.permanent = True


def forget() -> None:
    session.clear()


def mark_known(response: BaseResponse, user_id: int) -> None:
    """Remember that this browser has logged this person in, so that strangers cannot lock it out (R24)."""
    response.set_cookie(
        KNOWN_COOKIE,
        _known().dumps(user_id),
        max_age=timedelta(days=90),
        httponly=True,
        secure=services().settings.is_https,
        samesite="Lax",
    )


def is_known_browser(user_id: int) -> bool:
    try:
        return bool(_known().loads(request.cookies.get(KNOWN_COOKIE, "")) == user_id)
    except BadSignature:
        return False


def _known() -> URLSafeSerializer:
    return URLSafeSerializer(services().settings.secret_key, salt="known-browser")
