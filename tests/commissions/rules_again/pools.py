"""Cumulative pools, rounded once, and their split; floor and cap upon them (2.4, steps 8 to 10; 2.6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from tests.commissions.rules_again.rounding import half_up, shared

Weights = Mapping[str, Fraction]


@dataclass
class Pool:
    """A component of a line: for each stretch of weights, minor units and exact value of each period."""

    minor: dict[tuple[int, str], int] = field(default_factory=lambda: defaultdict(int))
    exact: dict[tuple[int, str], Fraction] = field(default_factory=lambda: defaultdict(Fraction))

    def upto(self, stretch: int, period: str) -> int:
        return sum(
            minor for (other, month), minor in self.minor.items() if other == stretch and month <= period
        )

    def parts(self, stretch: int, period: str, weights: Weights) -> dict[str, int]:
        """Cumulative, by payee."""
        return shared(self.upto(stretch, period), weights)


def pool_of(days: Sequence[tuple[int, str]], earned: Sequence[Fraction], scale: int) -> Pool:
    """`days`: stretch and period of each day. The exact sum to date is rounded, less what it was before."""
    found = Pool()
    sums: dict[int, Fraction] = defaultdict(Fraction)
    for key, exact in zip(days, earned, strict=True):
        before = sums[key[0]]
        sums[key[0]] = before + exact
        found.minor[key] += half_up(sums[key[0]] * scale) - half_up(before * scale)
        found.exact[key] += exact
    return found


@dataclass(frozen=True)
class Limits:
    """In minor units; None is no limit."""

    floor: int | None
    cap: int | None

    def lift(self, total: int, *, billed: bool) -> int:
        return 0 if self.floor is None or not billed else max(0, self.floor - total)

    def cut(self, total: int) -> int:
        return 0 if self.cap is None else min(0, self.cap - total)


def limit_pools(
    pools: Sequence[Pool], days: Sequence[tuple[int, str]], units: Sequence[int], limits: Limits
) -> tuple[Pool, Pool]:
    """The components `floor` (only once something is billable) and `cap`, at the end of each period."""
    floor, cap = Pool(), Pool()
    total = billable = lifted = cut = 0
    for place, key in enumerate(days):
        billable += units[place]
        if key in days[place + 1 :]:
            continue
        total += sum(pool.minor.get(key, 0) for pool in pools)
        lift = limits.lift(total, billed=billable > 0)
        down = limits.cut(total + lift)
        floor.minor[key] += lift - lifted
        cap.minor[key] += down - cut
        lifted, cut = lift, down
    return floor, cap


def limit_parts(
    limit: Pool, others: Sequence[Pool], key: tuple[int, str], weights: Weights
) -> dict[str, int]:
    """For each payee its part of the limited pool less its parts of what is limited; cumulative."""
    if not limit.upto(*key):
        return dict.fromkeys(weights, 0)
    whole = sum(pool.upto(*key) for pool in (limit, *others))
    found = shared(whole, weights)
    return {
        payee: part - sum(pool.parts(*key, weights)[payee] for pool in others)
        for payee, part in found.items()
    }
