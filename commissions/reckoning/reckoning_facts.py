"""What is known of a line, as the calculation takes it, and what it is worth by service period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple

from commissions.facts.amounts import NOTHING, Price, Value
from commissions.facts.lines import Line, Stretch
from commissions.plans.plan_rules import Plan
from commissions.reckoning.billable import Ceiling


@dataclass(frozen=True, slots=True)
class Rules:
    """A plan and the number of its version."""

    plan: Plan
    version: int


class Step(NamedTuple):
    """A run of days in one service period with one price, split and version of the rates.

    `units` were counted, `disallowed` of them do not count (never more than were counted), `made_good`
    were aired by make-good lines on these days, whatever the debt.
    """

    period: str
    units: int
    stretch: Stretch
    rates: Rules
    disallowed: int = 0
    made_good: int = 0

    @property
    def price(self) -> Price:
        return Price(self.stretch.rate, self.stretch.agency_percent)

    @property
    def allowed(self) -> int:
        """Units that count, whatever the cap."""
        return self.units - self.disallowed


@dataclass(frozen=True, slots=True)
class Credit:
    """A credit note with effect `reduce`: units, or net (major unit) where it takes no units back.

    It falls on `periods`, in this order, each down to nothing.
    """

    units: int
    net: Fraction
    import_id: int
    issued_in: str
    service_period: str | None


@dataclass(frozen=True, slots=True)
class Relief:
    """Units of the make-good debt that nobody owes from a service period on.

    They were credited with effect `settles` or `none`, or written off.
    """

    units: int
    period: str


class LineFacts(NamedTuple):
    """All that is known of a line. `rules` is the plan as valid when the order was signed.

    `above` are the partners above the order's, by level, as of the day it was signed. With `since`, the
    steps before that service period hold the past in brief, and nothing is reckoned of it by itself.
    `is_new_since`: nothing is posted from there on, so nothing has to be said of what earns nothing.
    """

    line: Line
    rules: Rules
    ceiling: Ceiling
    steps: tuple[Step, ...]
    credits: tuple[Credit, ...] = ()
    # net cash allocated to the line, in the major unit
    collected: Fraction = NOTHING
    settled: tuple[Relief, ...] = ()
    written_off: tuple[Relief, ...] = ()
    above: Mapping[int, str] = MappingProxyType({})
    since: str = ""
    is_new_since: bool = False


class Run(NamedTuple):
    """A step with its value before and after, and what it adds: every component of a plan asks for that."""

    step: Step
    before: Value
    after: Value
    gross: Fraction
    net: Fraction


class PeriodValue(NamedTuple):
    """A line in one service period: its runs of days.

    `delivered` (counted), `disallowed`, `allowed` (within the cap), `made_good` and `credited` (taken back
    in units) are cumulative to the period's end.
    """

    period: str
    runs: tuple[Run, ...]
    delivered: int
    allowed: int
    disallowed: int = 0
    made_good: int = 0
    credited: int = 0

    @property
    def before(self) -> Value:
        return self.runs[0].before

    @property
    def after(self) -> Value:
        return self.runs[-1].after

    @property
    def units(self) -> int:
        """Billable units of the period."""
        return self.after.units - self.before.units

    @property
    def unpaid(self) -> int:
        """Over-delivery to the period's end: counted, allowed by finance, and above the cap (2.3)."""
        return self.delivered - self.disallowed - self.allowed
