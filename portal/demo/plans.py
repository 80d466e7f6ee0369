"""The demo's commission plans, as the documents that finance imports."""

from __future__ import annotations

from typing import Any

from portal.demo.channel import MINATO
from portal.demo.stations import PODCAST

HOLDBACK = {"holdback_percent": "10", "holdback_days": 60}
# net of a quarter, all of the partner's lines together
VOLUME = {
    "name": "volume",
    "kind": "tiers",
    "measure": "net",
    "window": "quarter",
    "scope": "partner",
    "tiers": [{"upto": "40000", "percent": "0"}, {"upto": None, "percent": "2"}],
}
# a line's own net of a month: everything at the rate that was reached
MONTHLY = {
    "name": "monthly",
    "kind": "tiers",
    "mode": "whole",
    "measure": "net",
    "window": "month",
    "tiers": [
        {"upto": "300000", "percent": "0"},
        {"upto": "600000", "percent": "1"},
        {"upto": None, "percent": "1.5"},
    ],
}
SUB_RESELLERS = {"name": "master", "kind": "override", "level": 1, "percent": "2"}
EARLY = {"name": "renewal", "kind": "bonus", "percent_of_commission": "5"}


def _plan(
    name: str,
    applies_to: dict[str, str],
    percents: tuple[str, str],
    *also: dict[str, Any],
    **terms: object,
) -> dict[str, Any]:
    percent, podcast = percents
    base = {
        "name": "base",
        "kind": "percent",
        "percent": percent,
        "rates": [{"product": PODCAST, "percent": podcast}],
    }
    return {
        "plan": name,
        "applies_to": applies_to,
        "basis": "net",
        "rate_as_of": "order_signed",
        "payable_when": "invoiced",
        "finality_days": 7,
        "components": [base, *also],
        **terms,
    }


# in order of import: the gold plan was mended twice before it was used
PLANS: tuple[dict[str, Any], ...] = (
    _plan("gold-reseller", {"tier": "gold"}, ("9", "8")),
    _plan("gold-reseller", {"tier": "gold"}, ("10", "8"), VOLUME),
    _plan("gold-reseller", {"tier": "gold"}, ("10", "8"), VOLUME, payable_when="delivered", **HOLDBACK),
    _plan("gold-japan", {"partner_ref": MINATO}, ("10", "8"), MONTHLY, currency="JPY"),
    _plan("silver-reseller", {"tier": "silver"}, ("8", "7"), EARLY, line_cap="2500"),
    _plan("standard-reseller", {}, ("6", "5"), SUB_RESELLERS, line_floor="15"),
)
# what waits for the second person
NEXT_SILVER = _plan("silver-reseller", {"tier": "silver"}, ("8", "8"), EARLY, line_cap="2500")
