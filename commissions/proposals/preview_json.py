"""What a plan would have changed, as JSON and back: amounts in minor units, sentences as they were."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from commissions.facts.problems import Problem
from commissions.plans.plan_rules import Plan
from commissions.proposals.plan_preview import LineChange, PartnerChange, PlanPreview
from portal.kernel.money import Money


def preview_as_json(found: PlanPreview) -> dict[str, Any]:
    return {
        "version": found.version,
        "lines": found.lines,
        "left_out": {problem.value: count for problem, count in found.left_out.items()},
        "rows": [_row_as_json(row) for row in found.rows],
    }


def preview_from_json(plan: Plan, told: Mapping[str, Any]) -> PlanPreview:
    return PlanPreview(
        plan=plan,
        version=told["version"],
        rows=[_row(row) for row in told["rows"]],
        lines=told["lines"],
        left_out={Problem(value): count for value, count in told["left_out"].items()},
    )


def _row_as_json(row: PartnerChange) -> dict[str, Any]:
    return {
        "partner_ref": row.partner_ref,
        "partner": row.partner,
        "currency": row.currency,
        "got": row.got.minor,
        "would": row.would.minor,
        "changed": row.changed,
        "lines": [
            {
                "line_ref": line.line_ref,
                "order_ref": line.order_ref,
                "component": line.component,
                "got": line.got.minor,
                "would": line.would.minor,
                "why": list(line.why),
            }
            for line in row.lines
        ],
    }


def _row(told: Mapping[str, Any]) -> PartnerChange:
    currency = told["currency"]
    return PartnerChange(
        partner_ref=told["partner_ref"],
        partner=told["partner"],
        currency=currency,
        got=Money(told["got"], currency),
        would=Money(told["would"], currency),
        changed=told["changed"],
        lines=[
            LineChange(
                line_ref=line["line_ref"],
                order_ref=line["order_ref"],
                component=line["component"],
                got=Money(line["got"], currency),
                would=Money(line["would"], currency),
                why=line["why"],
            )
            for line in told["lines"]
        ],
    )
