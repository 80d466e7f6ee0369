"""Writing a plan: a form whose fields are the document's, examples beside it, and a proposal at the end."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from commissions.imports.plan_import import next_version, refuse_finer
from commissions.plans.plan_reading import read_plan
from commissions.proposals.plan_pages import plan_versions, touches_closed_months
from commissions.proposals.plan_proposals import propose_plan
from commissions.proposals.simulations import Asked, MonthsBackwards, OneRunsAlready
from portal.kernel.db import transaction
from portal.kernel.errors import Refusal
from portal.kernel.identity import Permission
from portal.kernel.json_fields import FieldRefused
from portal.web.access import requires
from portal.web.commissions import plan_words
from portal.web.commissions.blueprint import blueprint
from portal.web.commissions.plan_drafts import KINDS, Document, changed, document_of, new_plan
from portal.web.commissions.plan_examples import EXAMPLE, Example, example_of, refused_example
from portal.web.commissions.plan_fields import known_words
from portal.web.commissions.plan_simulations import begin, months_of
from portal.web.context import db, identity, now, services
from portal.web.house import house
from portal.web.typed_amounts import refuse_doubtful

_AMOUNTS = frozenset(
    {"upto", "flat", "amount", "per", "per_unit", "line_floor", "line_cap", "rate", "units", "booked"}
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan in the editor. `edits` names the plan that gets a version; empty for a new plan."""

    document: Document
    edits: str = ""
    reason: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    sentence: str = ""


@blueprint.get("/plans/new")
@requires(Permission.MONTH_WRITE)
def write_plan() -> str:
    return _editor(Draft(new_plan()))


@blueprint.get("/plans/<name>/edit")
@requires(Permission.MONTH_WRITE)
def edit_plan(name: str) -> str:
    latest = plan_versions(db(), name)[0]
    return _editor(Draft(latest.document, edits=name))


@blueprint.post("/plans/draft")
@requires(Permission.MONTH_WRITE)
def draft_plan() -> str:
    """The editor after a button that adds, removes or moves a row; nothing is kept."""
    draft = _posted()
    return _editor(Draft(changed(draft.document, request.form.get("do", "")), draft.edits, draft.reason))


@blueprint.post("/plans/examples")
@requires(Permission.MONTH_WRITE)
def plan_examples() -> str:
    """The examples beside the form, anew while it is being typed."""
    example = _example(document_of(request.form.items()))
    return render_template("commissions/_plan_examples.html", example=example)


@blueprint.post("/plans/simulate")
@requires(Permission.MONTH_WRITE)
def simulate_draft() -> Response | tuple[str, int]:
    """What stands in the editor, tried on past months; its answer leads back to it."""
    draft = _posted()
    try:
        _refuse_doubtful()
        refuse_finer(db(), read_plan(draft.document))
        return begin(Asked(draft.document, months_of(request.form), {"edits": draft.edits}))
    except FieldRefused as refusal:
        return _again(draft, errors={refusal.path: refusal.message}), refusal.status
    except (MonthsBackwards, OneRunsAlready) as refusal:
        return _again(draft, sentence=refusal.sentence), refusal.status


@blueprint.post("/plans")
@requires(Permission.MONTH_WRITE)
def save_plan() -> Response | tuple[str, int]:
    """Propose the plan; a second person approves it."""
    draft = _posted()
    try:
        _refuse_doubtful()
        _refuse_taken(draft)
        with transaction(services().sessions) as session:
            made = propose_plan(session, draft.document, reason=draft.reason, by=identity(), at=now())
            title = made.title
    except FieldRefused as refusal:
        return _again(draft, errors={refusal.path: refusal.message}), refusal.status
    except Refusal as refusal:
        return _again(draft, sentence=refusal.sentence), refusal.status
    flash(_("Proposed: %(title)s. A second person approves it.", title=title), "good")
    return redirect(url_for("commissions.plans"), 303)


def _posted() -> Draft:
    return Draft(
        _document(),
        edits=request.form.get("edits", ""),
        reason=request.form.get("reason", "").strip()[:1000],
    )


def _document() -> dict[str, Any]:
    """Of the editor's fields, or whole as JSON. Raises FieldRefused for such a one."""
    given = request.form.get("document")
    if given is None:
        return document_of(request.form.items())
    try:
        found = json.loads(given)
    except (ValueError, RecursionError):
        abort(400)
    read_plan(found)
    return dict(found)


def _refuse_doubtful() -> None:
    """A document's numbers have a point, whatever the reader's format. Raises FieldRefused."""
    refuse_doubtful(one for one in request.form.items() if one[0].rpartition(".")[2] in _AMOUNTS)


def _refuse_taken(draft: Draft) -> None:
    """A new plan does not become another plan's next version by an equal name."""
    plan = read_plan(draft.document)
    if plan.name == draft.edits:
        return
    if next_version(db(), plan, draft.document) != 1:
        raise FieldRefused("plan.plan", _("There is a plan of this name. Open it to edit it."))


def _again(draft: Draft, *, errors: Mapping[str, str] | None = None, sentence: str = "") -> str:
    return _editor(Draft(draft.document, draft.edits, draft.reason, errors or {}, sentence))


def _editor(draft: Draft) -> str:
    return render_template(
        "commissions/plan_edit.html",
        draft=draft,
        words=plan_words,
        document=draft.document,
        errors=draft.errors,
        kinds=KINDS,
        known=known_words(db()),
        example=_example(draft.document),
        fields={name: request.form.get(name, default) for name, default in EXAMPLE.items()},
        needs_reason=_needs_reason(draft.document),
    )


def _example(document: Document) -> Example:
    try:
        _refuse_doubtful()
        return example_of(document, request.form, house())
    except FieldRefused as refusal:
        return refused_example(document, request.form, refusal)


def _needs_reason(document: Mapping[str, Any]) -> bool:
    """Whether closed months would be touched; a plan that cannot be read yet is not asked for a reason."""
    try:
        return touches_closed_months(db(), read_plan(document))
    except FieldRefused:
        return False
