"""Money: exact, in minor units, and rounded in one place."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.money import (
    CurrencyMismatch,
    Money,
    UnknownCurrency,
    exponent,
    round_half_up,
    split_by_weight,
    totals,
)

keys = st.text("ABCPR0123456789", min_size=1, max_size=4)
weights = st.dictionaries(keys, st.fractions(0, 1000), min_size=1, max_size=6).filter(
    lambda found: sum(found.values()) > 0
)
pools = st.integers(-(10**15), 10**15)


@pytest.mark.parametrize(("currency", "digits"), [("JPY", 0), ("USD", 2), ("EUR", 2), ("KWD", 3)])
def test_exponents_are_those_of_iso_4217(currency: str, digits: int) -> None:
    assert exponent(currency) == digits


@pytest.mark.parametrize("code", ["XXX", "usd", "", "EURO"])
def test_what_is_no_currency_is_refused(code: str) -> None:
    with pytest.raises(UnknownCurrency):
        exponent(code)


def test_two_currencies_are_never_added() -> None:
    with pytest.raises(CurrencyMismatch):
        Money(1, "USD") + Money(1, "EUR")


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [("1/2", 1), ("-1/2", -1), ("3/2", 2), ("-5/2", -3), ("49/100", 0), ("-49/100", 0), ("7", 7)],
)
def test_halves_go_away_from_zero(exact: str, rounded: int) -> None:
    assert round_half_up(Fraction(exact)) == rounded


@given(st.fractions())
def test_rounding_is_never_off_by_more_than_half(exact: Fraction) -> None:
    assert abs(round_half_up(exact) - exact) <= Fraction(1, 2)


@given(pools, weights)
def test_parts_sum_to_the_pool_and_are_near_their_share(pool: int, shares: dict[str, Fraction]) -> None:
    parts = split_by_weight(pool, shares)
    assert sum(parts.values()) == pool
    whole = sum(shares.values())
    assert all(abs(parts[key] - pool * shares[key] / whole) < 1 for key in shares)


@given(pools, weights)
def test_the_order_of_the_payees_does_not_matter(pool: int, shares: dict[str, Fraction]) -> None:
    backwards = dict(reversed(shares.items()))
    assert split_by_weight(pool, backwards) == split_by_weight(pool, shares)


@given(pools, weights)
def test_a_negative_pool_is_split_as_its_absolute_value_negated(
    pool: int, shares: dict[str, Fraction]
) -> None:
    mirrored = {key: -part for key, part in split_by_weight(-pool, shares).items()}
    assert split_by_weight(pool, shares) == mirrored


def test_a_tie_goes_to_the_key_that_is_smaller_by_its_bytes() -> None:
    assert split_by_weight(1, {"P9": Fraction(1), "P10": Fraction(1)}) == {"P9": 0, "P10": 1}


def test_the_split_paradox_is_known_and_accepted() -> None:
    shares = {"A": Fraction(45), "B": Fraction(45), "C": Fraction(10)}
    assert split_by_weight(5, shares) == {"A": 2, "B": 2, "C": 1}
    assert split_by_weight(6, shares) == {"A": 3, "B": 3, "C": 0}


@pytest.mark.parametrize("shares", [{"A": Fraction(0)}, {"A": Fraction(2), "B": Fraction(-1)}])
def test_weights_that_make_no_sense_are_refused(shares: dict[str, Fraction]) -> None:
    with pytest.raises(ValueError, match="Weights"):
        split_by_weight(10, shares)


def test_totals_are_one_sum_a_currency() -> None:
    assert totals([Money(5, "USD"), Money(7, "JPY"), Money(6, "USD")]) == {
        "JPY": Money(7, "JPY"),
        "USD": Money(11, "USD"),
    }


@pytest.mark.parametrize(
    ("money", "text"), [(Money(85255, "USD"), "852.55"), (Money(-5, "KWD"), "-0.005"), (Money(7, "JPY"), "7")]
)
def test_text_has_exactly_the_decimals_of_the_currency(money: Money, text: str) -> None:
    assert money.text() == text
