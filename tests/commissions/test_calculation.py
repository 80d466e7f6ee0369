"""What the calculation promises for any line: exact, telescoped, shared without a cent lost (2.12)."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from commissions.explanations.evaluation import amount_of, holds
from commissions.explanations.explanation import explain, fingerprint
from commissions.facts.fact_models import BillingSource, Cap, LineStatus, Pricing
from commissions.facts.lines import Line, Split, Stretch
from commissions.facts.service_calendar import Calendar, period_of, refs_through, span
from commissions.ledger.changes import Case, Change, changes
from commissions.ledger.periods import Books
from commissions.ledger.posted import Key, Posted
from commissions.plans.plan_reading import read_plan
from commissions.reckoning.billable import Ceiling, booked_before
from commissions.reckoning.line_values import period_values
from commissions.reckoning.pools import Target
from commissions.reckoning.reckoning import reckon
from commissions.reckoning.reckoning_facts import Credit, LineFacts, Rules, Step
from portal.kernel.money import exponent
from tests.commissions.rules_again.one_percent import PlainLine, earned
from tests.factories.books import a_plan

MONTHS = ["2026-03", "2026-04", "2026-05"]
OPEN = Books(None, None)


def rates(most: int, decimals: int) -> st.SearchStrategy[Fraction]:
    return st.integers(0, most * 10**decimals).map(lambda number: Fraction(number, 10**decimals))


def weights() -> st.SearchStrategy[dict[str, Fraction]]:
    names = st.sampled_from(["P1", "P10", "P9", "R", "a"])
    return st.dictionaries(names, rates(100, 1), min_size=1).filter(lambda found: any(found.values()))


@st.composite
def plain_lines(draw: st.DrawFn) -> PlainLine:
    months = draw(st.lists(st.sampled_from(MONTHS), min_size=1, unique=True).map(sorted))
    return PlainLine(
        units=[(month, draw(st.integers(0, 10**6))) for month in months],
        rate=draw(rates(1000, 9)),
        per=draw(st.sampled_from([1, 1000])),
        agency=draw(rates(100, 2)),
        booked=draw(st.integers(0, 2 * 10**6)),
        tolerance=draw(rates(20, 2)),
        capped=draw(st.booleans()),
        percent=draw(rates(100, 6)),
        weights=draw(weights()),
        credits=draw(st.lists(st.tuples(st.sampled_from(MONTHS), st.integers(1, 10**6)), max_size=3)),
        decimals=draw(st.sampled_from([0, 2, 3])),
    )


def facts_of(plain: PlainLine) -> LineFacts:
    """The same line as the engine takes it."""
    currency = {0: "JPY", 2: "USD", 3: "KWD"}[plain.decimals]
    assert exponent(currency) == plain.decimals
    rules = Rules(read_plan(a_plan(percent=_text(plain.percent))), 1)
    stretch = Stretch(None, plain.rate, plain.agency, Split(plain.weights))
    return LineFacts(
        line=_line(plain, stretch, currency),
        rules=rules,
        ceiling=Ceiling(Cap.CUMULATIVE if plain.capped else Cap.NONE, plain.booked, plain.tolerance, {}),
        steps=tuple(Step(month, units, stretch, rules) for month, units in plain.units),
        credits=tuple(Credit(units, Fraction(0), 1, issued_in, None) for issued_in, units in plain.credits),
    )


def _text(percent: Fraction) -> str:
    scaled = str(int(percent * 10**6)).rjust(7, "0")
    return f"{scaled[:-6]}.{scaled[-6:]}"


def _line(plain: PlainLine, stretch: Stretch, currency: str) -> Line:
    return Line(
        line_id=1,
        line_ref="L1",
        order_ref="IO-1",
        signed_on=date(2026, 2, 1),
        partner_ref="R",
        advertiser="Cobbler & Pine Furniture",
        currency=currency,
        station="WXYZ-FM",
        daypart=None,
        time_zone="UTC",
        product=None,
        category=None,
        first_day=date(2026, 3, 1),
        end_day=date(2026, 6, 1),
        pricing=Pricing.CPM if plain.per == 1000 else Pricing.PER_SPOT,
        booked_units=plain.booked,
        cap=Cap.NONE,
        cap_tolerance_percent=plain.tolerance,
        billing_source=BillingSource.OWN,
        plan=None,
        makegood_for=None,
        status=LineStatus.SIGNED,
        cancelled_on=None,
        revision=1,
        stretches=(stretch,),
    )


def all_targets(facts: LineFacts) -> list[Target]:
    return list(reckon([facts])[0].targets)


def totals(facts: LineFacts) -> dict[str, int]:
    found: dict[str, int] = {}
    for target in all_targets(facts):
        found[target.payee] = found.get(target.payee, 0) + target.amount
    return found


@given(plain_lines())
def test_an_independent_computation_gives_the_same_amounts(plain: PlainLine) -> None:
    found: dict[str, dict[str, int]] = {}
    for target in all_targets(facts_of(plain)):
        found.setdefault(target.value.period, {})[target.payee] = target.amount
    assert found == earned(plain)


@given(plain_lines())
def test_every_explanation_evaluates_to_its_amount(plain: PlainLine) -> None:
    facts = facts_of(plain)
    for target in all_targets(facts):
        explanation = explain(target, facts)
        assert holds(explanation)
        assert amount_of(explanation) == target.amount
        assert fingerprint(explanation) == fingerprint(dict(reversed(explanation.items())))


@given(plain_lines())
def test_billable_units_stay_within_cap_and_never_fall_below_nothing(plain: PlainLine) -> None:
    facts = facts_of(plain)
    for value in period_values(facts):
        assert value.units >= 0
        assert not plain.capped or value.after.units <= facts.ceiling.cumulative
        assert value.after.units <= value.delivered


@given(plain_lines(), st.integers(0, 10**6))
def test_more_delivered_units_never_lower_the_commission(plain: PlainLine, more: int) -> None:
    facts = facts_of(plain)
    last = facts.steps[-1]
    richer = facts._replace(steps=(*facts.steps[:-1], last._replace(units=last.units + more)))
    assert sum(totals(richer).values()) >= sum(totals(facts).values())


@given(plain_lines())
def test_a_credit_of_everything_returns_each_payee_to_nothing(plain: PlainLine) -> None:
    facts = facts_of(plain)
    everything = Credit(3 * 10**6, Fraction(0), 2, "2026-12", None)
    assert set(totals(facts._replace(credits=(everything,))).values()) <= {0}


@given(plain_lines())
def test_a_credit_by_net_of_everything_returns_each_payee_to_nothing(plain: PlainLine) -> None:
    facts = facts_of(plain)
    everything = Credit(0, Fraction(10**12), 2, "2026-12", None)
    assert set(totals(facts._replace(credits=(everything,))).values()) <= {0}


def missing(facts: LineFacts, posted: dict[Key, Posted], state: Books) -> list[Change]:
    return changes([Case(reckon([facts])[0], posted)], state)[0]


def post(facts: LineFacts, posted: dict[Key, Posted], state: Books) -> None:
    """Post what is missing, as an accrual does."""
    for change in missing(facts, posted, state):
        there = posted.setdefault(change.key, Posted())
        there.add(change.kind, change.amount, fingerprint=change.reason.explained.fingerprint, units=0)


def with_units(facts: LineFacts, units: int) -> LineFacts:
    return facts._replace(steps=(facts.steps[0]._replace(units=units), *facts.steps[1:]))


@given(plain_lines(), st.lists(st.integers(0, 10**6), max_size=4), st.sampled_from([None, "2026-03"]))
def test_however_counts_came_the_postings_sum_to_what_is_true_now(
    plain: PlainLine, counts: list[int], closed: str | None
) -> None:
    facts, posted = facts_of(plain), dict[Key, Posted]()
    state = Books(closed, 1 if closed else None)
    for units in counts:
        post(with_units(facts, units), posted, state)
    post(facts, posted, state)
    found = {key: there.amount for key, there in posted.items() if there.amount}
    true = {("base", target.payee, target.value.period): target.amount for target in all_targets(facts)}
    assert found == {key: amount for key, amount in true.items() if amount}
    assert not missing(facts, posted, state)


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.sampled_from(Calendar))
def test_every_day_lies_in_exactly_one_period(day: date, calendar: Calendar) -> None:
    refs = refs_through("2025-12", "2028-01")
    spans = [span(ref, calendar) for ref in refs]
    assert [one.ref for one in spans if one.first_day <= day < one.end_day] == [period_of(day, calendar)]
    assert all(before.end_day == after.first_day for before, after in pairwise(spans))


@given(st.integers(0, 10**12), st.integers(1, 400))
def test_booked_units_are_spread_evenly_over_the_flight(booked: int, days: int) -> None:
    first, end = date(2026, 1, 1), date(2026, 1, 1) + timedelta(days=days)
    passed = [
        booked_before(first + timedelta(days=n), booked=booked, first_day=first, end_day=end)
        for n in range(days + 1)
    ]
    each = [after - before for before, after in pairwise(passed)]
    assert passed[-1] == booked
    assert max(each) - min(each) <= 1
