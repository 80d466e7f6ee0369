"""One pool shared by weights, telescoped: what each payee has of a cumulative pool (2.6)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from portal.kernel.money import round_half_up, split_by_whole


class Cut(NamedTuple):
    """A cumulative pool at the end of a service period: exact and rounded minor units, and its parts."""

    exact: Fraction
    pool: int
    parts: Mapping[str, int]


def cut(exact_minor: Fraction, whole: Mapping[str, int]) -> Cut:
    """The pool rounded once, half up, and split by largest remainder."""
    return part_of(round_half_up(exact_minor), whole, exact=exact_minor)


def part_of(pool: int, whole: Mapping[str, int], *, exact: Fraction) -> Cut:
    """A pool that is given in whole minor units, split by largest remainder."""
    if len(whole) == 1:
        return Cut(exact, pool, dict.fromkeys(whole, pool))
    return Cut(exact, pool, split_by_whole(pool, whole))


def nothing(weights: Mapping[str, Fraction]) -> Cut:
    return Cut(Fraction(0), 0, dict.fromkeys(weights, 0))
