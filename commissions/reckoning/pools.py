"""A component's pool on a line: exact by run of days, rounded once on the cumulative value, split (2.6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from commissions.facts.amounts import NOTHING, less
from commissions.plans.plan_rules import PaidComponent
from commissions.reckoning.reckoning_facts import PeriodValue, Run
from commissions.reckoning.splits import Cut, cut, nothing, part_of
from commissions.reckoning.tiers import Band, Reached

Weights = Mapping[str, Fraction]
ALL = Fraction(1)


class Gain(NamedTuple):
    """What a component pays on one run of days: basis and commission, exact, in the major unit.

    `rate` is a percent, or the amount for each `per` units; None where no rate fits the line, and where
    there is no single rate (tiers, bonus).
    """

    run: Run
    basis: Fraction
    rate: Fraction | None
    per: Fraction | None
    earned: Fraction


class Climb(NamedTuple):
    """Where a window of tiers stood before and after a service period, and the bands that pay for it."""

    window: str
    before: Reached
    after: Reached
    bands_before: Sequence[Band]
    bands_after: Sequence[Band]


@dataclass(frozen=True, slots=True)
class GroupShare:
    """A line's part of what all lines of its partner earned in a service period.

    `pool` is the group's rounded cumulative figure in minor units before and after, `part` the line's
    minor units of the difference, `weight` its measure in the period, and `weights` that of all lines.
    """

    climb: Climb
    pool: tuple[int, int]
    weight: Fraction
    weights: Fraction
    lines: int
    part: int


@dataclass(frozen=True, slots=True)
class LimitStep:
    """Minor units: the limit, the sum of the line's pools and what the limit added, before and after."""

    limit: int
    sums: tuple[int, int]
    added: tuple[int, int]


@dataclass(frozen=True, slots=True)
class BonusStep:
    """What the components before a bonus had earned, exact (major unit), before and after; and its flat."""

    sums: tuple[Fraction, Fraction]
    percent: Fraction | None
    flat: Fraction | None
    units: tuple[int, int]


Detail = Climb | GroupShare | LimitStep | BonusStep


class Chain(NamedTuple):
    """A component's cumulative pool under one set of weights, at the ends of two service periods.

    For a floor or cap `beside` are the pools of the components that it limits, before and after.
    """

    weights: Weights
    shares: Weights
    before: Cut
    after: Cut
    beside: Sequence[tuple[int, int]] = ()

    @property
    def gained(self) -> Fraction:
        """Exact, in minor units."""
        return less(self.after.exact, self.before.exact)


class Pool(NamedTuple):
    """What a component pays on a line in a service period, before it is told by payee."""

    component: PaidComponent
    value: PeriodValue
    gains: tuple[Gain, ...]
    chains: tuple[Chain, ...]
    # one for each window, bonus or limit that the amount came from
    detail: Detail | None = None

    @property
    def payees(self) -> list[str]:
        if len(self.chains) == 1:
            return sorted(self.chains[0].weights)
        return sorted({payee for chain in self.chains for payee in chain.weights})

    def amount(self, payee: str) -> int:
        """What the payee earned in the period, in minor units."""
        if len(self.chains) == 1:
            return self.chains[0].after.parts[payee] - self.chains[0].before.parts[payee]
        return sum(
            chain.after.parts[payee] - chain.before.parts[payee]
            for chain in self.chains
            if payee in chain.weights
        )

    def exact(self, payee: str) -> Fraction:
        """The payee's share of the unrounded commission, in minor units."""
        gained = [chain.shares[payee] * chain.gained for chain in self.chains if payee in chain.shares]
        return gained[0] if len(gained) == 1 else sum(gained, NOTHING)


class Target(NamedTuple):
    """What a payee has earned of a component in a service period: minor units, and why."""

    pool: Pool
    payee: str
    amount: int

    @property
    def component(self) -> PaidComponent:
        return self.pool.component

    @property
    def value(self) -> PeriodValue:
        return self.pool.value

    @property
    def exact(self) -> Fraction:
        return self.pool.exact(self.payee)


class Earned(NamedTuple):
    """What a component pays in a service period, by run of days, exact in the major unit.

    `minor` has the whole minor units of each run where they are given (a part of a partner's pool);
    otherwise they come from rounding the exact pool.
    """

    gains: tuple[Gain, ...]
    detail: Detail | None = None
    minor: tuple[int, ...] | None = None

    @property
    def total(self) -> Fraction:
        return sum((gain.earned for gain in self.gains), NOTHING)


@dataclass
class _Stretch:
    """A stretch of weights while its pool grows: the last cut, and the exact pool in minor units since."""

    weights: Weights
    shares: Weights
    # the weights in whole numbers
    whole: Mapping[str, int]
    cut: Cut
    exact: Fraction = NOTHING
    given: int = 0


@dataclass
class Stretches:
    """The stretches of weights of a line, one after the other."""

    to_one: str | None = None
    rows: list[_Stretch] = field(default_factory=list)

    def at(self, gain: Gain) -> int:
        """The place of the stretch that holds on a run of days."""
        terms = gain.run.step.stretch
        weights = terms.split if self.to_one is None else {self.to_one: ALL}
        if self.rows and (self.rows[-1].weights is weights or self.rows[-1].weights == weights):
            return len(self.rows) - 1
        if self.to_one is None:
            row = _Stretch(weights, terms.split.shares, terms.split.whole, nothing(weights))
        else:
            row = _Stretch(weights, weights, {self.to_one: 1}, nothing(weights))
        self.rows.append(row)
        return len(self.rows) - 1


def pools(
    component: PaidComponent, worth: Sequence[PeriodValue], earned: Sequence[Earned], *,
    scale: int, to_one: str | None = None,
) -> Iterator[Pool]:  # fmt: skip
    """The pool by service period: exact values are added up, rounded once and split.

    `to_one` has all of it, whatever the line's split (an override).
    """
    stretches = Stretches(to_one)
    for value, found in zip(worth, earned, strict=True):
        opened: dict[int, Cut] = {}
        for index, gain in enumerate(found.gains):
            place = stretches.at(gain)
            row = stretches.rows[place]
            opened.setdefault(place, row.cut)
            if gain.earned:
                minor = gain.earned * scale
                row.exact = row.exact + minor if row.exact else minor
            if found.minor is not None:
                row.given += found.minor[index]
        made = []
        for place, before in opened.items():
            row = stretches.rows[place]
            if found.minor is not None:
                row.cut = part_of(row.given, row.whole, exact=row.exact)
            elif row.exact is not before.exact:
                row.cut = cut(row.exact, row.whole)
            made.append(Chain(row.weights, row.shares, before, row.cut))
        yield Pool(component, value, found.gains, tuple(made), found.detail)
