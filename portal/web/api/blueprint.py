"""The area's blueprint, and its door: the key of the Authorization header (R27)."""

from __future__ import annotations

from flask import Blueprint, current_app, request
from werkzeug.wrappers import Response

from partners.api_keys import Scope, valid_key
from partners.people import identity_of
from portal.web.access import PUBLIC, access_of
from portal.web.context import db, enter, now
from portal.web.problems import problem

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
READING = {"GET", "HEAD", "OPTIONS"}


@blueprint.before_request
def _ask_who() -> Response | None:
    if request.endpoint and access_of(current_app, request.endpoint) == PUBLIC:
        return None
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    found = valid_key(db(), key.strip(), at=now()) if scheme.lower() == "bearer" and key else None
    if found is None:
        answer = problem(401, "Send a valid key: Authorization: Bearer mg_…")
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer
    if request.method not in READING and found.scope != Scope.WRITE:
        return problem(403, "This key may only read.")
    enter(found.user, identity_of(db(), found.user, today=now().date()))
    return None
