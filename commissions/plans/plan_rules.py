"""The rules of a plan as frozen values: components, rates, tiers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

# from the most specific on; a rate that names nothing is the component's own percent
RATE_KEYS = (
    frozenset({"station", "product"}),
    frozenset({"station"}),
    frozenset({"product"}),
    frozenset({"category"}),
)
# what a plan may name of its partners; of two plans that name as much, the one that names the earlier key
APPLIES_TO = ("partner_ref", "tier", "type", "region")


class Basis(StrEnum):
    GROSS = "gross"
    NET = "net"
    COLLECTED = "collected"


class RateAsOf(StrEnum):
    ORDER_SIGNED = "order_signed"
    SERVICE_DATE = "service_date"


class PayableWhen(StrEnum):
    DELIVERED = "delivered"
    INVOICED = "invoiced"
    COLLECTED = "collected"


class TierMode(StrEnum):
    MARGINAL = "marginal"
    WHOLE = "whole"


class Measure(StrEnum):
    UNITS = "units"
    GROSS = "gross"
    NET = "net"


class Window(StrEnum):
    LINE = "line"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Scope(StrEnum):
    LINE = "line"
    PARTNER = "partner"


@dataclass(frozen=True, slots=True)
class Rate:
    """A percent for lines of a station, product or category; empty fields match any."""

    percent: Fraction
    station: str | None = None
    product: str | None = None
    category: str | None = None

    @property
    def keys(self) -> frozenset[str]:
        named = {"station": self.station, "product": self.product, "category": self.category}
        return frozenset(key for key, value in named.items() if value is not None)

    def fits(self, station: str, product: str | None, category: str | None) -> bool:
        return (
            self.station in {None, station}
            and self.product in {None, product}
            and self.category in {None, category}
        )


# station, product, category
_Sold = tuple[str, str | None, str | None]


@dataclass(frozen=True, slots=True)
class PercentComponent:
    """Percent of the basis, by the most specific rate. `percent` empty: only lines that a rate names."""

    name: str
    percent: Fraction | None
    rates: tuple[Rate, ...]
    kind: str = "percent"
    _chosen: dict[_Sold, Fraction | None] = field(default_factory=dict, repr=False, compare=False)

    def percent_for(self, station: str, product: str | None, category: str | None) -> Fraction | None:
        """The most specific rate: station and product, station, product, category, none."""
        sold = (station, product, category)
        if sold not in self._chosen:
            self._chosen[sold] = self._choose(*sold)
        return self._chosen[sold]

    def _choose(self, station: str, product: str | None, category: str | None) -> Fraction | None:
        for keys in RATE_KEYS:
            for rate in self.rates:
                if rate.keys == keys and rate.fits(station, product, category):
                    return rate.percent
        return self.percent


@dataclass(frozen=True, slots=True)
class PerUnitComponent:
    """`amount` (major unit) for each `per` billable units, exact."""

    name: str
    amount: Fraction
    per: Fraction
    kind: str = "per_unit"


@dataclass(frozen=True, slots=True)
class Tier:
    """A band up to and with `upto` (None: open). Amounts are in the major unit."""

    upto: Fraction | None
    percent: Fraction | None
    per_unit: Fraction | None
    per: Fraction
    flat: Fraction | None


@dataclass(frozen=True, slots=True)
class TiersComponent:
    name: str
    mode: TierMode
    measure: Measure
    window: Window
    scope: Scope
    tiers: tuple[Tier, ...]
    kind: str = "tiers"


@dataclass(frozen=True, slots=True)
class OverrideComponent:
    """Percent of the basis to the partner `level` levels above the order's."""

    name: str
    level: int
    percent: Fraction
    kind: str = "override"


@dataclass(frozen=True, slots=True)
class BonusComponent:
    """Either a percent of the components before it, or a flat (major unit) once a line."""

    name: str
    percent_of_commission: Fraction | None
    flat: Fraction | None
    kind: str = "bonus"


Component = PercentComponent | PerUnitComponent | TiersComponent | OverrideComponent | BonusComponent


@dataclass(frozen=True, slots=True)
class LimitComponent:
    """A plan's floor or cap for a line, a component of its own: the least or most it pays (major unit)."""

    name: str
    amount: Fraction

    @property
    def kind(self) -> str:
        return self.name


PaidComponent = Component | LimitComponent


@dataclass(frozen=True)
class Plan:
    """The rules of one plan version. Valid from `valid_from` to before `valid_to`; empty means open.

    Amounts (`line_floor`, `line_cap`) are in the major unit. `components` keep the document's order.
    """

    name: str
    currency: str | None
    valid_from: date | None
    valid_to: date | None
    applies_to: Mapping[str, str]
    basis: Basis
    rate_as_of: RateAsOf
    payable_when: PayableWhen
    finality_days: int
    components: tuple[Component, ...]
    line_floor: Fraction | None
    line_cap: Fraction | None
    holdback_percent: Fraction
    holdback_days: int

    # asked for of each line, again and again
    @cached_property
    def pools_lines(self) -> bool:
        """Whether what a line earns depends on other lines of its partner."""
        return bool(self.ladders)

    @cached_property
    def ladders(self) -> Mapping[str, TiersComponent]:
        """Tiers over all lines of a partner, by a text that is the same in versions that promise the same.

        A percent is of the basis: the same tiers on another basis promise something else.
        """
        pooled = (part for part in self.components if isinstance(part, TiersComponent))
        return {f"{self.basis} {part}": part for part in pooled if part.scope is Scope.PARTNER}

    @cached_property
    def pays_without_rate(self) -> bool:
        """Whether it pays for every line, whatever its station and product: by tiers or a flat amount.

        So does a plan of overrides alone: whoever has nobody above gets nothing, and lacks nothing.
        """
        return all(isinstance(part, OverrideComponent) for part in self.components) or any(
            isinstance(part, TiersComponent) or (isinstance(part, BonusComponent) and part.flat is not None)
            for part in self.components
        )

    @cached_property
    def override_levels(self) -> frozenset[int]:
        """How many levels above the order's partner it pays an override."""
        return frozenset(part.level for part in self.components if isinstance(part, OverrideComponent))

    @cached_property
    def specificity(self) -> tuple[bool | int, ...]:
        """Greater than that of another plan for the same partner: of the two this one is chosen.

        Equal only where both name the same keys.
        """
        named = self.applies_to
        return ("partner_ref" in named, len(named), *(key in named for key in APPLIES_TO))

    def is_valid_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day < self.valid_to
        )
