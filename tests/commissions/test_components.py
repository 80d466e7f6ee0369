"""Tiers, bonuses, floors, caps and overrides: worked examples, on both sides of every edge (2.4, 2.5)."""

from __future__ import annotations

from typing import Any

import pytest

from commissions.explanations.evaluation import amount_of, holds
from commissions.explanations.explanation import explain
from commissions.explanations.telling import earned_sentence
from commissions.facts.fact_models import Pricing
from commissions.facts.problems import Problem
from commissions.reckoning.reckoning import Reckoned, bundles, reckon
from tests.factories.facts_of_lines import Sold, a_credit, amounts, by_period, facts_of, total

Ladder = list[dict[str, Any]]

LADDER: Ladder = [{"upto": "10000", "percent": "8"}, {"upto": None, "percent": "10"}]
FLATS: Ladder = [
    {"upto": "100", "flat": "5"},
    {"upto": "200", "percent": "10", "flat": "7"},
    {"upto": None, "per_unit": "0.5"},
]


def tiers(ladder: Ladder | None = None, **fields: str) -> dict[str, Any]:
    of_line = {"measure": "net", "window": "quarter", "mode": "marginal", "scope": "line"}
    return {"name": "volume", "kind": "tiers", "tiers": ladder or LADDER} | of_line | fields


def plan(*components: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"plan": "standard", "components": list(components)} | fields


def reckoned(sold: Sold, *components: dict[str, Any], **fields: Any) -> Reckoned:
    """One line; every explanation gives its amount and tells it in a sentence."""
    found = reckon([facts_of(sold, plan(*components, **fields))])[0]
    check(found)
    return found


def check(found: Reckoned) -> None:
    for target in found.targets:
        explanation = explain(target, found.facts)
        assert holds(explanation), explanation
        assert amount_of(explanation) == target.amount
        assert earned_sentence(explanation, target.amount)


def sentences(found: Reckoned) -> list[str]:
    return [earned_sentence(explain(target, found.facts), target.amount) for target in found.targets]


@pytest.mark.parametrize(
    ("mode", "counted", "by_month"),
    [
        ("marginal", [("2026-05", 9_500)], [76_000]),
        ("marginal", [("2026-05", 9_500), ("2026-06", 1_000)], [76_000, 9_000]),
        ("whole", [("2026-05", 9_500), ("2026-06", 1_000)], [76_000, 29_000]),
        ("whole", [("2026-05", 8_900), ("2026-06", 1_000)], [71_200, 8_000]),
        ("marginal", [("2026-05", 10_000)], [80_000]),
        ("marginal", [("2026-05", 10_001)], [80_010]),
        ("whole", [("2026-05", 10_000)], [80_000]),
        ("whole", [("2026-05", 10_001)], [100_010]),
        ("whole", [("2026-05", 9_999)], [79_992]),
        # the next quarter begins anew
        ("marginal", [("2026-06", 10_000), ("2026-07", 1_000)], [80_000, 8_000]),
        ("whole", [("2026-06", 10_001), ("2026-07", 1_000)], [100_010, 8_000]),
        ("marginal", [("2026-05", 0)], [0]),
    ],
)
def test_the_tiers_of_2_5(mode: str, counted: list[tuple[str, int]], by_month: list[int]) -> None:
    for scope in ("line", "partner"):
        found = reckoned(Sold(counted), tiers(mode=mode, scope=scope))
        assert list(by_period(found).values()) == by_month


def test_a_restatement_across_the_edge_takes_the_true_up_back_by_month() -> None:
    """9,500 to 8,900: 792 in all, so -258: -48 for May, -210 for June (2.5)."""
    for scope in ("line", "partner"):
        whole = tiers(mode="whole", scope=scope)
        before = by_period(reckoned(Sold([("2026-05", 9_500), ("2026-06", 1_000)]), whole))
        after = by_period(reckoned(Sold([("2026-05", 8_900), ("2026-06", 1_000)]), whole))
        assert sum(after.values()) == 79_200
        assert [after[month] - before[month] for month in before] == [-4_800, -21_000]


def test_a_true_up_is_told_apart() -> None:
    found = reckoned(Sold([("2026-05", 9_500), ("2026-06", 1_000)]), tiers(mode="whole"))
    assert (
        "this month 10% of 1,000.00 = 100.00; re-rating what was earned earlier in the quarter 2026-Q2 "
        "from 8% to 10%: 190.00"
    ) in sentences(found)[1]


