"""Asking: a question about a statement line, or about one that is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO, cast

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from commissions.disputes.dispute_errors import AlreadyQuestioned, ExpectedNotReadable, LineNotReadable
from commissions.disputes.disputes import KeptFile, Question, Said, open_dispute
from commissions.ledger.ledger_models import Statement, StatementLine
from commissions.statements.statements import statement, statement_line
from content.assets.file_types import safe_file_name
from content.uploads.uploads import stored
from portal.kernel.csv_cells import read_ref
from portal.kernel.csv_files import Unreadable
from portal.kernel.db import transaction
from portal.kernel.errors import NotFound, Refusal
from portal.kernel.identity import Permission
from portal.kernel.money import Money
from portal.web import large_body
from portal.web.access import requires
from portal.web.commissions.blueprint import blueprint
from portal.web.commissions.dispute_mails import tell_other_side
from portal.web.context import db, identity, now, services
from portal.web.house import house
from portal.web.staying import stays
from portal.web.typed_amounts import amount_example, typed_minor

LARGEST_FILE = 25 * large_body.MB


@blueprint.get("/disputes/new")
@requires(Permission.STATEMENTS_QUESTION)
def new_dispute() -> str:
    return _form()


@blueprint.post("/disputes")
@requires(Permission.STATEMENTS_QUESTION)
def ask() -> Response | tuple[str, int]:
    large_body.accept(LARGEST_FILE)
    stated, _line = _about(request.form)
    try:
        question = _question(stated)
        with transaction(services().sessions) as session:
            made = open_dispute(session, identity(), question, at=now(), house=house())
            tell_other_side(session, made, question.said.text, by_partner=True)
    except AlreadyQuestioned as refusal:
        flash(refusal.sentence, "warn")
        return redirect(url_for("commissions.dispute_thread", ref=refusal.ref), 303)
    except Refusal as refusal:
        if stays():
            raise
        return _form(refusal.sentence), refusal.status
    flash(_("Asked. You get a mail as soon as there is an answer."), "good")
    return redirect(url_for("commissions.dispute_thread", ref=made.dispute_ref), 303)


def said_in_form() -> Said:
    """The text, and the file behind the upload checks, in the store already."""
    text, file = request.form.get("text", ""), request.files.get("file")
    if file is None or not file.filename:
        return Said(text)
    stream, name = cast("BinaryIO", file.stream), safe_file_name(file.filename)
    if name.lower().endswith(".csv"):
        blob = services().blobs.put(stream)
        return Said(text, KeptFile(blob.sha256, name, blob.size))
    upload = stored(services().blobs, stream, name)
    return Said(text, KeptFile(upload.sha256 or "", upload.file_name, upload.size or 0))


def _form(sentence: str | None = None) -> str:
    given = request.form or request.args
    stated, line = _about(given)
    return render_template(
        "commissions/new_dispute.html",
        statement=stated,
        line=line,
        stated=None if line is None else Money(line.amount, stated.currency),
        given=given,
        sentence=sentence,
        amount_example=amount_example(stated.currency),
    )


def _about(given: Mapping[str, str]) -> tuple[Statement, StatementLine | None]:
    """The statement and line that are asked about, as the asker may see them. Raises NotFound (R2)."""
    stated = statement(db(), identity(), given.get("statement", ""))
    position = given.get("line", "")
    if not position:
        return stated, None
    if not position.isdecimal():
        raise NotFound
    return stated, statement_line(db(), stated, int(position[:9]))


def _question(stated: Statement) -> Question:
    form = request.form
    try:
        expected = form.get("expected", "").strip()
        minor = typed_minor(expected, stated.currency) if expected else None
    except Unreadable as problem:
        raise ExpectedNotReadable(str(problem)) from None
    position = int(form["line"][:9]) if form.get("line") else None
    return Question(stated.number, position, said_in_form(), minor, _line_ref(), stated.period)


def _line_ref() -> str | None:
    typed = request.form.get("line_ref", "").strip()
    try:
        return read_ref(typed) if typed else None
    except Unreadable as problem:
        raise LineNotReadable(str(problem)) from None
