"""What tiers, bonuses, floors, caps and overrides promise for any lines (2.12, 6 to 12, 20, 21, 23)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from commissions.explanations.evaluation import amount_of, holds
from commissions.explanations.explanation import explain, figures
from commissions.explanations.telling import Worth, earned_sentence
from commissions.facts.fact_models import Cap
from commissions.ledger.changes import Case, Change, changes
from commissions.ledger.periods import Books
from commissions.ledger.posted import Key, Posted
from commissions.plans.plan_reading import read_plan
from commissions.plans.plan_rules import TiersComponent
from commissions.reckoning.reckoning import Reckoned, reckon
from commissions.reckoning.tiers import Reached, bands, total
from portal.kernel.money import exponent, round_half_up, split_by_weight
from tests.factories.facts_of_lines import Sold, a_credit, facts_of

Document = dict[str, Any]
MONTHS = ["2026-03", "2026-04", "2026-05", "2026-07"]
OPEN = Books(None, None)


def decimals(most: int, places: int) -> st.SearchStrategy[str]:
    return st.integers(0, most * 10**places).map(lambda n: f"{n // 10**places}.{n % 10**places:0{places}d}")


@st.composite
def ladders(draw: st.DrawFn, *, rising: bool = False, flats: bool = True) -> list[Document]:
    bounds = sorted(draw(st.sets(st.integers(1, 3_000), min_size=1, max_size=3)))
    percents = draw(st.lists(st.integers(0, 40), min_size=len(bounds) + 1, max_size=len(bounds) + 1))
    percents = sorted(percents) if rising else percents
    found: list[Document] = []
    for place, percent in enumerate(percents):
        tier: Document = {
            "upto": str(bounds[place]) if place < len(bounds) else None,
            "percent": str(percent),
        }
        if flats and draw(st.booleans()):
            tier["flat"] = draw(decimals(50, 2))
        if flats and draw(st.booleans()):
            tier |= {"per_unit": draw(decimals(2, 3)), "per": draw(st.sampled_from(["1", "1000"]))}
        found.append(tier)
    return found


def tiers(ladder: Sequence[Mapping[str, Any]], **fields: str) -> Document:
    return {
        "name": "volume",
        "kind": "tiers",
        "measure": "net",
        "window": "quarter",
        "tiers": ladder,
    } | fields


@st.composite
def components(draw: st.DrawFn) -> list[Document]:
    scope = draw(st.sampled_from(["line", "partner"]))
    window = draw(st.sampled_from(["month", "quarter", "year"] + (["line"] if scope == "line" else [])))
    choice = {
        "mode": draw(st.sampled_from(["marginal", "whole"])),
        "measure": draw(st.sampled_from(["units", "gross", "net"])),
        "window": window,
        "scope": scope,
    }
    found: list[Document] = [
        {"name": "base", "kind": "percent", "percent": draw(decimals(30, 3))},
        tiers(draw(ladders()), **choice),
        {"name": "share", "kind": "bonus", "percent_of_commission": draw(decimals(50, 2))},
        {"name": "once", "kind": "bonus", "flat": draw(decimals(20, 2))},
        {"name": "override", "kind": "override", "level": 1, "percent": draw(decimals(5, 2))},
    ]
    kept = draw(st.lists(st.booleans(), min_size=4, max_size=4))
    return [found[0], *(part for part, keep in zip(found[1:], kept, strict=True) if keep)]


@st.composite
def plans(draw: st.DrawFn) -> Document:
    found: Document = {
        "plan": "standard",
        "basis": draw(st.sampled_from(["net", "gross"])),
        "components": draw(components()),
    }
    limits = sorted((draw(st.integers(0, 400)), draw(st.integers(0, 400))))
    for name, amount in zip(("line_floor", "line_cap"), limits, strict=True):
        if draw(st.booleans()):
            found[name] = str(amount)
    return found


PAYEES = st.sampled_from(["P1", "P10", "P9", "a"])
WEIGHTS = st.dictionaries(PAYEES, st.sampled_from(["0.5", "1", "3", "45"]), min_size=1)


@st.composite
def sold_lines(draw: st.DrawFn, ref: str = "L1", currency: str | None = None) -> Sold:
    months = draw(st.lists(st.sampled_from(MONTHS), min_size=1, unique=True).map(sorted))
    return Sold(
        [(month, draw(st.integers(0, 2_000))) for month in months],
        ref=ref,
        price=draw(decimals(3, 4)),
        booked=draw(st.integers(0, 5_000)),
        agency=draw(st.sampled_from(["0", "15", "12.5"])),
        split=draw(WEIGHTS),
        currency=currency or draw(st.sampled_from(["USD", "JPY", "KWD"])),
        credits=[
            a_credit(units, issued_in=month)
            for units, month in draw(
                st.lists(st.tuples(st.integers(1, 500), st.sampled_from(MONTHS)), max_size=2)
            )
        ],
        above=draw(st.sampled_from([{}, {1: "M"}])),
    )


@st.composite
def groups(draw: st.DrawFn) -> list[Sold]:
    currency = draw(st.sampled_from(["USD", "JPY", "KWD"]))
    refs = draw(st.lists(st.sampled_from(["L1", "L10", "L2"]), min_size=1, unique=True))
    return [draw(sold_lines(ref, currency)) for ref in refs]


def worked_out(lines: Sequence[Sold], plan: Document) -> list[Reckoned]:
    return reckon([facts_of(line, plan) for line in lines])


@given(groups(), plans())
def test_every_explanation_gives_its_amount_holds_and_can_be_told(lines: list[Sold], plan: Document) -> None:
    for one in worked_out(lines, plan):
        for target in one.targets:
            explanation = explain(target, one.facts)
            assert holds(explanation)
            assert amount_of(explanation) == target.amount
            assert earned_sentence(explanation, target.amount).count("=") >= 1


@given(groups(), plans())
def test_what_payees_share_is_told_as_if_each_were_told_alone(lines: list[Sold], plan: Document) -> None:
    for one in worked_out(lines, plan):
        pools: dict[int, Worth] = {}
        for target in one.targets:
            explanation = explain(target, one.facts)
            worth = pools.setdefault(id(target.pool), Worth(explanation))
            told = worth.figures(explanation)
            assert told == figures(explanation)
            together = earned_sentence(explanation, target.amount, told, worth)
            assert together == earned_sentence(explanation, target.amount)


@given(groups(), plans())
def test_a_partners_tiers_sum_to_the_rounded_figure_of_the_group(lines: list[Sold], plan: Document) -> None:
    """Property 7: whatever the lines, months and splits, nothing is lost between them."""
    found = worked_out(lines, plan)
    for component in found[0].facts.rules.plan.components:
        if isinstance(component, TiersComponent) and component.scope == "partner":
            _assert_group_sums(found, component)


def _assert_group_sums(found: list[Reckoned], component: TiersComponent) -> None:
    scale = 10 ** exponent(found[0].facts.line.currency)
    ends: dict[str, tuple[str, Fraction]] = {}
    for one in found:
        for target in one.targets:
            if target.component == component:
                climb = target.pool.detail.climb  # type: ignore[union-attr]
                reached = (target.value.period, total(climb.bands_after))
                ends[climb.window] = max(ends.get(climb.window, reached), reached)
    paid = sum(t.amount for one in found for t in one.targets if t.component == component)
    assert paid == sum(round_half_up(exact * scale) for _, exact in ends.values())


@given(sold_lines(), plans())
def test_parts_of_a_pool_are_its_largest_remainder_split_at_every_month(sold: Sold, plan: Document) -> None:
    """Property 8: cumulative parts sum to the pool and depend on the weights alone."""
    (one,) = worked_out([sold], plan)
    weights = {payee: Fraction(weight) for payee, weight in sold.split.items()}
    sums: dict[str, dict[str, int]] = {}
    for target in one.targets:
        if target.component.kind in {"override", "floor", "cap"}:
            continue
        parts = sums.setdefault(target.component.name, {})
        parts[target.payee] = parts.get(target.payee, 0) + target.amount
    for parts in sums.values():
        assert parts == split_by_weight(sum(parts.values()), weights)


@given(sold_lines(), plans())
def test_floor_and_cap_hold_for_a_line_and_its_parts(sold: Sold, plan: Document) -> None:
    (one,) = worked_out([sold], plan)
    scale = 10 ** exponent(sold.currency)
    paid: dict[str, int] = {}
    for target in one.targets:
        if target.component.kind != "override":
            paid[target.payee] = paid.get(target.payee, 0) + target.amount
    whole = sum(paid.values())
    if "line_cap" in plan:
        assert whole <= int(plan["line_cap"]) * scale
    if "line_floor" in plan and one.worth[-1].after.units > 0:
        assert whole >= int(plan["line_floor"]) * scale
    limited = any(target.amount for target in one.targets if target.component.kind in {"floor", "cap"})
    if limited and whole in {int(plan.get(name, -1)) * scale for name in ("line_floor", "line_cap")}:
        weights = {payee: Fraction(weight) for payee, weight in sold.split.items()}
        assert paid == split_by_weight(whole, weights)


@given(sold_lines(), plans())
def test_an_override_is_the_same_whatever_the_split(sold: Sold, plan: Document) -> None:
    """Property 21."""
    sold = replace(sold, above={1: "M"})
    found = [
        {t.value.period: t.amount for t in one.targets if t.component.kind == "override"}
        for one in worked_out([sold], plan) + worked_out([replace(sold, split={"Z": "1"})], plan)
    ]
    assert found[0] == found[1]


def component_of(ladder: Sequence[Mapping[str, Any]], mode: str) -> TiersComponent:
    plan = read_plan({"plan": "p", "components": [tiers(ladder, mode=mode)]})
    (found,) = plan.components
    assert isinstance(found, TiersComponent)
    return found


def pays(component: TiersComponent, measure: Fraction) -> Fraction:
    return total(bands(component, Reached(measure, measure, 0)))


@given(ladders(rising=True, flats=False), st.integers(0, 8_000).map(lambda n: Fraction(n, 2)))
def test_marginal_is_at_most_whole_and_equal_inside_the_first_tier(
    ladder: list[Document], measure: Fraction
) -> None:
    """Property 11, where rates rise and there are no flats."""
    marginal, whole = (pays(component_of(ladder, mode), measure) for mode in ("marginal", "whole"))
    assert marginal <= whole
    if measure <= Fraction(ladder[0]["upto"]):
        assert marginal == whole


@given(ladders(flats=False))
def test_marginal_tiers_are_continuous_at_their_bounds(ladder: list[Document]) -> None:
    component = component_of(ladder, "marginal")
    for tier in ladder[:-1]:
        bound, step = Fraction(tier["upto"]), Fraction(1, 10**9)
        assert abs(pays(component, bound + step) - pays(component, bound)) <= step


@given(
    ladders(rising=True), st.sampled_from(["marginal", "whole"]), st.integers(0, 4_000), st.integers(0, 99)
)
def test_more_never_pays_less_where_rates_rise(
    ladder: list[Document], mode: str, measure: int, more: int
) -> None:
    """Property 10. Flats and amounts by unit of a whole ladder may fall from tier to tier: left out."""
    ladder = [{key: tier[key] for key in ("upto", "percent")} for tier in ladder]
    component = component_of(ladder, mode)
    assert pays(component, Fraction(measure)) <= pays(component, Fraction(measure + more))


def post(cases: Sequence[Reckoned], posted: list[dict[Key, Posted]], state: Books) -> list[Change]:
    found = changes([Case(now, there) for now, there in zip(cases, posted, strict=True)], state)
    for listed, there in zip(found, posted, strict=True):
        for change in listed:
            told = there.setdefault(change.key, Posted())
            told.add(change.kind, change.amount, fingerprint=change.reason.explained.fingerprint, units=0)
    return [change for listed in found for change in listed]


COUNTS = st.lists(st.integers(0, 2_000), min_size=1, max_size=3)


@given(groups(), plans(), COUNTS, st.sampled_from([None, "2026-03", "2026-04"]))
def test_however_counts_came_the_postings_are_what_is_true_now(
    lines: list[Sold], plan: Document, counts: list[int], closed: str | None
) -> None:
    """Properties 6, 7 and 12 on whole groups, with a close or without."""
    posted: list[dict[Key, Posted]] = [{} for _ in lines]
    state = Books(closed, 0 if closed else None)
    for units in counts:
        first = replace(lines[0], counted=[(lines[0].counted[0][0], units), *lines[0].counted[1:]])
        post(worked_out([first, *lines[1:]], plan), posted, state)
    now = worked_out(lines, plan)
    post(now, posted, state)
    for one, there in zip(now, posted, strict=True):
        true = {(t.component.name, t.payee, t.value.period): t.amount for t in one.targets if t.amount}
        assert {key: row.amount for key, row in there.items() if row.amount} == true
    assert post(now, posted, state) == []


@given(groups(), plans())
def test_a_credit_of_everything_returns_each_payee_to_nothing(lines: list[Sold], plan: Document) -> None:
    """Property 15: with every line credited whole, nothing is left of any component."""
    everything = a_credit(10**6, issued_in="2026-12")
    lines = [replace(line, credits=[*line.credits, everything]) for line in lines]
    paid: dict[str, int] = {}
    for one in worked_out(lines, plan):
        for target in one.targets:
            paid[target.payee] = paid.get(target.payee, 0) + target.amount
    assert set(paid.values()) <= {0}


def test_no_line_without_a_cap_is_limited() -> None:
    sold = Sold([("2026-03", 10)], booked=1, cap=Cap.NONE)
    assert (
        worked_out([sold], {"plan": "p", "components": [{"name": "b", "kind": "percent", "percent": "1"}]})[
            0
        ].unpaid_over_delivery
        == 0
    )
