"""Gross, net and basis of a line after each run of days: exact, cumulative, in the major unit (2.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from commissions.facts.fact_models import Pricing
from commissions.plans.plan_rules import Basis

NOTHING = Fraction(0)
# what one line may be worth or pay, in minor units: sums of many lines still fit a BIGINT
MOST_MINOR = 10**17

# an exact number from its text: payees of a pool and lines of an order share most of theirs
exact = lru_cache(maxsize=10_000)(Fraction)


@dataclass(frozen=True, slots=True)
class Price:
    """What holds for a run of days: gross rate in the major unit, and the buyer's agent's percent."""

    rate: Fraction
    agency_percent: Fraction

    @property
    def net_part(self) -> Fraction:
        return 1 - self.agency_percent / 100


class Value(NamedTuple):
    """What a line is worth up to and with some day: exact and cumulative."""

    units: int
    gross: Fraction
    net: Fraction
    # gross less the credits by net, grossed up: the basis of a plan that pays on gross
    gross_basis: Fraction

    def basis(self, basis: Basis, collected: Fraction) -> Fraction:
        if basis is Basis.GROSS:
            return self.gross_basis
        return self.net if basis is Basis.NET else min(self.net, collected)


def less(amount: Fraction, other: Fraction) -> Fraction:
    """The difference; most figures begin at nothing, and a fraction is dear."""
    return amount - other if other else amount


ZERO = Value(0, NOTHING, NOTHING, NOTHING)


def due(units: int, rate: Fraction, pricing: Pricing, booked: int) -> Fraction:
    """Gross of units at one rate: by thousands, by spots, or the delivered part of a flat fee."""
    if pricing is Pricing.CPM:
        return Fraction(units * rate.numerator, rate.denominator * 1000)
    if pricing is Pricing.PER_SPOT:
        return Fraction(units * rate.numerator, rate.denominator)
    booked = max(booked, 1)
    return Fraction(min(units, booked) * rate.numerator, booked * rate.denominator)


def values(units: Sequence[int], prices: Sequence[Price], *, pricing: Pricing, booked: int) -> list[Value]:
    """Value after each run of days, from cumulative billable units; credits by net are not in it yet."""
    found: list[Value] = []
    before = ZERO
    for count, price in zip(units, prices, strict=True):
        gross = due(count, price.rate, pricing, booked) - due(before.units, price.rate, pricing, booked)
        before = Value(
            count, before.gross + gross, before.net + gross * price.net_part, before.gross_basis + gross
        )
        found.append(before)
    return found


def one_price(units: Sequence[int], price: Price, *, pricing: Pricing, booked: int) -> list[Value]:
    """The same where one price holds throughout, which is nearly always and much quicker."""
    part = price.net_part
    found = []
    for count in units:
        gross = due(count, price.rate, pricing, booked)
        found.append(Value(count, gross, gross * part, gross))
    return found


def less_credits(
    worth: Sequence[Value], prices: Sequence[Price], taken: Mapping[int, Fraction]
) -> list[Value]:
    """The same with net taken back, by place of the run of days."""
    net_off = gross_off = NOTHING
    found = []
    for index, value in enumerate(worth):
        net = taken.get(index, NOTHING)
        net_off += net
        part = prices[index].net_part
        gross_off += net / part if part else NOTHING
        found.append(Value(value.units, value.gross, value.net - net_off, value.gross_basis - gross_off))
    return found
