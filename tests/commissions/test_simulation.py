"""flask commissions simulate: the figures that the engine would post, and refusals with their path."""

from __future__ import annotations

import copy
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from commissions.facts.house_rules import HouseRules
from commissions.simulation.simulation_answers import NotACaseFile, answer, answers, as_text, exact_text
from tests.commissions.refused_cases import REFUSED
from tests.commissions.simulated_cases import (
    BASE,
    CREDIT,
    WORKED,
    Case,
    a_case,
    a_line,
    ladder,
    on,
    whole_net,
)

HOUSE = HouseRules()
NAMES = [row[0] for row in WORKED]


@pytest.mark.parametrize(("case", "expected"), [row[1:] for row in WORKED], ids=NAMES)
def test_a_case_gives_what_was_worked_out_by_hand(case: Case, expected: str) -> None:
    found = answer(case, HOUSE)
    line = found["lines"][0]
    payees = [f"{payee}={amount}" for payee, amount in found["payees"].items()]
    told = [line["billable_units"], line["unpaid_over_delivery"], line["net"], *payees]
    assert " ".join(told) == expected


@pytest.mark.parametrize(("case", "path"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_case_that_makes_no_sense_is_refused_with_the_path(case: object, path: str) -> None:
    found = answer(case, HOUSE)
    assert list(found) == ["error"]
    assert found["error"]["path"] == path
    assert found["error"]["message"]


def test_the_example_of_the_contract() -> None:
    credit = {"on": "2026-04-10", "units": "10", "commission_effect": "reduce"}
    fields: dict[str, Any] = {"product": "radio", "category": "auto", "overrides": {"M": 1}}
    line_in = a_line(**fields, credits=[credit], invoiced_net=None, collected_net=None)
    found = answer(a_case(line_in), HOUSE)
    line = found["lines"][0]
    assert {
        key: line[key] for key in ("delivered_units", "billable_units", "gross", "net", "commission")
    } == {
        "delivered_units": "90",
        "billable_units": "80",
        "gross": "4000.00",
        "net": "3400.00",
        "commission": "340.00",
    }
    first = line["postings"][0]
    assert (first["component"], first["payee"], first["exact"], first["amount"]) == (
        "base",
        "P1",
        "204",
        "204.00",
    )
    assert "10% of 3,400.00 net" in first["explanation"][0]
    assert (found["payees"], found["commission"]) == ({"P1": "204.00", "P2": "136.00"}, "340.00")


def test_the_exact_share_is_a_fraction_where_no_decimal_says_it() -> None:
    line = a_line(1, rate="10", agency_percent="0", split={"P1": "1", "P2": "2"})
    postings = answer(a_case(line), HOUSE)["lines"][0]["postings"]
    assert [(one["payee"], one["exact"], one["amount"]) for one in postings] == [
        ("P1", "1/3", "0.33"),
        ("P2", "2/3", "0.67"),
    ]
    assert answer(a_case(), HOUSE)["lines"][0]["postings"][1]["exact"] == "153"


def test_tiers_of_a_partner_count_its_lines_together() -> None:
    lines = [
        whole_net(6_000),
        whole_net(6_000, line_ref="L2"),
        whole_net(6_000, line_ref="L3", partner_ref="OTHER"),
    ]
    lines[0]["partner_ref"] = lines[1]["partner_ref"] = "P1"
    found = answer(a_case(*lines, components=[ladder(scope="partner")]), HOUSE)
    # 8% of 10,000 and 10% of 2,000, shared equally; the other partner's line is below the bound
    assert [line["commission"] for line in found["lines"]] == ["500.00", "500.00", "480.00"]


def test_floor_and_cap_are_components_of_their_own() -> None:
    def components(**plan: Any) -> dict[str, str]:
        found = answer(a_case(**plan), HOUSE)["lines"][0]["postings"]
        return {f"{one['component']} {one['payee']}": one["amount"] for one in found}

    assert components(line_cap="100") == {
        "base P1": "229.50",
        "base P2": "153.00",
        "cap P1": "-169.50",
        "cap P2": "-113.00",
    }
    assert components(line_floor="400")["floor P1"] == "10.50"


def test_postings_of_several_months_are_one() -> None:
    facts = on(("2026-03-02", 30), ("2026-04-02", 30))
    line = answer(a_case(a_line(last_day="2026-04-30", facts=facts)), HOUSE)["lines"][0]
    assert [one["amount"] for one in line["postings"]] == ["153.00", "102.00"]
    assert len(line["postings"][0]["explanation"]) == 2


def test_a_make_good_line_fills_the_debt_of_its_original() -> None:
    lines = [a_line(90), a_line(20, line_ref="L2", makegood_for="L1", rate="1", split={"P9": "1"})]
    found = answer(a_case(*lines), HOUSE)
    assert found["payees"] == {"P1": "255.00", "P2": "170.00"}
    assert found["lines"][0]["billable_units"] == "100"
    assert found["lines"][1]["postings"] == []
    assert found["lines"][1]["delivered_units"] == "20"


def test_units_that_finance_does_not_count_make_nothing_good() -> None:
    bad = [{"service_date": "2026-03-05", "units": "15", "reason": "wrong daypart"}]
    lines = [a_line(90), a_line(20, line_ref="L2", makegood_for="L1", disallowed=bad)]
    assert answer(a_case(*lines), HOUSE)["lines"][0]["billable_units"] == "95"


def test_goodwill_on_a_make_good_line_changes_nothing() -> None:
    goodwill = [CREDIT | {"commission_effect": "none"}]
    lines = [a_line(90), a_line(20, line_ref="L2", makegood_for="L1", credits=goodwill)]
    assert answer(a_case(*lines), HOUSE)["lines"][0]["billable_units"] == "100"


def test_debt_that_a_credit_note_settles_is_settled_in_the_month_that_it_names() -> None:
    settled = [CREDIT | {"commission_effect": "settles", "service_month": "2026-03"}]
    lines = [a_line(90, credits=settled), a_line(20, line_ref="L2", makegood_for="L1")]
    assert answer(a_case(*lines), HOUSE)["lines"][0]["billable_units"] == "90"


def test_units_that_finance_does_not_count() -> None:
    bad = [{"service_date": "2026-03-05", "units": "10", "reason": "wrong daypart"}]
    found = answer(a_case(a_line(disallowed=bad)), HOUSE)
    assert found["lines"][0]["billable_units"] == "80"


def test_several_cases_are_answered_in_their_order_and_a_refused_one_stops_none() -> None:
    cases = {"cases": [a_case(), 5, a_case(a_line(0))]}
    found = answers(json.dumps(cases).encode(), HOUSE)
    assert [next(iter(one)) for one in found["cases"]] == ["lines", "error", "lines"]
    assert json.loads(as_text(found)) == found


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"\xff", b"[" * 100_000, b'"x"'])
def test_what_is_no_file_of_cases_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(NotACaseFile):
        answers(data, HOUSE)


