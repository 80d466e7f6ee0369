"""Amounts of a plan that are paid as they stand: none is finer than its currency."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from commissions.plans.plan_rules import BonusComponent, Plan, TiersComponent
from portal.kernel.json_fields import FieldRefused
from portal.kernel.money import exponent


def refuse_finer_amounts(plan: Plan, currency: str) -> None:
    """Raises FieldRefused for an amount with more decimals than the currency has.

    Prices of a unit are rates, and the bounds of tiers are compared with exact figures: both may be finer.
    """
    places = exponent(currency)
    for path, amount in _amounts(plan):
        if (amount * 10**places).denominator != 1:
            has = f"{currency} has {places or 'no'} decimals" if places != 1 else f"{currency} has 1 decimal"
            raise FieldRefused(f"plan.{path}", f"{has}, so that nobody can be paid this amount.")


def _amounts(plan: Plan) -> Iterator[tuple[str, Fraction]]:
    """Each amount with its path within the plan."""
    for index, component in enumerate(plan.components):
        here = f"components[{index}]"
        if isinstance(component, BonusComponent) and component.flat is not None:
            yield f"{here}.flat", component.flat
        if isinstance(component, TiersComponent):
            for row, tier in enumerate(component.tiers):
                if tier.flat is not None:
                    yield f"{here}.tiers[{row}].flat", tier.flat
    for name, limit in (("line_floor", plan.line_floor), ("line_cap", plan.line_cap)):
        if limit is not None:
            yield name, limit
