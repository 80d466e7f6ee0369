"""Which plan a line has, which version of it holds on a day, and who stands above its partner (2.1, 2.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

Plan = Mapping[str, Any]
Partners = Mapping[str, Sequence[Mapping[str, Any]]]


def holds_on(plan: Plan, day: date) -> bool:
    """Both bounds are inclusive, and open where they are not said."""
    since, until = plan.get("valid_from"), plan.get("valid_to")
    return (not since or date.fromisoformat(since) <= day) and (not until or day <= date.fromisoformat(until))


def version_on(versions: Sequence[Plan], name: str, day: date) -> Plan | None:
    """`versions` of all plans, oldest first: the latest that holds on the day."""
    return next((one for one in reversed(versions) if one["plan"] == name and holds_on(one, day)), None)


def plan_of(versions: Sequence[Plan], partners: Partners, line: Mapping[str, Any]) -> Plan | None:
    """The named one as it was valid when the order was signed, or the most specific for the partner then."""
    signed_on = date.fromisoformat(line["signed_on"])
    if line.get("plan"):
        return version_on(versions, line["plan"], signed_on)
    known = terms_on(partners, line["partner_ref"], signed_on) | {"partner_ref": line["partner_ref"]}
    found = None
    for name in sorted({one["plan"] for one in versions}):
        held = version_on(versions, name, signed_on)
        if held is None or any(known.get(key) != value for key, value in _said(held).items()):
            continue
        if found is None or _rank(held) > _rank(found):
            found = held
    return found


def _said(plan: Plan) -> Mapping[str, str]:
    return plan.get("applies_to") or {}


def _rank(plan: Plan) -> tuple[bool, int, int]:
    """The partner itself above all, then how many keys; of as many, tier before type before region."""
    worth = {"partner_ref": 8, "tier": 4, "type": 2, "region": 1}
    named = _said(plan)
    return "partner_ref" in named, len(named), sum(worth[key] for key in named)


def terms_on(partners: Partners, ref: str, day: date) -> dict[str, Any]:
    """What a partner is on a day: its latest row up to then."""
    rows = sorted(partners.get(ref, ()), key=lambda row: str(row["valid_from"]))
    held = [row for row in rows if date.fromisoformat(row["valid_from"]) <= day]
    return dict(held[-1]) if held else {}


def above(partners: Partners, ref: str, day: date) -> dict[str, int]:
    """Everyone above a partner on a day, with the level; up to where it stands above itself."""
    found: dict[str, int] = {}
    higher = terms_on(partners, ref, day).get("parent_ref")
    while higher and higher != ref and higher not in found:
        found[higher] = len(found) + 1
        higher = terms_on(partners, higher, day).get("parent_ref")
    return found
