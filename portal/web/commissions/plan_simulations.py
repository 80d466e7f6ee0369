"""A plan tried on past months: asked here, worked out by the worker, its answer kept under its address."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from commissions.approvals.approval_models import ProposalKind
from commissions.approvals.approvals import proposal
from commissions.facts.csv_out import csv_text
from commissions.plans.plan_reading import read_plan
from commissions.proposals.plan_pages import plan_versions
from commissions.proposals.plan_preview import Months, PlanPreview
from commissions.proposals.preview_json import preview_from_json
from commissions.proposals.simulation_models import PlanSimulation, SimulationState
from commissions.proposals.simulations import (
    KEPT_FOR,
    Asked,
    MonthsBackwards,
    OneRunsAlready,
    ask_simulation,
    latest_simulations,
    running_simulation,
)
from commissions.proposals.simulations import simulation as simulation_of
from partners.people import names_of
from portal.adapters.queue import TRY_PLAN
from portal.kernel.db import transaction
from portal.kernel.errors import NotFound
from portal.kernel.identity import Permission
from portal.web.access import requires
from portal.web.commissions.blueprint import blueprint
from portal.web.commissions.plan_changes import proposed_document
from portal.web.context import db, identity, now, services
from portal.web.downloads import download

COLUMNS = ("partner_ref", "partner", "currency", "got", "would_have_got", "difference", "changed_lines")
NUMBERS = frozenset({"got", "would_have_got", "difference", "changed_lines"})
_MONTH = re.compile(r"[12][0-9]{3}-(0[1-9]|1[0-2])")


@blueprint.get("/plans/<name>/simulate")
@requires(Permission.MONTH_READ)
def simulate_plan(name: str) -> str:
    """Which months a version, or what was proposed and waits, is tried on; and what was tried before."""
    asked, kept = _asked(name), latest_simulations(db(), name)
    return render_template(
        "commissions/plan_try.html",
        name=name,
        months=asked.months,
        arguments=asked.origin,
        kept=kept,
        people=names_of(db(), {str(one.asked_by) for one in kept}),
        days=KEPT_FOR.days,
    )


@blueprint.post("/plans/<name>/simulate")
@requires(Permission.MONTH_READ)
def start_simulation(name: str) -> BaseResponse:
    asked = _asked(name)
    arguments: dict[str, Any] = {**asked.origin, "since": asked.months.first, "until": asked.months.last}
    return _started(asked, url_for("commissions.simulate_plan", name=name, **arguments))


@blueprint.post("/plans/simulations/<int:simulation_id>/again")
@requires(Permission.MONTH_READ)
def simulate_again(simulation_id: int) -> BaseResponse:
    """The same plan on other months, or on what is known by now."""
    before = simulation_of(db(), simulation_id)
    asked = Asked(before.document, months_of(request.form), before.origin)
    return _started(asked, url_for("commissions.simulation", simulation_id=simulation_id))


@blueprint.get("/plans/simulations/<int:simulation_id>")
@requires(Permission.MONTH_READ)
def simulation(simulation_id: int) -> str | Response:
    """How far it is; then what each partner would have got, as a page or as CSV."""
    found = simulation_of(db(), simulation_id)
    if request.headers.get("HX-Request"):
        # the page asks again and again: a part while it works, all of the page once it is over
        return Response(headers={"HX-Redirect": request.path}) if found.is_over else _part(found)
    told = None
    if found.state is SimulationState.DONE:
        told = preview_from_json(read_plan(found.document), found.answer or {})
        if request.args.get("as") == "csv":
            return _csv(told)
    return render_template(
        "commissions/plan_simulation.html",
        simulation=found,
        found=told,
        asker=names_of(db(), {str(found.asked_by)}).get(str(found.asked_by), ""),
        may_write=identity().may(Permission.MONTH_WRITE),
        days=KEPT_FOR.days,
        begins=_begins(found.document),
    )


def _begins(document: dict[str, Any]) -> date | None:
    return date.fromisoformat(document["valid_from"]) if document.get("valid_from") else None


def begin(asked: Asked) -> BaseResponse:
    """Ask for it, and go to where its answer will be. Raises as ask_simulation."""
    with transaction(services().sessions) as session:
        made = ask_simulation(session, asked, by=identity(), at=now())
        number = made.id
    services().queue.send(TRY_PLAN, simulation_id=number)
    return redirect(url_for("commissions.simulation", simulation_id=number), 303)


def months_of(given: Mapping[str, str]) -> Months:
    """Months such as "2026-03"; what is none counts as open."""
    first, last = (given.get(name, "") for name in ("since", "until"))
    return Months(*(text if _MONTH.fullmatch(text) else "" for text in (first, last)))


def _started(asked: Asked, form: str) -> BaseResponse:
    """`form` is the page on which it was asked."""
    try:
        return begin(asked)
    except MonthsBackwards as refusal:
        flash(refusal.sentence, "warn")
        return redirect(form, 303)
    except OneRunsAlready as refusal:
        there = running_simulation(db())
        flash(refusal.sentence, "warn")
        if there is None:
            return redirect(url_for("commissions.simulate_plan", name=read_plan(asked.document).name), 303)
        return redirect(url_for("commissions.simulation", simulation_id=there.id), 303)


def _part(found: PlanSimulation) -> str:
    return render_template("commissions/_simulation_progress.html", simulation=found)


def _asked(name: str) -> Asked:
    """A version, the newest where none is named, or a proposal. Raises NotFound."""
    number = request.values.get("proposal", type=int)
    asked = _version(name) if number is None else _proposed(name, number)
    return replace(asked, months=months_of(request.values))


def _version(name: str) -> Asked:
    number = request.values.get("version", type=int)
    found = next((one for one in plan_versions(db(), name) if number in {None, one.version}), None)
    if found is None:
        raise NotFound
    return Asked(found.document, origin={"version": found.version})


def _proposed(name: str, proposal_id: int) -> Asked:
    """Raises NotFound, also for a proposal of another plan."""
    found = proposal(db(), identity(), proposal_id)
    if found.kind is not ProposalKind.PLAN:
        raise NotFound
    document = proposed_document(services().blobs, found)
    if read_plan(document).name != name:
        raise NotFound
    return Asked(document, origin={"proposal": proposal_id})


def _csv(found: PlanPreview) -> Response:
    table = csv_text(COLUMNS, _cells(found), numbers=NUMBERS)
    return download(f"{found.plan.name}-simulated.csv", table)


def _cells(found: PlanPreview) -> Iterator[list[str]]:
    for row in found.rows:
        amounts = [row.got.text(), row.would.text(), row.difference.text()]
        yield [row.partner_ref, row.partner, row.currency, *amounts, str(row.changed)]
