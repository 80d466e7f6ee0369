"""Ordered, delivered, billed, credited and paid tie for every line, whatever happened to it (2.9, 2.12)."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from commissions.facts.billing_models import CommissionEffect
from commissions.facts.fact_models import Cap
from commissions.ledger.accrual import accrue
from commissions.ledger.standings import booked_went
from commissions.orders.line_tally import UnitTally, ValueTally, unit_tally
from commissions.orders.reconciled_sums import CurrencySum, currency_sums
from commissions.orders.reconciliation import Wanted, all_rows, tally_page
from commissions.reckoning.billable import Ceiling
from commissions.reckoning.reckoning import reckon
from commissions.reckoning.reckoning_facts import Credit, LineFacts, Relief
from portal.kernel.db import transaction
from portal.kernel.identity import Role
from portal.kernel.money import Money
from portal.services import Services
from tests.commissions.test_calculation import MONTHS, facts_of, plain_lines
from tests.factories.books import AT, Billed, LineOf, a_plan, adopt, an_order, deliver, invoice, pay
from tests.factories.people import a_brand, a_user
from tests.fixtures.browsers import LogIn

COUNTS = st.integers(0, 300)


@st.composite
def eventful_lines(draw: st.DrawFn) -> LineFacts:
    """A line with all that can happen to its units: disallowed, made good, credited, settled, written off."""
    facts = facts_of(draw(plain_lines()))
    steps = []
    for step in facts.steps:
        units = draw(COUNTS)
        disallowed = draw(st.integers(0, units))
        steps.append(step._replace(units=units, disallowed=disallowed, made_good=draw(COUNTS)))
    booked = draw(st.integers(0, 400))
    by_period = {month: draw(st.integers(0, 200)) for month in MONTHS}
    ceiling = Ceiling(
        draw(st.sampled_from(Cap)), booked, draw(st.sampled_from([Fraction(0), Fraction(10)])), by_period
    )
    if ceiling.cap is Cap.PER_CYCLE:
        ceiling = replace(ceiling, booked=sum(by_period.values()))
    reliefs = st.lists(st.builds(Relief, st.integers(1, 50), st.sampled_from(MONTHS)), max_size=2).map(tuple)
    credited = st.lists(
        st.builds(
            Credit, st.integers(1, 80), st.just(Fraction(0)), st.just(1), st.sampled_from(MONTHS), st.none()
        ),
        max_size=2,
    ).map(tuple)
    line = facts.line._replace(booked_units=ceiling.booked)
    return facts._replace(
        line=line,
        steps=tuple(steps),
        ceiling=ceiling,
        credits=draw(credited),
        settled=draw(reliefs),
        written_off=draw(reliefs),
    )


@dataclass
class _Standing:
    booked: int
    delivered: int
    allowed: int
    billable: int
    disallowed: int = 0
    credited_reduce: int = 0
    credited_other: int = 0
    made_good: int = 0
    written_off: int = 0
    cancelled: int = 0
    debt: int = 0


def tally(facts: LineFacts) -> UnitTally:
    reckoned = reckon([facts])[0]
    last = reckoned.worth[-1]
    standing = _Standing(
        booked=facts.line.booked_units,
        delivered=last.delivered,
        allowed=last.allowed,
        billable=last.after.units,
        **booked_went(facts.line, reckoned),
    )
    return unit_tally(standing)


@given(eventful_lines())
def test_the_booked_units_of_any_line_are_all_accounted_for(facts: LineFacts) -> None:
    found = tally(facts)
    parts = (
        found.billable,
        found.credited,
        found.remaining,
        found.relieved,
        found.cancelled,
        found.lost,
        found.over,
    )
    assert min(parts) >= 0
    assert found.difference == 0


@given(st.lists(st.integers(-(10**9), 10**9), min_size=5, max_size=5))
def test_the_values_of_any_line_tie(amounts: list[int]) -> None:
    value, invoiced, reduced, goodwill, paid = (Money(minor, "USD") for minor in amounts)
    found = ValueTally(value, invoiced, reduced, goodwill, paid)
    assert found.unbilled is not None
    assert found.value == found.invoiced - found.reduced + found.unbilled
    assert found.invoiced == found.paid + found.credited + found.open


def books_with_everything(session: Session) -> None:
    """One line over its cap with a part payment and both kinds of credit notes, one short, one in yen."""
    adopt(session, a_plan())
    an_order(
        session,
        "IO-1",
        LineOf("L1"),
        LineOf("L2", station="KABC-AM", days=(date(2026, 4, 1), date(2026, 4, 30))),
    )
    an_order(session, "IO-2", LineOf("L3", rate="500"), partner="R2", currency="JPY")
    deliver(session, "L1", date(2026, 3, 5), 110)
    deliver(session, "L2", date(2026, 4, 5), 40)
    deliver(session, "L3", date(2026, 3, 5), 100)
    invoice(session, "INV-1", Billed("L1", 400_000, 95, tax=40_000), on=date(2026, 4, 2))
    invoice(session, "CN-1", Billed("L1", 42_500, 10), on=date(2026, 4, 5), credits_invoice="INV-1")
    goodwill = Billed("L1", 1_000, effect=CommissionEffect.NONE)
    invoice(session, "CN-2", goodwill, on=date(2026, 4, 6), credits_invoice="INV-1")
    pay(session, "P1", "INV-1", 220_000, on=date(2026, 4, 20))
    accrue(session, at=AT)


def test_a_row_says_what_was_ordered_delivered_billed_credited_and_paid(session: Session) -> None:
    books_with_everything(session)
    rows = {row.standing.line_ref: row for row in all_rows(session, Wanted(today=date(2026, 5, 9)))}
    first, second = rows["L1"], rows["L2"]
    assert (first.units.billable, first.units.credited, first.unpaid_over_delivery) == (90, 10, 10)
    # 90 spots at 50, less 15% agency
    assert first.money.value == Money(382_500, "USD")
    assert first.money.paid == Money(200_000, "USD")
    assert first.money.open == Money(400_000 - 200_000 - 43_500, "USD")
    assert first.money.unbilled == Money(382_500 - (400_000 - 42_500), "USD")
    assert (second.units.billable, second.units.remaining) == (40, 60)
    assert second.is_over(date(2026, 5, 9))


def test_sums_are_those_of_the_rows_by_currency(session: Session) -> None:
    books_with_everything(session)
    # what this one is worth is not known, and yet it was invoiced and credited
    an_order(session, "IO-4", LineOf("L4", plan="nobody has it"))
    deliver(session, "L4", date(2026, 3, 5), 10)
    invoice(session, "INV-4", Billed("L4", 9_000, 10, tax=900), on=date(2026, 4, 2))
    invoice(session, "CN-4", Billed("L4", 1_000, 1), on=date(2026, 4, 5), credits_invoice="INV-4")
    pay(session, "P4", "INV-4", 3_333, on=date(2026, 4, 20))
    accrue(session, at=AT)
    rows = list(all_rows(session, Wanted(), at_once=2))
    found = currency_sums(session, Wanted())
    assert [one.currency for one in found] == ["JPY", "USD"]
    for one in found:
        money = [row.money for row in rows if row.standing.currency == one.currency]

        def total(*amounts: Money | None, currency: str = one.currency) -> Money:
            return Money(sum(amount.minor for amount in amounts if amount is not None), currency)

        assert one == CurrencySum(
            currency=one.currency,
            lines=len(money),
            unknown=sum(row.value is None for row in money),
            value=total(*(row.value for row in money)),
            invoiced=total(*(row.invoiced for row in money)),
            credited=total(*(row.credited for row in money)),
            paid=total(*(row.paid for row in money)),
            open=total(*(row.open for row in money)),
            unbilled=total(*(row.unbilled for row in money)),
        )
    assert found[1].unknown == 1


def test_filters_cut_in_the_database(session: Session) -> None:
    books_with_everything(session)
    march = (date(2026, 3, 1), date(2026, 4, 1))

    def found(**asked: object) -> set[str]:
        wanted = Wanted(**({"today": date(2026, 5, 9)} | asked))  # type: ignore[arg-type]
        return {row.standing.line_ref for row in tally_page(session, wanted, limit=10).rows}

    assert found(partner="R2") == {"L3"}
    assert found(station="KABC-AM") == {"L2"}
    assert found(month=march) == {"L1", "L3"}
    assert found(text="io-1") == {"L1", "L2"}
    assert found(differences=True) == {"L1", "L2", "L3"}


def test_the_export_is_exactly_what_is_shown(services: Services, log_in: LogIn) -> None:
    with transaction(services.sessions) as session:
        books_with_everything(session)
        user = a_user(session, a_brand(session), Role.FINANCE)
    browser = log_in(user)
    page = browser.get("/reconciliation?partner=R2").text
    assert "L3 ·" in page
    assert "L1 ·" not in page
    lines = list(csv.DictReader(io.StringIO(browser.get("/reconciliation.csv?partner=R2").text)))
    assert [(row["line_ref"], row["billable"], row["billable_value"], row["unbilled"]) for row in lines] == [
        ("L3", "100", "42500", "42500")
    ]
    assert browser.get("/reconciliation/L1").status_code == 200
    assert browser.get("/reconciliation?month=2026-13").status_code == 404


def test_lines_of_long_ago_are_shown_where_they_are_asked_for(services: Services, log_in: LogIn) -> None:
    long_ago = (date(2024, 3, 1), date(2024, 3, 31))
    with transaction(services.sessions) as session:
        books_with_everything(session)
        an_order(session, "IO-OLD", LineOf("OLD", days=long_ago), signed_on=date(2024, 2, 1))
        deliver(session, "OLD", date(2024, 3, 1), 10)
        accrue(session, at=AT)
        user = a_user(session, a_brand(session), Role.FINANCE)
    browser = log_in(user)

    def lines(query: str) -> set[str]:
        rows = csv.DictReader(io.StringIO(browser.get(f"/reconciliation.csv{query}").text))
        found = {row["line_ref"] for row in rows}
        assert ("/reconciliation/OLD" in browser.get(f"/reconciliation{query}").text) == ("OLD" in found)
        return found

    recent = lines("")
    assert recent
    assert "OLD" not in recent
    assert lines("?partner=R1") < recent
    assert lines("?show=all") == {*recent, "OLD"}
    for query in ("?q=io-old", "?month=2024-03"):
        assert lines(query) == {"OLD"}
    assert "OLD" in lines("?show=differences")


def test_a_report_without_lines_says_what_to_do(services: Services, log_in: LogIn) -> None:
    with transaction(services.sessions) as session:
        user = a_user(session, a_brand(session), Role.FINANCE)
    browser = log_in(user)
    assert "No line ran in the last 12 months" in browser.get("/reconciliation").text
    assert "No line has been calculated yet" in browser.get("/reconciliation?show=all").text
    assert "No line fits" in browser.get("/reconciliation?show=differences").text
