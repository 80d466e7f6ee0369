"""Refusals and faults as pages: a sentence, what was kept, and how to go on. Never a stack trace."""

from __future__ import annotations

import logging
import secrets

from flask import Flask, Response, make_response, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from portal.kernel.errors import Refusal
from portal.web.problems import problem

log = logging.getLogger("makegood")


def install(app: Flask) -> None:
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database_gone)
    app.register_error_handler(Exception, _fault)


def _refused(refusal: Refusal) -> Response:
    return _page(refusal.status, refusal.sentence)


def _stale_form(_error: CSRFError) -> Response:
    return _page(400, _("This page had been open for too long. Go back, reload it and send it again."))


def _http(error: HTTPException) -> Response:
    if isinstance(error.code, int) and error.code < 400:
        return make_response(error.get_response())
    sentences = {
        400: _("The portal could not read what was sent."),
        404: _("There is nothing here that you can open."),
        405: _("This address cannot be used like that."),
        413: _("This is larger than the portal takes here."),
    }
    answer = _page(error.code or 500, sentences.get(error.code or 500, _("The portal could not do that.")))
    # what the protocol asks for beside the status: Allow, Retry-After, Content-Range
    answer.headers.update((name, value) for name, value in error.get_headers() if name != "Content-Type")
    return answer


def _database_gone(error: OperationalError) -> Response:
    if "no such" in str(error.orig):
        # SQLite says so of a table or column: a database that was not upgraded, no outage
        return _fault(error)
    log.error("database: %s", error.orig)
    sentence = _("The database does not answer. Try again in a moment.")
    if request.method != "GET":
        # the line can break in the middle of a commit: then nobody here knows
        sentence = _("The database does not answer. Before you try again, look whether your step was kept.")
    answer = _page(503, sentence)
    answer.headers["Retry-After"] = "10"
    return answer


def _fault(error: Exception) -> Response:
    number = secrets.token_hex(4)
    log.error("fault %s", number, exc_info=error)
    sentence = _("Something went wrong here, not with you. Quote %(number)s when you tell us.", number=number)
    return _page(500, sentence)


def _page(status: int, sentence: str) -> Response:
    if request.path.startswith("/api/"):
        return problem(status, sentence)
    try:
        body = render_template("errors/error.html", status=status, sentence=sentence)
    except Exception:  # noqa: BLE001  the page of an error must not fail itself
        body = sentence
    return make_response(body, status)