def test_the_command_writes_nothing_and_prints_only_the_answer(
    app: Flask, tmp_path: Path, statements: list[str]
) -> None:
    file = tmp_path / "case.json"
    file.write_text(json.dumps(a_case()), encoding="utf-8")
    result = app.test_cli_runner().invoke(args=["commissions", "simulate", str(file), "--json"])
    assert (result.exit_code, result.stderr) == (0, "")
    assert json.loads(result.stdout)["commission"] == "382.50"
    assert statements == []
    file.write_text("no JSON", encoding="utf-8")
    result = app.test_cli_runner().invoke(args=["commissions", "simulate", str(file), "--json"])
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Line 1: the file is not JSON (Expecting value).\n"


@pytest.mark.parametrize(
    ("value", "text"),
    [("204", "204"), ("1/8", "0.125"), ("-1/8", "-0.125"), ("1/3", "1/3"), ("-5", "-5"), ("7/20", "0.35")],
)
def test_exact_text(value: str, text: str) -> None:
    assert exact_text(Fraction(value)) == text


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["10", "0", "-1", "P1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
VALID = a_case(
    a_line(overrides={"M": 1}, credits=[{"on": "2026-04-10", "units": "10"}], collected_net="5"),
    components=[BASE | {"rates": [{"product": "x", "percent": "1"}]}, ladder(scope="partner")],
    line_cap="900",
)


def has_the_shape(found: dict[str, Any]) -> bool:
    if "error" in found:
        return set(found["error"]) == {"path", "message"} and len(found) == 1
    return set(found) == {"lines", "payees", "commission"}


@given(JSON)
def test_no_json_at_all_makes_it_stumble(value: object) -> None:
    assert has_the_shape(answer(value, HOUSE))
    json.loads(as_text(answer(value, HOUSE)))


@given(st.data())
def test_no_change_of_a_field_makes_it_stumble(data: st.DataObject) -> None:
    case = copy.deepcopy(VALID)
    target: Any = case
    while isinstance(target, dict | list) and target:
        keys = list(target) if isinstance(target, dict) else list(range(len(target)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(target[key], dict | list) or data.draw(st.booleans()):
            target[key] = data.draw(JSON)
            break
        target = target[key]
    assert has_the_shape(answer(case, HOUSE))
    json.loads(as_text(answer(case, HOUSE)))
