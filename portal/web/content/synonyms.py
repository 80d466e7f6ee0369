"""Synonyms as brand managers keep them: groups of words, and what a search would find with them."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from content.finding.finding import Findings, FindQuery, find
from content.finding.synonyms import (
    add_synonyms,
    change_synonyms,
    remove_synonyms,
    synonym_group,
    synonym_groups,
    with_synonyms,
    words_of_group,
)
from portal.kernel.db import transaction
from portal.kernel.errors import Refusal
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.content.blueprint import blueprint
from portal.web.content_words import kind_names
from portal.web.context import db, identity, now, services
from search.errors import IndexBeingRebuilt
from search.queries import parse

TRIED = 5


@blueprint.get("/synonyms")
@requires(Permission.CONTENT_WRITE)
def synonyms() -> str:
    words = request.args.get("q", "").strip()[:60]
    groups = [(group, words_of_group(group)) for group in synonym_groups(db())]
    tried = request.args.get("find", "").strip()[:200]
    return render_template(
        "content/synonyms.html",
        groups=[row for row in groups if any(words.casefold() in one.casefold() for one in row[1])],
        total=len(groups),
        words=words,
        tried=tried,
        found=_found(tried) if tried else None,
        added=sorted({one.text for one in with_synonyms(db(), parse(tried)).alternatives}),
        removed=request.args.getlist("removed"),
        kinds=kind_names(),
    )


@blueprint.get("/synonyms/new")
@requires(Permission.CONTENT_WRITE)
def new_synonyms() -> str:
    return _form(None, request.args.getlist("word"))


@blueprint.post("/synonyms")
@requires(Permission.CONTENT_WRITE)
def create_synonyms() -> Response | tuple[str, int]:
    texts = _typed()
    try:
        with transaction(services().sessions) as session:
            words = words_of_group(add_synonyms(session, texts, at=now(), by=identity()))
    except Refusal as refusal:
        return _form(None, texts, refusal.sentence), refusal.status
    flash(_("Saved. A search for one of them finds the others at once."), "good")
    return redirect(url_for("content.synonyms", find=words[0]), 303)


@blueprint.get("/synonyms/<int:group_id>")
@requires(Permission.CONTENT_WRITE)
def edit_synonyms(group_id: int) -> str:
    return _form(group_id, words_of_group(synonym_group(db(), group_id)))


@blueprint.post("/synonyms/<int:group_id>")
@requires(Permission.CONTENT_WRITE)
def save_synonyms(group_id: int) -> Response | tuple[str, int]:
    texts = _typed()
    try:
        with transaction(services().sessions) as session:
            group = synonym_group(session, group_id)
            if change_synonyms(session, group, texts, at=now(), by=identity()):
                flash(_("Saved. A search for one of them finds the others at once."), "good")
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return _form(group_id, texts, refusal.sentence), refusal.status
    return redirect(url_for("content.synonyms", find=texts[0]), 303)


@blueprint.post("/synonyms/<int:group_id>/remove")
@requires(Permission.CONTENT_WRITE)
def remove_group(group_id: int) -> Response:
    """The words go along in the address, so that they can be put back."""
    with transaction(services().sessions) as session:
        group = synonym_group(session, group_id)
        words = words_of_group(group)
        remove_synonyms(session, group, at=now(), by=identity())
    return redirect(url_for("content.synonyms", removed=words), 303)


def _found(text: str) -> Findings | None:
    try:
        return find(db(), services().search, identity(), FindQuery(text, limit=TRIED), at=now())
    except IndexBeingRebuilt:
        return None


def _typed() -> list[str]:
    """A word or phrase a line."""
    lines = [line.strip() for line in request.form.get("words", "").splitlines()]
    return [line for line in lines if line]


def _form(group_id: int | None, texts: list[str], sentence: str | None = None) -> str:
    return render_template("content/edit_synonyms.html", group_id=group_id, texts=texts, sentence=sentence)
