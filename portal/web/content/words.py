"""The vocabularies: each word with its use, and renaming, merging and removing it, each with its undo."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from content.assets.bulk_models import BulkChange
from content.assets.languages import UnknownLanguage, language_code
from content.assets.models import Term, Vocabulary
from content.editing import vocabularies
from content.editing.bulk import Refused
from portal.kernel.db import transaction
from portal.kernel.errors import NotFound
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content.blueprint import blueprint
from portal.web.content.bulk_words import named_refusals
from portal.web.content.library_page import language_name
from portal.web.content_words import moments_of_truth, vocabulary_names
from portal.web.context import db, identity, now, services
from portal.web.staying import stays
from portal.web.toasts import tell_done


@blueprint.get("/content/words")
@requires(Permission.CONTENT_WRITE)
def words() -> str:
    return _page()


def _page(sentence: str | None = None) -> str:
    return render_template(
        "content/words.html",
        used=vocabularies.used_terms(db()),
        languages=[(code, language_name(code), count) for code, count in vocabularies.used_languages(db())],
        names=vocabulary_names(),
        moments=moments_of_truth(),
        sentence=sentence,
        needs_approval=services().settings.needs_approval,
    )


@blueprint.post("/content/words")
@requires(Permission.CONTENT_WRITE)
def add_word() -> Response:
    named = request.form.get("vocabulary", "")
    if named not in set(Vocabulary):
        raise NotFound
    with transaction(services().sessions) as session:
        name, vocabulary = request.form.get("name", ""), Vocabulary(named)
        change = vocabularies.add_word(session, vocabulary, name, at=now(), by=identity())
    return _done(change, _("The word is there to be chosen."))


@blueprint.post("/content/words/<int:term_id>/rename")
@requires(Permission.CONTENT_WRITE)
def rename_word(term_id: int) -> Response:
    with transaction(services().sessions) as session:
        term, name = _term(session, term_id), request.form.get("name", "")
        change = vocabularies.rename_word(session, term, name, at=now(), by=identity())
    return _done(change, _("It is called “%(name)s” everywhere now.", name=term.name))


@blueprint.post("/content/words/<int:term_id>/merge")
@requires(Permission.CONTENT_WRITE)
def merge_words(term_id: int) -> Response:
    with transaction(services().sessions) as session:
        term, into = _term(session, term_id), _term(session, request.form.get("into", 0, type=int))
        old, new = term.name, into.name
        change = vocabularies.merge_words(session, term, into, at=now(), by=identity())
    said = ngettext(
        "“%(old)s” is “%(new)s” now; %(num)d asset moved.",
        "“%(old)s” is “%(new)s” now; %(num)d assets moved.",
        change.asset_count,
        old=old,
        new=new,
    )
    return _done(change, said)


@blueprint.post("/content/words/<int:term_id>/remove")
@requires(Permission.CONTENT_WRITE)
def remove_word(term_id: int) -> Response:
    with transaction(services().sessions) as session:
        term = _term(session, term_id)
        change = vocabularies.remove_word(session, term, at=now(), by=identity())
    return _done(change, _("“%(name)s” is removed.", name=term.name))


@blueprint.post("/content/words/languages")
@requires(Permission.CONTENT_WRITE)
def change_language() -> Response | tuple[str, int]:
    old = request.form.get("old", "")
    try:
        new = language_code(request.form.get("new", ""))
    except UnknownLanguage as refusal:
        if stays():
            raise
        return _page(refusal.sentence), refusal.status
    waiting, kept = 0, tuple[Refused, ...]()
    with transaction(services().sessions) as session:
        if services().settings.needs_approval:
            found = vocabularies.change_language_for_approval(session, old, new, at=now(), by=identity())
            change, waiting, kept = found.change, found.waiting, found.kept
        else:
            change = vocabularies.change_language(session, old, new, at=now(), by=identity())
    for sentence in named_refusals(kept):
        flash(sentence, "warn")
    return _done(change, _language_said(change.asset_count, waiting, new))


def _language_said(changed: int, waiting: int, new: str) -> str:
    said = ngettext("%(num)d asset is %(new)s now.", "%(num)d assets are %(new)s now.", changed, new=new)
    waits = ngettext(
        "%(num)d is published and waits for approval.",
        "%(num)d are published and wait for approval.",
        waiting,
    )
    return " ".join(filter(None, (said if changed or not waiting else "", waits if waiting else "")))


def _term(session: Session, term_id: int) -> Term:
    found = session.get(Term, term_id)
    if found is None:
        raise NotFound
    return found


def _done(change: BulkChange, said: str) -> Response:
    undo = url_for("content.bulk_undo", change_id=change.id)
    page = url_for("content.words")
    tell_done(said, undo, page=page)
    return redirect(page, 303)
