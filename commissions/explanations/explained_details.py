"""The part of an explanation that is a component's own: tiers band by band, group, bonus, limit, as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from commissions.plans.plan_rules import PaidComponent, TiersComponent
from commissions.reckoning.pools import BonusStep, Climb, Detail, GroupShare, LimitStep
from commissions.reckoning.tiers import Band, Reached


def detail_of(component: PaidComponent, detail: Detail | None) -> dict[str, Any]:
    """By its name in the explanation: `climb`, `group`, `bonus` or `limit`; nothing for plain rates.

    Fractions are exact text in the major unit, whole numbers are units or minor units.
    """
    if isinstance(detail, Climb) and isinstance(component, TiersComponent):
        return {"climb": _climb(component, detail)}
    if isinstance(detail, GroupShare) and isinstance(component, TiersComponent):
        return {"climb": _climb(component, detail.climb), "group": _group(detail)}
    if isinstance(detail, BonusStep):
        return {"bonus": _bonus(detail)}
    if isinstance(detail, LimitStep):
        return {"limit": {"amount": detail.limit, "sums": detail.sums, "added": detail.added}}
    return {}


def _climb(component: TiersComponent, climb: Climb) -> dict[str, Any]:
    return {
        "window": climb.window,
        "mode": component.mode.value,
        "measure": component.measure.value,
        "reached": [_reached(climb.before), _reached(climb.after)],
        "bands": [_bands(component, climb.bands_before), _bands(component, climb.bands_after)],
    }


def _reached(reached: Reached) -> dict[str, Any]:
    return {"measure": str(reached.measure), "basis": str(reached.basis), "units": reached.units}


def _bands(component: TiersComponent, bands: Sequence[Band]) -> list[dict[str, Any]]:
    return [_band(component, band) for band in bands]


def _band(component: TiersComponent, band: Band) -> dict[str, Any]:
    tier = component.tiers[band.tier]
    over = component.tiers[band.tier - 1].upto if band.tier else Fraction(0)
    told = {
        "over": str(over),
        "upto": None if tier.upto is None else str(tier.upto),
        "width": str(band.width),
        "basis": str(band.basis),
        "earned": str(band.earned),
    }
    if tier.percent is not None:
        told["percent"] = str(tier.percent)
    if tier.per_unit is not None:
        told |= {"per_unit": str(tier.per_unit), "per": str(tier.per), "units": str(band.units)}
    if tier.flat is not None:
        told["flat"] = str(tier.flat)
    return told


def _group(share: GroupShare) -> dict[str, Any]:
    return {
        "pool": share.pool,
        "weight": str(share.weight),
        "weights": str(share.weights),
        "lines": share.lines,
        "part": share.part,
    }


def _bonus(step: BonusStep) -> dict[str, Any]:
    told: dict[str, Any] = {"sums": [str(one) for one in step.sums]}
    if step.percent is not None:
        return {**told, "percent": str(step.percent)}
    return {**told, "flat": str(step.flat)}
