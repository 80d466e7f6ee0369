"""Make-good debt: what is owed, what fills it, and what nobody owes any more (2.3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commissions.adjustments.adjusting import Signed
from commissions.facts.billing_models import CommissionEffect
from commissions.facts.errors import SamePerson
from commissions.facts.fact_models import Cap, LineItem
from commissions.ledger.accrual import accrue
from commissions.ledger.ledger_models import LineStanding, Posting
from commissions.orders.line_tally import unit_tally
from commissions.proposals.debt_write_offs import (
    NothingToWriteOff,
    WriteOffNeedsReason,
    WritingOff,
    write_off_debt,
)
from commissions.reckoning.line_values import period_values
from commissions.reckoning.make_goods import open_debt
from commissions.reckoning.reckoning import reckon
from commissions.reckoning.reckoning_facts import LineFacts, PeriodValue, Relief
from portal.kernel.errors import NotFound
from tests.factories.books import (
    AT,
    Billed,
    LineOf,
    a_plan,
    adopt,
    an_order,
    deliver,
    invoice,
)
from tests.factories.facts_of_lines import Sold, a_credit, facts_of, total
from tests.factories.people import a_partner

PLAN = {"plan": "standard", "components": [{"name": "base", "kind": "percent", "percent": "10"}]}


def value_of(sold: Sold) -> tuple[LineFacts, PeriodValue]:
    facts = facts_of(sold, PLAN)
    return facts, period_values(facts)[-1]


def debt(facts: LineFacts, last: PeriodValue) -> int:
    aired = last.delivered - last.disallowed
    return open_debt(facts, aired=aired, credited=last.credited, made_good=last.made_good)


@pytest.mark.parametrize(
    ("sold", "billable", "owed"),
    [
        (Sold([("2026-03", 90)], booked=100), 90, 10),
        (Sold([("2026-03", 90)], booked=100, made_good={"2026-04": 2}), 92, 8),
        (Sold([("2026-03", 90)], booked=100, made_good={"2026-04": 10}), 100, 0),
        # no more than the debt
        (Sold([("2026-03", 90)], booked=100, made_good={"2026-04": 11}), 100, 0),
        (Sold([("2026-03", 100)], booked=100, made_good={"2026-04": 5}), 100, 0),
        # disallowed units are owed
        (Sold([("2026-03", 100)], booked=100, disallowed={"2026-03": 4}), 96, 4),
        (Sold([("2026-03", 100)], booked=100, disallowed={"2026-03": 4}, made_good={"2026-04": 9}), 100, 0),
        # what was credited is owed, and may be made good
        (Sold([("2026-03", 100)], booked=100, credits=[a_credit(10, issued_in="2026-03")]), 90, 10),
        (
            Sold(
                [("2026-03", 100)],
                booked=100,
                made_good={"2026-05": 12},
                credits=[a_credit(10, issued_in="2026-04")],
            ),
            100,
            0,
        ),
        # settled or written off is owed no more
        (Sold([("2026-03", 90)], booked=100, settled=[Relief(4, "2026-03")]), 90, 6),
        (Sold([("2026-03", 90)], booked=100, written_off=[Relief(10, "2026-04")]), 90, 0),
        (
            Sold(
                [("2026-03", 90)],
                booked=100,
                made_good={"2026-05": 9},
                written_off=[Relief(4, "2026-04")],
            ),
            96,
            0,
        ),
        # the original airs after all: together never above the cap
        (Sold([("2026-03", 90), ("2026-05", 10)], booked=100, made_good={"2026-04": 5}), 100, 0),
        (
            Sold([("2026-03", 90), ("2026-05", 20)], booked=100, tolerance="10", made_good={"2026-04": 5}),
            110,
            0,
        ),
        # make-goods for what was short are none for what is credited later
        (
            Sold(
                [("2026-03", 40), ("2026-05", 60)],
                booked=100,
                made_good={"2026-04": 60},
                credits=[a_credit(20, issued_in="2026-05")],
            ),
            80,
            0,
        ),
        (Sold([("2026-03", 150)], booked=100, cap=Cap.NONE, made_good={"2026-04": 5}), 150, 0),
    ],
)  # fmt: skip
def test_units_that_are_billed_and_units_that_are_owed(sold: Sold, billable: int, owed: int) -> None:
    facts, last = value_of(sold)
    assert (last.after.units, debt(facts, last)) == (billable, owed)


def test_a_make_good_counts_in_its_own_month() -> None:
    facts = facts_of(Sold([("2026-03", 90)], booked=100, made_good={"2026-05": 3}), PLAN)
    assert [(value.period, value.units) for value in period_values(facts)] == [
        ("2026-03", 90),
        ("2026-05", 3),
    ]


def test_a_make_good_before_the_shortfall_is_known_fills_what_is_owed_then() -> None:
    """Of the month's end: nothing aired yet, so all of it was owed; the original's own units come on top."""
    sold = Sold([("2026-03", 0), ("2026-05", 100)], booked=100, made_good={"2026-04": 30})
    assert value_of(sold)[1].after.units == 100


UNITS = st.integers(0, 300)
MONTHS = st.sampled_from(["2026-03", "2026-04", "2026-05"])
BY_MONTH = st.dictionaries(MONTHS, UNITS, max_size=3)


@st.composite
def sold_lines(draw: st.DrawFn) -> Sold:
    counted = draw(st.dictionaries(MONTHS, UNITS, min_size=1))
    disallowed = {
        month: min(units, counted[month]) for month, units in draw(BY_MONTH).items() if month in counted
    }
    notes = draw(st.lists(st.tuples(UNITS, MONTHS, st.none() | MONTHS), max_size=3))
    return Sold(
        sorted(counted.items()),
        price="0.37",
        booked=draw(st.integers(0, 400)),
        cap=draw(st.sampled_from([Cap.NONE, Cap.CUMULATIVE])),
        tolerance=draw(st.sampled_from(["0", "5", "12.5"])),
        disallowed=disallowed,
        made_good=draw(BY_MONTH),
        credits=[a_credit(units, issued_in=month, service_period=named) for units, month, named in notes],
        settled=draw(st.lists(st.builds(Relief, UNITS, MONTHS), max_size=1)),
        written_off=draw(st.lists(st.builds(Relief, UNITS, MONTHS), max_size=1)),
    )


@given(sold_lines())
def test_billable_units_are_never_negative_and_never_above_the_cap(sold: Sold) -> None:
    facts = facts_of(sold, PLAN)
    found = period_values(facts)
    assert all(value.units >= 0 and value.unpaid >= 0 for value in found)
    if sold.cap is not Cap.NONE:
        assert all(value.after.units <= facts.ceiling.cumulative for value in found)


@given(sold_lines())
def test_the_units_of_a_line_tie(sold: Sold) -> None:
    """Booked is billed or owed; more than booked is billed only where the cap allows it (2.3)."""
    facts, last = value_of(replace(sold, made_good={}, settled=[], written_off=[]))
    assert last.after.units + debt(facts, last) == max(sold.booked, last.allowed)
    facts, last = value_of(sold)
    assert last.after.units <= last.allowed - last.credited + last.made_good


@given(sold_lines())
def test_a_credit_of_all_that_is_billed_leaves_nothing(sold: Sold) -> None:
    everything = a_credit(10**6, issued_in="2026-12")
    facts = facts_of(replace(sold, credits=[*sold.credits, everything]), PLAN)
    assert total(reckon([facts])[0]) == 0


def the_original(session: Session) -> None:
    for ref in ("R1", "R2"):
        a_partner(session, ref)
    adopt(session, a_plan())
    split = {"R1": "60", "R2": "40"}
    an_order(session, "IO-1", LineOf("L1", split=split))
    deliver(session, "L1", date(2026, 3, 5), 90)


def posted(session: Session) -> dict[tuple[str, str, str], int]:
    query = select(
        Posting.line_ref, Posting.payee_ref, Posting.service_period, func.sum(Posting.amount_minor)
    ).group_by(Posting.line_ref, Posting.payee_ref, Posting.service_period)
    return {(line, payee, period): int(minor) for line, payee, period, minor in session.execute(query)}


def standing(session: Session, ref: str) -> LineStanding:
    return session.scalars(select(LineStanding).where(LineStanding.line_ref == ref)).one()


def test_a_make_good_line_is_paid_as_its_original_is(session: Session) -> None:
    the_original(session)
    april = (date(2026, 4, 1), date(2026, 4, 30))
    an_order(session, "IO-2", LineOf("MG", rate="999", days=april, makegood_for="L1"), partner="R2")
    deliver(session, "MG", date(2026, 4, 9), 2)
    accrue(session, at=AT)
    assert posted(session) == {
        ("L1", "R1", "2026-03"): 22_950,
        ("L1", "R2", "2026-03"): 15_300,
        ("L1", "R1", "2026-04"): 510,
        ("L1", "R2", "2026-04"): 340,
    }
    there = standing(session, "L1")
    assert (there.made_good, there.debt, there.billable) == (2, 8, 92)
    assert standing(session, "MG").problem is None


@pytest.mark.parametrize("day", [date(1, 1, 1), date(26, 3, 1), date.max])
def test_a_price_since_a_year_that_nobody_meant_stops_no_line_that_is_made_good(
    session: Session, day: date
) -> None:
    the_original(session)
    an_order(session, "IO-2", LineOf("MG", makegood_for="L1"))
    deliver(session, "MG", date(2026, 3, 9), 2)
    adopt(session, a_plan(rate_as_of="service_date", valid_from=day.isoformat()))
    an_order(session, "IO-1", LineOf("L1", valid_from=day))
    accrue(session, at=AT)
    assert sum(posted(session).values()) == 39_100


def test_a_line_that_becomes_a_make_good_loses_what_it_had_earned_itself(session: Session) -> None:
    the_original(session)
    an_order(session, "IO-2", LineOf("MG", booked=20))
    deliver(session, "MG", date(2026, 3, 9), 5)
    accrue(session, at=AT)
    an_order(session, "IO-2", LineOf("MG", booked=20, makegood_for="L1"))
    accrue(session, at=AT)
    assert sum(minor for key, minor in posted(session).items() if key[0] == "MG") == 0
    assert sum(minor for key, minor in posted(session).items() if key[0] == "L1") == 38_250 + 2_125


def test_debt_is_written_off_by_two_people_up_to_what_is_owed(session: Session) -> None:
    the_original(session)
    wanted = WritingOff("L1", 4, "The advertiser took a discount", date(2026, 4, 1))
    signed = Signed("5", AT, "6")
    with pytest.raises(SamePerson):
        write_off_debt(session, wanted, Signed("5", AT, "5"))
    with pytest.raises(WriteOffNeedsReason):
        write_off_debt(session, replace(wanted, reason=" "), signed)
    with pytest.raises(NotFound):
        write_off_debt(session, replace(wanted, line_ref="L9"), signed)
    for units in (0, -1, 11):
        with pytest.raises(NothingToWriteOff):
            write_off_debt(session, replace(wanted, units=units), signed)
    write_off_debt(session, wanted, signed)
    with pytest.raises(NothingToWriteOff):
        write_off_debt(session, replace(wanted, units=7), signed)
    accrue(session, at=AT)
    there = standing(session, "L1")
    assert (there.written_off, there.debt, there.billable) == (4, 6, 90)


def test_a_credit_that_settles_lowers_the_debt_and_no_commission(session: Session) -> None:
    the_original(session)
    invoice(session, "INV", Billed("L1", net=500_000), on=date(2026, 4, 1))
    row = Billed("L1", net=1, units=10, effect=CommissionEffect.SETTLES)
    invoice(session, "CN", row, on=date(2026, 4, 2), credits_invoice="INV")
    accrue(session, at=AT)
    there = standing(session, "L1")
    assert (there.credited_other, there.debt, there.billable) == (10, 0, 90)
    assert sum(posted(session).values()) == 38_250


def test_debt_of_a_line_that_never_aired_is_settled_and_written_off_all_the_same(session: Session) -> None:
    a_partner(session, "R1")
    adopt(session, a_plan())
    an_order(session, "IO-1", LineOf("L1"))
    invoice(session, "INV", Billed("L1", net=500_000), on=date(2026, 4, 1))
    row = Billed("L1", net=150_000, units=30, effect=CommissionEffect.SETTLES)
    invoice(session, "CN", row, on=date(2026, 4, 2), credits_invoice="INV")
    accrue(session, at=AT)
    assert (standing(session, "L1").credited_other, standing(session, "L1").debt) == (30, 70)
    write_off_debt(session, WritingOff("L1", 70, "It never ran", date(2026, 4, 3)), Signed("5", AT, "6"))
    accrue(session, at=AT)
    there = standing(session, "L1")
    assert (there.written_off, there.debt) == (70, 0)
    assert unit_tally(there).difference == 0


def test_units_outside_a_flight_that_was_shortened_are_not_paid_and_are_shown(session: Session) -> None:
    the_original(session)
    deliver(session, "L1", date(2026, 3, 20), 10)
    accrue(session, at=AT)
    assert sum(posted(session).values()) == 42_500
    shorter = (date(2026, 3, 1), date(2026, 3, 19))
    an_order(session, "IO-1", LineOf("L1", days=shorter, split={"R1": "60", "R2": "40"}))
    accrue(session, at=AT)
    assert sum(posted(session).values()) == 38_250
    assert (standing(session, "L1").outside, standing(session, "L1").delivered) == (10, 90)
    an_order(session, "IO-1", LineOf("L1", split={"R1": "60", "R2": "40"}))
    accrue(session, at=AT)
    assert sum(posted(session).values()) == 42_500
    assert session.scalar(select(func.count()).select_from(LineItem)) == 1
