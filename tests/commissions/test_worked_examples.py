"""Every worked example holds in the second implementation, in simulate, and in the books."""

from __future__ import annotations

from typing import Any

import pytest

from commissions.facts.house_rules import HouseRules
from commissions.facts.service_calendar import Calendar
from commissions.simulation.simulation_answers import answer as simulated
from tests.commissions.rules_again.answer import answer as worked_again
from tests.factories.worked_examples import Amounts, Example, examples

ALL = list(examples())


def amounts(answer: dict[str, Any]) -> Amounts:
    """By line, payee and component; what is 0 is nothing."""
    return {
        (line["line_ref"], posting["payee"], posting["component"]): posting["amount"]
        for line in answer["lines"]
        for posting in line["postings"]
        if posting["amount"].strip("0.")
    }


def figures(answer: dict[str, Any], example: Example) -> dict[str, str]:
    line = answer["lines"][0]
    found = {
        "billable": line["billable_units"],
        "over": line["unpaid_over_delivery"],
        "net": line["net"],
    }
    return {name: found[name] for name in example.figures}


def test_there_are_enough_of_them_and_each_has_its_own_name() -> None:
    assert len({example.title for example in ALL}) == len(ALL) >= 60


@pytest.mark.parametrize("example", ALL, ids=lambda example: example.title)
def test_the_second_implementation_gives_what_people_worked_out(example: Example) -> None:
    found = worked_again(example.case)
    assert amounts(found) == example.expected, example.sentence
    assert figures(found, example) == example.figures, example.sentence


@pytest.mark.parametrize("example", ALL, ids=lambda example: example.title)
def test_the_engine_gives_what_people_worked_out(example: Example) -> None:
    house = HouseRules(calendar=Calendar(example.case["calendar"]))
    case = {name: value for name, value in example.case.items() if name != "calendar"}
    found = simulated(case, house)
    assert "error" not in found, found
    assert amounts(found) == example.expected, example.sentence
    assert figures(found, example) == example.figures, example.sentence
