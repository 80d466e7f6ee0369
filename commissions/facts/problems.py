"""Why no commission can be calculated for a line; each keeps a month from closing."""

from __future__ import annotations

from enum import StrEnum


class Problem(StrEnum):
    NO_PLAN = "no_plan"
    NO_RATE = "no_rate"
    OTHER_CURRENCY = "other_currency"
    # its tiers count units of lines that are priced in different units
    MIXED_PRICING = "mixed_pricing"
    # it names a line that is a make-good itself
    MAKEGOOD = "makegood"
    # it would pay more than can be booked
    TOO_LARGE = "too_large"