def test_bands_are_told_one_by_one() -> None:
    found = reckoned(Sold([("2026-05", 9_500), ("2026-06", 1_000)]), tiers())
    assert (
        "net in the quarter 2026-Q2 went from 9,500.00 to 10,500.00: 8% of 500.00 (up to 10,000.00) = 40.00 "
        "and 10% of 500.00 (above 10,000.00) = 50.00"
    ) in sentences(found)[1]


@pytest.mark.parametrize(
    ("mode", "units", "cents"),
    [
        # a measure of nothing enters no tier
        ("marginal", 0, 0),
        ("whole", 0, 0),
        ("marginal", 1, 500),
        ("marginal", 100, 500),
        # the second flat, and 10% of what lies above
        ("marginal", 101, 500 + 700 + 20),
        ("whole", 101, 700 + 2020),
        ("marginal", 200, 500 + 700 + 2000),
        ("whole", 200, 700 + 4000),
        ("marginal", 201, 500 + 700 + 2000 + 50),
        ("whole", 201, 10_050),
    ],
)
def test_flats_are_paid_for_every_tier_entered_or_for_the_one_reached(
    mode: str, units: int, cents: int
) -> None:
    ladder = tiers(FLATS, mode=mode, measure="units", window="line")
    assert total(reckoned(Sold([("2026-05", units)], price="2"), ladder)) == cents
    pooled = tiers(FLATS, mode=mode, measure="units", window="year", scope="partner")
    assert total(reckoned(Sold([("2026-05", units)], price="2"), pooled)) == cents


@pytest.mark.parametrize(
    ("window", "by_month"),
    [
        ("month", [8_000, 8_000, 8_000]),
        ("quarter", [8_000, 10_000, 8_000]),
        ("year", [8_000, 10_000, 10_000]),
        ("line", [8_000, 10_000, 10_000]),
    ],
)
def test_a_window_holds_its_months(window: str, by_month: list[int]) -> None:
    ladder: Ladder = [{"upto": "1000", "percent": "8"}, {"upto": None, "percent": "10"}]
    months = [("2026-05", 1_000), ("2026-06", 1_000), ("2026-07", 1_000)]
    assert list(by_period(reckoned(Sold(months), tiers(ladder, window=window))).values()) == by_month


def test_a_percent_whose_measure_is_not_the_basis_takes_each_bands_part_of_it() -> None:
    # 150 spots at 2.00: a third of the basis of 300.00 lies above 100 spots
    ladder: Ladder = [{"upto": "100", "percent": "10"}, {"upto": None, "percent": "20"}]
    found = reckoned(Sold([("2026-05", 150)], price="2"), tiers(ladder, measure="units", window="month"))
    assert total(found) == 2_000 + 2_000


def test_partner_tiers_count_all_lines_and_share_by_their_measure() -> None:
    whole = plan(tiers(mode="whole", scope="partner"))
    lines = [Sold([("2026-05", 6_000)], ref="A"), Sold([("2026-05", 4_500), ("2026-06", 0)], ref="B")]
    found = reckon([facts_of(line, whole) for line in lines])
    assert [by_period(one) for one in found] == [{"2026-05": 60_000}, {"2026-05": 45_000, "2026-06": 0}]
    for one in found:
        check(one)
    assert "2 lines that count together" in sentences(found[0])[0]


def test_a_partners_cent_goes_by_largest_remainder_then_by_line() -> None:
    ladder: Ladder = [{"upto": None, "percent": "0.01"}]
    lines = [Sold([("2026-05", 100)], ref=ref) for ref in ("L9", "L10", "L2")]
    found = reckon([facts_of(line, plan(tiers(ladder, scope="partner"))) for line in lines])
    # 3 cents of three equal lines, then 4 cents when one has more
    assert [total(one) for one in found] == [1, 1, 1]
    lines = [Sold([("2026-05", 133)], ref=ref) for ref in ("L9", "L10", "L2")]
    found = reckon([facts_of(line, plan(tiers(ladder, scope="partner"))) for line in lines])
    assert [total(one) for one in found] == [1, 2, 1]


LADDER_AGAIN = plan(tiers(mode="whole", scope="partner"))


