"""Liveness and readiness, for whatever watches the portal."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, make_response

from portal.readiness import problems
from portal.web.access import public
from portal.web.context import services

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public("a watcher has no log-in")
def healthz() -> Response:
    return jsonify(status="ok")


@blueprint.get("/readyz")
@public("a watcher has no log-in")
def readyz() -> Response:
    found = problems(services())
    return make_response(jsonify(ready=not found, problems=found), 503 if found else 200)
