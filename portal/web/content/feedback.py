"""Useful, not useful, out of date: one tap on an asset's page or in the viewer."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from content.assets.errors import UnknownWord
from content.assets.guard import readable_asset, readable_version
from content.assets.models import Asset, AssetVersion
from content.readers.feedback import (
    Said,
    feedback_by_version,
    give_feedback,
    out_of_date_reports,
    own_feedback,
    settle_reports,
    take_back_feedback,
)
from content.readers.reader_models import Answer
from portal.kernel.db import reading, transaction
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content.blueprint import blueprint
from portal.web.context import db, identity, now, services

REPORTS = 5


@blueprint.post("/library/<ref>/versions/<int:number>/feedback")
@requires(Permission.FEEDBACK_GIVE)
def say(ref: str, number: int) -> ResponseReturnValue:
    with transaction(services().sessions) as session:
        version = readable_version(session, identity(), ref, number, at=now())
        said = Said(_answer(request.form.get("answer", "")), request.form.get("note", ""))
        give_feedback(session, identity(), version, said, at=now())
    return _shown(ref, number, _("Thank you. The brand sees what you said."))


@blueprint.post("/library/<ref>/versions/<int:number>/feedback/withdraw")
@requires(Permission.FEEDBACK_GIVE)
def take_back(ref: str, number: int) -> ResponseReturnValue:
    with transaction(services().sessions) as session:
        version = readable_version(session, identity(), ref, number, at=now())
        take_back_feedback(session, identity(), version)
    return _shown(ref, number, _("Your answer is taken back."))


@blueprint.post("/library/<ref>/reports/settle")
@requires(Permission.CONTENT_WRITE)
def settle(ref: str) -> ResponseReturnValue:
    with transaction(services().sessions) as session:
        asset = readable_asset(session, identity(), ref, at=now())
        count = settle_reports(session, asset, at=now(), by=identity())
    words = ngettext("One report is settled.", "%(num)s reports are settled.", count)
    flash(words if count else _("There was no open report."), "good")
    return redirect(url_for("content.asset", ref=ref), 303)


def answer_of(session: Session, version: AssetVersion | None) -> dict[str, Any]:
    """A reader's own answer on the version that is shown, and whether they may give one."""
    may_answer = version is not None and version.is_ready and identity().may(Permission.FEEDBACK_GIVE)
    said = own_feedback(session, identity(), version) if version is not None and may_answer else None
    return {"may_answer": may_answer, "said": said, "answers": answer_names()}


def sums_of(asset: Asset) -> dict[str, Any]:
    """For the brand: sums by version and the last reports."""
    if not identity().may(Permission.CONTENT_WRITE):
        return {}
    sums = feedback_by_version(db(), asset.id)
    return {"sums": sums, "reports": out_of_date_reports(db(), asset.id, most=REPORTS) if sums else []}


def answer_names() -> dict[Answer, tuple[str, str]]:
    """Each answer with its words and its icon."""
    return {
        Answer.USEFUL: (_("Useful"), "thumb-up"),
        Answer.NOT_USEFUL: (_("Not useful"), "thumb-down"),
        Answer.OUT_OF_DATE: (_("Out of date"), "clock-exclamation"),
    }


def _answer(value: str) -> Answer:
    if value not in set(Answer):
        raise UnknownWord("answer", value, list(Answer))
    return Answer(value)


def _shown(ref: str, number: int, words: str) -> ResponseReturnValue:
    """The part of the page anew; without script the asset's page."""
    if "HX-Request" not in request.headers:
        flash(words, "good")
        return redirect(url_for("content.asset", ref=ref), 303)
    # a session of its own: the request's still reads what was there before
    with reading(services().sessions) as session:
        version = readable_version(session, identity(), ref, number, at=now())
        shown = {"asset": version.asset, "version": version, "words": words}
        return render_template("content/_feedback.html", **shown, **answer_of(session, version))