@pytest.mark.parametrize(
    ("newer", "paid"),
    [
        # the same ladder, whatever else the version changes
        (LADDER_AGAIN, 60_000),
        (LADDER_AGAIN | {"finality_days": 9, "line_cap": "600"}, 60_000),
        # another ladder, or the same on another basis, is another promise
        (plan(tiers(mode="marginal", scope="partner")), 48_000),
        (plan(tiers(mode="whole", scope="partner", window="year")), 48_000),
        (LADDER_AGAIN | {"basis": "gross"}, 48_000),
    ],
)
def test_lines_of_two_versions_of_a_plan_count_together_where_the_ladder_is_the_same(
    newer: dict[str, Any], paid: int
) -> None:
    lines = [
        facts_of(Sold([("2026-05", 6_000)], ref="A"), LADDER_AGAIN),
        facts_of(Sold([("2026-05", 6_000)], ref="B", version=2), newer),
    ]
    assert bundles(lines) == [[0, 1]]
    found = reckon(lines)
    assert [total(one) for one in found] == [paid, paid]
    for one in found:
        check(one)


def test_another_ladder_beside_one_that_stayed_does_not_part_that_one() -> None:
    stayed, other = tiers(mode="whole", scope="partner"), tiers(mode="marginal", scope="partner")
    lines = [
        facts_of(Sold([("2026-05", 6_000)], ref="A"), plan(stayed, other | {"name": "more"})),
        facts_of(Sold([("2026-05", 6_000)], ref="B", version=2), plan(stayed)),
    ]
    assert [total(one) for one in reckon(lines)] == [60_000 + 48_000, 60_000]


def test_units_of_spots_and_impressions_are_not_counted_together() -> None:
    pooled = plan(tiers(measure="units", scope="partner"))
    lines = [
        Sold([("2026-05", 10)], ref="A"),
        Sold([("2026-05", 10)], ref="B", pricing=Pricing.CPM),
        Sold([("2026-05", 10)], ref="C", partner="R2"),
    ]
    found = reckon([facts_of(line, pooled) for line in lines])
    assert [one.problem for one in found] == [Problem.MIXED_PRICING, Problem.MIXED_PRICING, None]
    assert not found[0].targets


PERCENT = {"name": "base", "kind": "percent", "percent": "10"}


@pytest.mark.parametrize(
    ("counted", "paid"),
    [
        ([("2026-03", 0)], {}),
        ([("2026-03", 10)], {"base": 100, "bonus": 5_000}),
        ([("2026-03", 10), ("2026-04", 10)], {"base": 200, "bonus": 5_000}),
    ],
)
def test_a_flat_bonus_is_paid_once_a_line_when_anything_is_billable(
    counted: list[tuple[str, int]], paid: dict[str, int]
) -> None:
    found = reckoned(Sold(counted), PERCENT, {"name": "bonus", "kind": "bonus", "flat": "50"})
    by_component: dict[str, int] = {}
    for (component, _, _), amount in amounts(found).items():
        by_component[component] = by_component.get(component, 0) + amount
    assert by_component == paid


def test_a_bonus_is_a_percent_of_the_unrounded_sum_before_it() -> None:
    per_unit = {"name": "extra", "kind": "per_unit", "amount": "0.004", "per": "1"}
    bonus = {"name": "bonus", "kind": "bonus", "percent_of_commission": "50"}
    after = {"name": "after", "kind": "percent", "percent": "1"}
    # 0.10 and 0.004 before it; half of 0.104 is 0.052
    found = reckoned(Sold([("2026-03", 1)]), PERCENT, per_unit, bonus, after)
    assert amounts(found)["bonus", "R1", "2026-03"] == 5
    assert next(target.exact for target in found.targets if target.component.name == "bonus") * 10 == 52


@pytest.mark.parametrize(
    ("limits", "units", "extra"),
    [
        ({"line_floor": "20"}, 0, {}),
        ({"line_floor": "20"}, 1, {"floor": 1_990}),
        ({"line_floor": "20"}, 199, {"floor": 10}),
        ({"line_floor": "20"}, 200, {}),
        ({"line_floor": "20"}, 201, {}),
        ({"line_cap": "20"}, 199, {}),
        ({"line_cap": "20"}, 200, {}),
        ({"line_cap": "20"}, 201, {"cap": -10}),
        ({"line_floor": "20", "line_cap": "20"}, 1, {"floor": 1_990}),
        ({"line_floor": "20", "line_cap": "30"}, 400, {"cap": -1_000}),
    ],
)
def test_floor_and_cap_are_components_of_their_own(
    limits: dict[str, str], units: int, extra: dict[str, int]
) -> None:
    found = reckoned(Sold([("2026-03", units)]), PERCENT, **limits)
    base = {("base", "R1", "2026-03"): units * 10} if units else {}
    assert amounts(found) == base | {(name, "R1", "2026-03"): minor for name, minor in extra.items()}


