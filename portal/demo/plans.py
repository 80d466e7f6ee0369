"""The demo's commission plans, as the documents that finance imports."""

from __future__ import annotations

from typing import Any

from portal.demo.stations import PODCAST


def _plan(
    name: str, applies_to: dict[str, str], percents: tuple[str, str], payable_when: str
) -> dict[str, Any]:
    base, podcast = percents
    return {
        "plan": name,
        "applies_to": applies_to,
        "basis": "net",
        "rate_as_of": "order_signed",
        "payable_when": payable_when,
        "finality_days": 7,
        "components": [
            {
                "name": "base",
                "kind": "percent",
                "percent": base,
                "rates": [{"product": PODCAST, "percent": podcast}],
            }
        ],
    }


# in order of import: the gold plan was mended twice before it was used
PLANS: tuple[dict[str, Any], ...] = (
    _plan("gold-reseller", {"tier": "gold"}, ("9", "8"), "invoiced"),
    _plan("gold-reseller", {"tier": "gold"}, ("10", "8"), "invoiced"),
    _plan("gold-reseller", {"tier": "gold"}, ("10", "8"), "delivered"),
    _plan("silver-reseller", {"tier": "silver"}, ("8", "7"), "invoiced"),
    _plan("standard-reseller", {}, ("6", "5"), "invoiced"),
)
