"""What a proposed version of a plan says otherwise than the one before it, for whoever approves it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from commissions.approvals.approval_models import Proposal, ProposalKind
from commissions.imports.plan_import import plan_document
from commissions.plans.plan_reading import read_plan
from commissions.plans.plan_rules import Component, PercentComponent, Plan, TiersComponent
from commissions.proposals.file_proposals import file_of
from commissions.proposals.plan_pages import newest_before, rules_of
from portal.kernel.ports import BlobStore
from portal.web.commissions import plan_words
from portal.web.formats import exact


@dataclass(frozen=True, slots=True)
class Change:
    """`was` and `becomes` are empty where there was, or will be, nothing of it."""

    what: str
    was: str
    becomes: str


@dataclass(frozen=True, slots=True)
class ProposedPlan:
    """`before` is the number of the version that it follows: None for a new plan."""

    rules: Plan
    before: int | None
    changes: list[Change]


def proposed_plan(session: Session, blobs: BlobStore, found: Proposal) -> ProposedPlan | None:
    """None for a proposal of another kind."""
    if found.kind is not ProposalKind.PLAN:
        return None
    rules = read_plan(proposed_document(blobs, found))
    before = newest_before(session, rules.name, found.decided_at)
    if before is None:
        return ProposedPlan(rules, None, [])
    return ProposedPlan(rules, before.version, plan_changes(rules_of(before), rules))


def proposed_document(blobs: BlobStore, found: Proposal) -> Any:
    """Of the editor, or of a file that waits in the store."""
    document: Any = found.payload.get("document")
    file = file_of(found.payload)
    if document is None and file is not None:
        with blobs.open(file.sha256) as stream:
            document = plan_document(stream)
    return document


def plan_changes(before: Plan, after: Plan) -> list[Change]:
    """In the order in which a plan is read; what only the earlier one says comes last."""
    was, becomes = dict(_facts(before)), dict(_facts(after))
    return [
        Change(what, was.get(what, ""), becomes.get(what, ""))
        for what in becomes | was
        if was.get(what, "") != becomes.get(what, "")
    ]


def _facts(plan: Plan) -> Iterator[tuple[str, str]]:
    yield _("For"), plan_words.whom(plan)
    yield _("Holds"), plan_words.validity(plan)
    yield _("Amounts in"), plan.currency or ""
    names = (_("Basis"), _("Version"), _("Payable"), _("Final"))
    yield from zip(names, plan_words.usual_terms(plan), strict=True)
    yield _("Least a line earns"), "" if plan.line_floor is None else exact(plan.line_floor)
    yield _("Most a line earns"), "" if plan.line_cap is None else exact(plan.line_cap)
    yield _("Held back"), _held_back(plan)
    yield _("Rules, in order"), ", ".join(one.name for one in plan.components)
    for one in plan.components:
        yield _("Rule %(name)s", name=one.name), plan_words.rule(one)
        yield from ((_("Rule %(name)s", name=f"{one.name}, {of}"), pays) for of, pays in _rows(one))


def _held_back(plan: Plan) -> str:
    if not plan.holdback_percent:
        return ""
    told = _("%(percent)s%% for %(days)s days", percent=exact(plan.holdback_percent), days=plan.holdback_days)
    return str(told)


def _rows(component: Component) -> Iterator[tuple[str, str]]:
    if isinstance(component, PercentComponent):
        for rate in component.rates:
            yield plan_words.rate_for(rate), f"{exact(rate.percent)}%"
    if isinstance(component, TiersComponent):
        for tier in component.tiers:
            top = tier.upto
            band = _("above that") if top is None else _("up to and with %(upto)s", upto=exact(top))
            yield band, plan_words.tier_pays(tier)