def test_a_floor_falls_as_the_line_earns_it() -> None:
    found = reckoned(Sold([("2026-03", 50), ("2026-04", 100), ("2026-05", 100)]), PERCENT, line_floor="20")
    floor = {key[2]: minor for key, minor in amounts(found).items() if key[0] == "floor"}
    assert floor == {"2026-03": 1_500, "2026-04": -1_000, "2026-05": -500}
    assert total(found) == 2_500


def test_each_payee_gets_its_part_of_the_capped_pool() -> None:
    split = {"A": "45", "B": "45", "C": "10"}
    found = reckoned(Sold([("2026-03", 1)], split=split), PERCENT, line_cap="0.06")
    paid: dict[str, int] = {}
    for (_, payee, _), minor in amounts(found).items():
        paid[payee] = paid.get(payee, 0) + minor
    # the split paradox of 2.6: a pool of 6 gives 3, 3, 0
    assert {payee: minor for payee, minor in paid.items() if minor} == {"A": 3, "B": 3}


def test_an_override_is_paid_once_a_line_whatever_the_split_and_outside_the_cap() -> None:
    override = {"name": "override", "kind": "override", "level": 2, "percent": "2"}
    split = {"R1": "60", "R2": "40"}
    sold = Sold([("2026-03", 100)], split=split, above={2: "M"})
    found = reckoned(sold, PERCENT, override, line_cap="4")
    assert amounts(found)["override", "M", "2026-03"] == 200
    assert sum(minor for key, minor in amounts(found).items() if key[0] != "override") == 400
    assert "On a line of a partner below you" in " ".join(sentences(found))


def test_without_a_partner_that_far_above_no_override_is_paid() -> None:
    override = {"name": "override", "kind": "override", "level": 2, "percent": "2"}
    assert total(reckoned(Sold([("2026-03", 100)], above={1: "M"}), PERCENT, override)) == 1_000


def test_250_spots_round_once() -> None:
    """250 spots of net 10.4975 at 10%: rounding each gives 262.50, the truth is 262.44 (2.6)."""
    assert total(reckoned(Sold([("2026-03", 100), ("2026-04", 150)], price="10.4975"), PERCENT)) == 26_244


def test_the_first_rows_of_the_worked_example() -> None:
    """Rows 1, 2, 5, 6 and 7 of 2.9, with the override of M."""
    override = {"name": "override", "kind": "override", "level": 1, "percent": "2"}
    split, above = {"R1": "60", "R2": "40"}, {1: "M"}
    terms: dict[str, Any] = {"agency": "15", "split": split, "above": above}
    one = Sold([("2026-03", 90)], price="50", booked=100, **terms)
    assert _paid(one, override) == {"R1": 22_950, "R2": 15_300, "M": 7_650}
    two = Sold([("2026-03", 187_654)], price="11.37", booked=200_000, pricing=Pricing.CPM, **terms)
    assert _paid(two, override) == {"R1": 10_882, "R2": 7_254, "M": 3_627}
    two.counted = [("2026-03", 183_912)]
    assert _paid(two, override) == {"R1": 10_882 - 218, "R2": 7_254 - 144, "M": 3_627 - 72}
    one.made_good = {"2026-04": 2}
    assert _paid(one, override, "2026-04") == {"R1": 510, "R2": 340, "M": 170}
    one.credits = [a_credit(10, issued_in="2026-04", service_period="2026-03")]
    assert _paid(one, override, "2026-04") == {"R1": 510, "R2": 340, "M": 170}
    assert _paid(one, override, "2026-03") == {"R1": 22_950 - 2_550, "R2": 15_300 - 1_700, "M": 7_650 - 850}


def _paid(sold: Sold, override: dict[str, Any], period: str = "2026-03") -> dict[str, int]:
    found: dict[str, int] = {}
    for (_, payee, month), minor in amounts(reckoned(sold, PERCENT, override)).items():
        if month == period:
            found[payee] = found.get(payee, 0) + minor
    return found
