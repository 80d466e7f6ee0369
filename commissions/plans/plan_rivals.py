"""Other plans that fit the same partners and name as much of them: which of the two a line has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commissions.plans.plan_models import PlanVersion
from commissions.plans.plan_reading import read_plan
from commissions.plans.plan_rules import Plan


@dataclass(frozen=True, slots=True)
class Rival:
    """Another plan for partners that fit both; `counts` where lines of such a partner have the other one."""

    plan: Plan
    counts: bool


def plan_rivals(session: Session, plan: Plan) -> list[Rival]:
    """By name; newest versions only."""
    others = (read_plan(version.document) for version in newest_versions(session))
    return [Rival(other, other.specificity > plan.specificity) for other in others if _is_rival(plan, other)]


def newest_versions(session: Session) -> Sequence[PlanVersion]:
    """That of each plan, by name."""
    newest = select(func.max(PlanVersion.id)).group_by(PlanVersion.name)
    query = select(PlanVersion).where(PlanVersion.id.in_(newest)).order_by(PlanVersion.name)
    return session.scalars(query).all()


def _is_rival(plan: Plan, other: Plan) -> bool:
    return (
        other.name != plan.name
        and other.applies_to.keys() != plan.applies_to.keys()
        and other.specificity[:2] == plan.specificity[:2]
        and all(other.applies_to.get(key, value) == value for key, value in plan.applies_to.items())
        and _meet(plan, other)
    )


def _meet(plan: Plan, other: Plan) -> bool:
    """Whether both hold on some day."""
    begins = max(one.valid_from or date.min for one in (plan, other))
    return all(one.valid_to is None or begins < one.valid_to for one in (plan, other))
