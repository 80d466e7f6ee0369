"""The engine and the rules written a second time agree on any case, to the last minor unit."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissions.facts.house_rules import HouseRules
from commissions.facts.service_calendar import Calendar
from commissions.simulation.simulation_answers import answer as simulated
from tests.commissions.rules_again.answer import answer as worked_again
from tests.factories.random_cases import cases, cases_with_debts, credited_make_goods

FIGURES = (
    "line_ref",
    "delivered_units",
    "billable_units",
    "unpaid_over_delivery",
    "gross",
    "net",
    "commission",
)


def by_engine(case: dict[str, Any], calendar: str) -> dict[str, Any]:
    given_case = {name: value for name, value in case.items() if name != "calendar"}
    found = simulated(given_case, HouseRules(calendar=Calendar(calendar)))
    assert "error" not in found, found
    return found


def figures(answer: dict[str, Any]) -> list[list[str]]:
    return [[line[name] for name in FIGURES] for line in answer["lines"]]


def postings(answer: dict[str, Any]) -> dict[tuple[str, str, str], str]:
    return {
        (line["line_ref"], posting["component"], posting["payee"]): posting["amount"]
        for line in answer["lines"]
        for posting in line["postings"]
        if posting["amount"].strip("0.")
    }


def paid(answer: dict[str, Any]) -> dict[str, str]:
    return {payee: amount for payee, amount in answer["payees"].items() if amount.strip("0.")}


def exacts(answer: dict[str, Any]) -> dict[tuple[str, str, str], Fraction]:
    """Floor and cap begin with rounded amounts: they have no exact figure of their own."""
    return {
        (line["line_ref"], posting["component"], posting["payee"]): Fraction(posting["exact"])
        for line in answer["lines"]
        for posting in line["postings"]
        if posting["amount"].strip("0.") and posting["component"] not in {"floor", "cap"}
    }


@pytest.mark.parametrize("calendar", ["month", "broadcast"])
def test_any_case_gives_the_same_figures(calendar: str) -> None:
    @given(cases())
    def agree(case: dict[str, Any]) -> None:
        engine = by_engine(case, calendar)
        again = worked_again(case | {"calendar": calendar})
        assert figures(engine) == figures(again)
        assert postings(engine) == postings(again)
        assert exacts(engine) == exacts(again)
        assert paid(engine) == paid(again)
        assert engine["commission"] == again["commission"]

    agree()


@given(st.one_of(cases_with_debts(), credited_make_goods()))
def test_disallowed_units_and_make_goods_give_the_same_figures(case: dict[str, Any]) -> None:
    engine, again = by_engine(case, "month"), worked_again(case)
    # a line that makes another good earns nothing itself, and the rules again have no figures for it
    originals = {line["line_ref"] for line in case["lines"] if "makegood_for" not in line}
    engine["lines"] = [line for line in engine["lines"] if line["line_ref"] in originals]
    assert figures(engine) == figures(again)
    assert postings(engine) == postings(again)
    assert exacts(engine) == exacts(again)
