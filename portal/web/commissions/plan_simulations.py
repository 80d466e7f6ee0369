"""A plan tried on past months: what each partner got, would have got, and why; nothing is written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Response, abort, render_template, request

from commissions.approval_models import ProposalKind
from commissions.approvals import proposal
from commissions.csv_out import csv_text
from commissions.periods import all_periods
from commissions.plan_pages import plan_version, plan_versions
from commissions.plan_preview import Months, PlanPreview, preview_of
from commissions.plan_reading import read_plan
from portal.kernel.errors import NotFound
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.commissions import plan_words
from portal.web.commissions.blueprint import blueprint
from portal.web.commissions.house import horizon
from portal.web.commissions.plan_drafts import document_of
from portal.web.context import db, identity

COLUMNS = ("partner_ref", "partner", "currency", "got", "would_have_got", "difference", "changed_lines")
NUMBERS = frozenset({"got", "would_have_got", "difference", "changed_lines"})


@blueprint.get("/plans/<name>/simulate")
@requires(Permission.MONTH_READ)
def simulate_plan(name: str) -> str | Response:
    """A version as if it were adopted today, or what was proposed and waits."""
    return simulation_page(name, _document(name))


def posted_document() -> dict[str, Any]:
    """A plan's document from the editor's fields, or whole as JSON. Raises FieldRefused for such a one."""
    given = request.form.get("document")
    if given is None:
        return document_of(request.form.items())
    try:
        found = json.loads(given)
    except (ValueError, RecursionError):
        abort(400)
    read_plan(found)
    return dict(found)


def _document(name: str) -> Mapping[str, Any]:
    asked = request.args.get("proposal", type=int)
    if asked is not None:
        found = proposal(db(), identity(), asked)
        document = found.payload.get("document")
        if found.kind is not ProposalKind.PLAN or not document or document["plan"] != name:
            raise NotFound
        return dict(document)
    number = request.args.get("version", type=int)
    return (plan_versions(db(), name)[0] if number is None else plan_version(db(), name, number)).document


def simulation_page(name: str, document: Mapping[str, Any], *, is_draft: bool = False) -> str | Response:
    """What each partner would have got by the document, as a page or as CSV. Raises FieldRefused."""
    given = request.form if is_draft else request.args
    there = [one.ref for one in all_periods(db())]
    months = Months(
        first=given.get("since", "") if given.get("since") in there else "",
        last=given.get("until", "") if given.get("until") in there else "",
    )
    found = preview_of(db(), document, horizon=horizon(), months=months)
    if given.get("as") == "csv":
        return _csv(found)
    return render_template(
        "commissions/plan_simulation.html",
        name=name,
        found=found,
        words=plan_words,
        document=json.dumps(document, ensure_ascii=False),
        is_draft=is_draft,
        edits=request.form.get("edits", ""),
        months=months,
        periods=there,
        arguments={key: request.args[key] for key in ("version", "proposal") if key in request.args},
        may_write=identity().may(Permission.MONTH_WRITE),
    )


def _csv(found: PlanPreview) -> Response:
    answer = Response(csv_text(COLUMNS, list(_cells(found)), numbers=NUMBERS), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f"attachment; filename={found.plan.name}-simulated.csv"
    return answer


def _cells(found: PlanPreview) -> Iterator[list[str]]:
    for row in found.rows:
        amounts = [row.got.text(), row.would.text(), row.difference.text()]
        yield [row.partner_ref, row.partner, row.currency, *amounts, str(row.changed)]
