"""Facts of lines for the pure calculation: only what a test is about is named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from commissions.facts.fact_models import BillingSource, Cap, LineStatus, Pricing
from commissions.facts.lines import Line, Split, Stretch
from commissions.plans.plan_reading import read_plan
from commissions.reckoning.billable import Ceiling
from commissions.reckoning.reckoning import Reckoned
from commissions.reckoning.reckoning_facts import Credit, LineFacts, Relief, Rules, Step


@dataclass
class Sold:
    """A line in plain words: `counted` are units by service period, `price` that of one unit, no agency."""

    counted: Sequence[tuple[str, int]]
    price: str = "1"
    ref: str = "L1"
    partner: str = "R1"
    booked: int = 10**9
    cap: Cap = Cap.CUMULATIVE
    tolerance: str = "0"
    pricing: Pricing = Pricing.PER_SPOT
    agency: str = "0"
    split: Mapping[str, str] = field(default_factory=lambda: {"R1": "1"})
    currency: str = "USD"
    disallowed: Mapping[str, int] = field(default_factory=dict)
    made_good: Mapping[str, int] = field(default_factory=dict)
    booked_by_period: Mapping[str, int] = field(default_factory=dict)
    credits: Sequence[Credit] = ()
    settled: Sequence[Relief] = ()
    written_off: Sequence[Relief] = ()
    above: Mapping[int, str] = field(default_factory=dict)
    version: int = 1


def a_credit(units: int, *, issued_in: str, service_period: str | None = None, net: str = "0") -> Credit:
    return Credit(units, Fraction(net), 1, issued_in, service_period)


def facts_of(sold: Sold, plan: Mapping[str, Any]) -> LineFacts:
    """The line as the engine takes it, under a plan's document."""
    weights = {payee: Fraction(weight) for payee, weight in sold.split.items()}
    stretch = Stretch(None, Fraction(sold.price), Fraction(sold.agency), Split(weights))
    rules = Rules(read_plan(dict(plan)), sold.version)
    counted = dict(sold.counted)
    steps = tuple(
        Step(
            period,
            counted.get(period, 0),
            stretch,
            rules,
            sold.disallowed.get(period, 0),
            sold.made_good.get(period, 0),
        )
        for period in sorted({*counted, *sold.made_good})
    )
    ceiling = Ceiling(sold.cap, sold.booked, Fraction(sold.tolerance), sold.booked_by_period)
    return LineFacts(
        line=_line(sold, stretch),
        rules=rules,
        ceiling=ceiling,
        steps=steps,
        credits=tuple(sold.credits),
        settled=tuple(sold.settled),
        written_off=tuple(sold.written_off),
        above=sold.above,
    )


def _line(sold: Sold, stretch: Stretch) -> Line:
    return Line(
        line_id=1,
        line_ref=sold.ref,
        order_ref="IO-1",
        signed_on=date(2026, 2, 1),
        partner_ref=sold.partner,
        advertiser="Cobbler & Pine Furniture",
        currency=sold.currency,
        station="WXYZ-FM",
        daypart=None,
        time_zone="UTC",
        product=None,
        category=None,
        first_day=date(2026, 3, 1),
        end_day=date(2026, 9, 1),
        pricing=sold.pricing,
        booked_units=sold.booked,
        cap=sold.cap,
        cap_tolerance_percent=Fraction(sold.tolerance),
        billing_source=BillingSource.OWN,
        plan=None,
        makegood_for=None,
        status=LineStatus.SIGNED,
        cancelled_on=None,
        revision=1,
        stretches=(stretch,),
    )


def amounts(reckoned: Reckoned) -> dict[tuple[str, str, str], int]:
    """Minor units by component, payee and service period; nothing that is 0."""
    return {
        (target.component.name, target.payee, target.value.period): target.amount
        for target in reckoned.targets
        if target.amount
    }


def by_period(reckoned: Reckoned) -> dict[str, int]:
    found: dict[str, int] = {}
    for target in reckoned.targets:
        found[target.value.period] = found.get(target.value.period, 0) + target.amount
    return found


def total(reckoned: Reckoned) -> int:
    return sum(target.amount for target in reckoned.targets)
