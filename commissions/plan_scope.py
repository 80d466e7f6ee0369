"""Which rules of a plan the engine calculates; a plan with others is refused, never half applied."""

from __future__ import annotations

from commissions.plan_rules import PercentComponent, PerUnitComponent, Plan
from portal.kernel.json_fields import FieldRefused

_WORDS = {"tiers": "tiers", "override": "overrides", "bonus": "bonuses"}


def refuse_uncalculated(plan: Plan, path: str = "plan") -> None:
    """Raises FieldRefused with the path of the first field that is not calculated yet."""
    for index, component in enumerate(plan.components):
        if not isinstance(component, PercentComponent | PerUnitComponent):
            raise _not_yet(f"{path}.components[{index}].kind", _WORDS[component.kind])
    if plan.line_floor is not None:
        raise _not_yet(f"{path}.line_floor", "a floor for each line")
    if plan.line_cap is not None:
        raise _not_yet(f"{path}.line_cap", "a cap for each line")
    if plan.holdback_percent:
        raise _not_yet(f"{path}.holdback_percent", "holdback")


def _not_yet(path: str, what: str) -> FieldRefused:
    return FieldRefused(path, f"This release does not calculate {what} yet.")
