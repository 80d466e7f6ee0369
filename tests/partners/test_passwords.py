"""What a password costs who guesses (R24), in the portal itself: other tests pay less."""

from __future__ import annotations

from argon2 import Type

from tests.fixtures.passwords import PORTALS, PORTALS_UNKNOWN


def test_r24_a_guess_costs_64_mib_and_three_passes() -> None:
    found = (PORTALS.type, PORTALS.time_cost, PORTALS.memory_cost, PORTALS.parallelism)
    assert found == (Type.ID, 3, 64 * 1024, 4)


def test_r24_a_guess_at_a_person_who_does_not_exist_costs_the_same() -> None:
    assert not PORTALS.check_needs_rehash(PORTALS_UNKNOWN)
