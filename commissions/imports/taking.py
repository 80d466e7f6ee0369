"""An import into the books while it runs: whose it is, and how this house counts."""

from __future__ import annotations

from dataclasses import dataclass, field

from commissions.facts.house_rules import HouseRules
from portal.kernel.verdicts import Taking


@dataclass
class BookTaking(Taking):
    """`by` and `approved_by` are a user's id as text, or "operator"; `approved_by` may be nobody."""

    by: str = "operator"
    approved_by: str | None = None
    house: HouseRules = field(default_factory=HouseRules)
