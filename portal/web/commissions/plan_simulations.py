"""A plan tried on past months: what each partner got, would have got, and why; nothing is written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Response, abort, render_template, request

from commissions.approvals.approval_models import ProposalKind
from commissions.approvals.approvals import proposal
from commissions.facts.csv_out import csv_text
from commissions.imports.plan_import import plan_document
from commissions.plans.plan_reading import read_plan
from commissions.plans.plan_rules import Plan
from commissions.proposals.file_proposals import file_of
from commissions.proposals.plan_preview import Months, PlanPreview, preview
from portal.kernel.errors import NotFound
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.commissions import plan_words
from portal.web.commissions.blueprint import blueprint
from portal.web.commissions.house import horizon
from portal.web.commissions.plan_drafts import document_of
from portal.web.context import db, identity, services

COLUMNS = ("partner_ref", "partner", "currency", "got", "would_have_got", "difference", "changed_lines")
_MONTH = re.compile(r"[12][0-9]{3}-(0[1-9]|1[0-2])")
NUMBERS = frozenset({"got", "would_have_got", "difference", "changed_lines"})


@blueprint.get("/plans/<name>/simulate")
@requires(Permission.MONTH_READ)
def simulate_plan(name: str) -> str | Response:
    """A version as if it were adopted today, or what was proposed and waits."""
    asked = request.args.get("proposal", type=int)
    return simulation_page(_version(name) if asked is None else _proposed(name, asked))


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


def _version(name: str) -> Plan:
    """The newest one, where the address names none."""
    number = request.args.get("version", type=int)
    versions = horizon().book.versions.get(name, ())
    found = next((one.plan for one in versions if number in {None, one.version}), None)
    if found is None:
        raise NotFound
    return found


def _proposed(name: str, proposal_id: int) -> Plan:
    """Of the editor, or of a file that waits in the store."""
    found = proposal(db(), identity(), proposal_id)
    if found.kind is not ProposalKind.PLAN:
        raise NotFound
    document = found.payload.get("document")
    file = file_of(found.payload)
    if document is None and file is not None:
        with services().blobs.open(file.sha256) as stream:
            document = plan_document(stream)
    plan = read_plan(document)
    if plan.name != name:
        raise NotFound
    return plan


def simulation_page(plan: Plan, *, draft: Mapping[str, Any] | None = None) -> str | Response:
    """What each partner would have got by the plan, as a page or as CSV. `draft` stands in the editor."""
    given = request.args if draft is None else request.form
    months = Months(*(_month(given.get(name, "")) for name in ("since", "until")))
    found = preview(db(), plan, horizon=horizon(), months=months)
    if given.get("as") == "csv":
        return _csv(found)
    return render_template(
        "commissions/plan_simulation.html",
        name=plan.name,
        found=found,
        words=plan_words,
        document="" if draft is None else json.dumps(draft, ensure_ascii=False),
        is_draft=draft is not None,
        edits=request.form.get("edits", ""),
        months=months,
        arguments={key: request.args[key] for key in ("version", "proposal") if key in request.args},
        may_write=identity().may(Permission.MONTH_WRITE),
    )


def _month(text: str) -> str:
    """A month such as "2026-03"; what is none counts as open."""
    return text if _MONTH.fullmatch(text) else ""


def _csv(found: PlanPreview) -> Response:
    answer = Response(csv_text(COLUMNS, list(_cells(found)), numbers=NUMBERS), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f"attachment; filename={found.plan.name}-simulated.csv"
    return answer


def _cells(found: PlanPreview) -> Iterator[list[str]]:
    for row in found.rows:
        amounts = [row.got.text(), row.would.text(), row.difference.text()]
        yield [row.partner_ref, row.partner, row.currency, *amounts, str(row.changed)]
