"""Commission plans: the list, one plan with its versions and rules, and its JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable

from flask import Response, render_template, request

from commissions.approvals.approval_models import Proposal, ProposalKind
from commissions.approvals.approvals import waiting
from commissions.plans.plan_models import PlanVersion
from commissions.plans.plan_rivals import newest_versions, plan_rivals
from commissions.proposals.plan_pages import (
    lines_by_version,
    plan_version,
    plan_versions,
    replaced,
    rules_of,
)
from partners.people import names_of
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.commissions import plan_words
from portal.web.commissions.blueprint import blueprint
from portal.web.context import db, identity
from portal.web.downloads import download


@blueprint.get("/plans")
@requires(Permission.MONTH_READ)
def plans() -> str:
    found = newest_versions(db())
    return render_template(
        "commissions/plans.html",
        rows=[(version, rules_of(version)) for version in found],
        names=_people(found),
        words=plan_words,
        proposed=waiting(db(), ProposalKind.PLAN),
        may_write=identity().may(Permission.MONTH_WRITE),
    )


@blueprint.get("/plans/<name>")
@requires(Permission.MONTH_READ)
def plan(name: str) -> str:
    versions = plan_versions(db(), name)
    number = request.args.get("version", versions[0].version, type=int)
    shown = plan_version(db(), name, number)
    rules = rules_of(shown)
    return render_template(
        "commissions/plan.html",
        shown=shown,
        rules=rules,
        rivals=plan_rivals(db(), rules),
        versions=versions,
        holds={one.version: plan_words.validity(rules_of(one)) for one in versions},
        replaced=replaced(versions),
        lines=lines_by_version(db(), name),
        names=_people(versions),
        words=plan_words,
        proposed=[one for one in waiting(db(), ProposalKind.PLAN) if _is_of(one, name)],
        may_write=identity().may(Permission.MONTH_WRITE),
    )


def _is_of(proposal: Proposal, name: str) -> bool:
    figures = proposal.payload.get("figures", {})
    return isinstance(figures, dict) and figures.get("Plan") == name


@blueprint.get("/plans/<name>/<int:number>.json")
@requires(Permission.MONTH_READ)
def plan_file(name: str, number: int) -> Response:
    """The version as it was given, to import elsewhere."""
    found = plan_version(db(), name, number)
    text = json.dumps(found.document, ensure_ascii=False, indent=2) + "\n"
    return download(f"{found.name}-{found.version}.json", text, "application/json")


def _people(versions: Iterable[PlanVersion]) -> dict[str, str]:
    """Names of those who recorded and approved the versions."""
    told = {who for one in versions for who in (one.recorded_by, one.approved_by) if who}
    return names_of(db(), told)
