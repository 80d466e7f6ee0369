"""One pool shared by weights, telescoped: what each payee has of a cumulative pool (2.6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from portal.kernel.money import round_half_up, split_by_weight


@dataclass(frozen=True, slots=True)
class Cut:
    """A cumulative pool at the end of a service period: exact and rounded minor units, and its parts."""

    exact: Fraction
    pool: int
    parts: Mapping[str, int]


def cut(exact_minor: Fraction, weights: Mapping[str, Fraction] | Mapping[str, int]) -> Cut:
    """The pool rounded once, half up, and split by largest remainder."""
    return part_of(round_half_up(exact_minor), weights, exact=exact_minor)


def part_of(pool: int, weights: Mapping[str, Fraction] | Mapping[str, int], *, exact: Fraction) -> Cut:
    """A pool that is given in whole minor units, split by largest remainder."""
    if len(weights) == 1:
        return Cut(exact, pool, dict.fromkeys(weights, pool))
    return Cut(exact, pool, split_by_weight(pool, weights))


def nothing(weights: Mapping[str, Fraction]) -> Cut:
    return Cut(Fraction(0), 0, dict.fromkeys(weights, 0))
