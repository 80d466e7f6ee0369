"""Plans: read strictly, versioned, and refused with the path of the field."""

from __future__ import annotations

import copy
import json
import time
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from commissions.imports.plan_import import NotJson
from commissions.plans.plan_models import PlanVersion
from commissions.plans.plan_reading import read_plan
from commissions.plans.plan_rules import PercentComponent
from portal.kernel.db import reading
from portal.kernel.json_fields import FieldRefused
from tests.factories.fact_files import take, take_orders

Sessions = sessionmaker[Session]
WHOLE: dict[str, Any] = {
    "plan": "standard-reseller",
    "currency": "USD",
    "valid_from": "2026-01-01",
    "valid_to": "2026-12-31",
    "applies_to": {"tier": "gold"},
    "basis": "net",
    "components": [
        {
            "name": "base",
            "kind": "percent",
            "percent": "10",
            "rates": [
                {"station": "WXYZ-FM", "percent": "12"},
                {"product": "podcast", "percent": "8"},
                {"station": "WXYZ-FM", "product": "podcast", "percent": "9"},
                {"category": "auto", "percent": "7"},
            ],
        },
        {
            "name": "volume",
            "kind": "tiers",
            "mode": "marginal",
            "measure": "net",
            "window": "quarter",
            "scope": "partner",
            "tiers": [{"upto": "10000", "percent": "0"}, {"upto": None, "percent": "2"}],
        },
        {"name": "per-spot", "kind": "per_unit", "amount": "0.50", "per": "1"},
        {"name": "override", "kind": "override", "level": 1, "percent": "2"},
    ],
    "line_floor": None,
    "line_cap": None,
    "holdback_percent": "10",
    "holdback_days": 30,
}
FLAT = {"name": "extra", "kind": "bonus", "flat": "0.5"}
SIMPLE = {"plan": "simple", "components": [{"name": "base", "kind": "percent", "percent": "10"}]}


def changed(path: str, value: object) -> dict[str, Any]:
    """WHOLE with one field set, by a path such as components.0.percent."""
    document = copy.deepcopy(WHOLE)
    target: Any = document
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    for step in way:
        target = target[step]
    target[last] = value
    return document


def test_the_plan_of_the_contract_is_read_exactly() -> None:
    plan = read_plan(WHOLE)
    assert (plan.valid_from, plan.valid_to) == (date(2026, 1, 1), date(2027, 1, 1))
    assert plan.is_valid_on(date(2026, 12, 31))
    assert not plan.is_valid_on(date(2027, 1, 1))
    assert [component.kind for component in plan.components] == ["percent", "tiers", "per_unit", "override"]
    assert (plan.finality_days, plan.holdback_percent) == (7, Fraction(10))


@pytest.mark.parametrize(
    ("station", "product", "category", "percent"),
    [
        ("WXYZ-FM", "podcast", "auto", 9),
        ("WXYZ-FM", "radio", "auto", 12),
        ("KABC-FM", "podcast", "auto", 8),
        ("KABC-FM", "radio", "auto", 7),
        ("KABC-FM", None, None, 10),
    ],
)
def test_the_most_specific_rate_wins(station: str, product: str, category: str, percent: int) -> None:
    base = read_plan(WHOLE).components[0]
    assert isinstance(base, PercentComponent)
    assert base.percent_for(station, product, category) == Fraction(percent)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("components.0.percent", "101", "plan.components[0].percent"),
        ("components.0.percent", "-1", "plan.components[0].percent"),
        ("components.0.percent", 10, "plan.components[0].percent"),
        ("components.0.percent", "1.1234567", "plan.components[0].percent"),
        ("components.0.kind", "magic", "plan.components[0].kind"),
        ("components.0.colour", "red", "plan.components[0].colour"),
        ("components.0.name", "floor", "plan.components[0].name"),
        ("components.1.name", "base", "plan.components[1].name"),
        ("components.0.rates.1", {"station": "WXYZ-FM", "percent": "1"}, "plan.components[0].rates[1]"),
        ("components.0.rates.1", {"percent": "1"}, "plan.components[0].rates[1]"),
        ("components.1.tiers.0.upto", None, "plan.components[1].tiers[0].upto"),
        ("components.1.tiers.1.upto", "10000", "plan.components[1].tiers[1].upto"),
        ("components.1.tiers.0.upto", "0", "plan.components[1].tiers[0].upto"),
        ("components.1.tiers.0", {"upto": "5"}, "plan.components[1].tiers[0]"),
        ("components.1.tiers", [], "plan.components[1].tiers"),
        ("components.1.window", "line", "plan.components[1].window"),
        ("components.2.per", "0", "plan.components[2].per"),
        ("components.2.per", "10000000000000", "plan.components[2].per"),
        ("components.2.amount", "0.1234567891", "plan.components[2].amount"),
        ("components.3.level", 0, "plan.components[3].level"),
        ("components.3.level", True, "plan.components[3].level"),
        ("components", [], "plan.components"),
        ("plan", "a b", "plan.plan"),
        ("currency", "USX", "plan.currency"),
        ("valid_to", "2025-12-31", "plan.valid_to"),
        ("valid_from", "2026-02-30", "plan.valid_from"),
        ("applies_to", {"colour": "red"}, "plan.applies_to.colour"),
        ("basis", "profit", "plan.basis"),
        ("holdback_days", None, "plan.holdback_days"),
        ("finality_days", -1, "plan.finality_days"),
        ("name", "x", "plan.name"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_with_the_path(path: str, value: object, said: str) -> None:
    with pytest.raises(FieldRefused) as refused:
        read_plan(changed(path, value))
    assert refused.value.path == said


@pytest.mark.parametrize(
    ("currency", "path", "value", "said"),
    [
        ("JPY", "line_floor", "5.5", "plan.line_floor"),
        ("JPY", "line_cap", "1000.01", "plan.line_cap"),
        ("USD", "line_cap", "0.005", "plan.line_cap"),
        ("USD", "components.1.tiers.1.flat", "10.005", "plan.components[1].tiers[1].flat"),
        ("JPY", "components.3", FLAT, "plan.components[3].flat"),
    ],
)
def test_an_amount_finer_than_its_currency_is_refused_with_the_path(
    sessions: Sessions, currency: str, path: str, value: object, said: str
) -> None:
    document = changed(path, value) | {"currency": currency}
    with pytest.raises(FieldRefused, match=f"{currency} has") as refused:
        take(sessions, "plans", json.dumps(document))
    assert refused.value.path == said


def test_the_finest_amount_of_a_currency_and_finer_prices_are_taken(sessions: Sessions) -> None:
    dinar = changed("line_floor", "5.125") | {"currency": "KWD"}
    dinar["components"][2]["amount"] = "0.0005"
    assert take(sessions, "plans", json.dumps(dinar)).accepted == 1


def test_amounts_without_a_currency_are_those_of_the_orders(sessions: Sessions) -> None:
    take_orders(sessions)
    with pytest.raises(FieldRefused, match="USD has 2 decimals") as refused:
        take(sessions, "plans", json.dumps(SIMPLE | {"line_cap": "5.555"}))
    assert refused.value.path == "plan.line_cap"
    assert take(sessions, "plans", json.dumps(SIMPLE | {"line_cap": "5.55"})).accepted == 1


def test_a_plan_that_was_adopted_before_is_read_as_it_stands() -> None:
    assert read_plan(changed("line_floor", "5.5") | {"currency": "JPY"}).line_floor == Fraction(11, 2)


def test_tiers_that_overlap_are_refused() -> None:
    tiers = [{"upto": "10", "percent": "1"}, {"upto": "9", "percent": "2"}, {"upto": None, "percent": "3"}]
    with pytest.raises(FieldRefused, match="overlap"):
        read_plan(changed("components.1.tiers", tiers))


def test_the_same_plan_again_is_nothing_and_other_content_its_next_version(sessions: Sessions) -> None:
    take(sessions, "plans", json.dumps(SIMPLE))
    assert take(sessions, "plans", json.dumps(SIMPLE, indent=2)).already_imported
    take(sessions, "plans", json.dumps(SIMPLE | {"finality_days": 0}))
    with reading(sessions) as session:
        assert list(session.scalars(select(PlanVersion.version).order_by(PlanVersion.id))) == [1, 2]


def test_two_plans_for_the_same_partners_at_the_same_time_are_refused(sessions: Sessions) -> None:
    take(sessions, "plans", json.dumps(SIMPLE | {"valid_to": "2026-06-30"}))
    with pytest.raises(FieldRefused) as refused:
        take(sessions, "plans", json.dumps(SIMPLE | {"plan": "other", "valid_from": "2026-06-30"}))
    assert refused.value.path == "plan.applies_to"
    assert (
        take(sessions, "plans", json.dumps(SIMPLE | {"plan": "other", "valid_from": "2026-07-01"})).accepted
        == 1
    )


def test_every_version_of_another_plan_that_still_holds_somewhere_is_compared(sessions: Sessions) -> None:
    gold = {"applies_to": {"tier": "gold"}}
    for version in ({}, {"valid_from": "2026-07-01"}, gold | {"valid_from": "2026-10-01"}):
        take(sessions, "plans", json.dumps(SIMPLE | version))
    spring = {"plan": "other", "valid_from": "2026-01-01", "valid_to": "2026-06-30"}
    for days in (
        spring,
        spring | {"valid_to": None},
        spring | {"valid_from": "2026-09-30", "valid_to": None},
    ):
        with pytest.raises(FieldRefused, match="applies to the same partners"):
            take(sessions, "plans", json.dumps(SIMPLE | days))
    # from then on the first plan is for partners of tier gold
    assert take(
        sessions, "plans", json.dumps(SIMPLE | spring | {"valid_from": "2026-10-01", "valid_to": None})
    ).written
    with pytest.raises(FieldRefused, match="its version 3"):
        take(sessions, "plans", json.dumps(SIMPLE | gold | {"plan": "third", "valid_from": "2026-01-01"}))


def test_whoever_takes_a_plan_is_told_which_of_two_for_the_same_partners_counts(sessions: Sessions) -> None:
    take(sessions, "plans", json.dumps(SIMPLE | {"applies_to": {"tier": "gold"}}))
    for key, counts in (("region", "simple"), ("partner_ref", None), ("tier", None)):
        report = take(sessions, "plans", json.dumps(SIMPLE | {"plan": "other", "applies_to": {key: "x"}}))
        told = f"Where other and simple both fit a partner, a line has {counts}."
        assert report.notes[1:] == ([told] if counts else [])


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"plan": "a", "plan": "b"}', "\xff", "[" * 100_000, '{"plan": ' + "9" * 5_000 + "}"],
    ids=str.__len__,
)
def test_what_is_no_json_object_is_refused_with_a_sentence(sessions: Sessions, text: str) -> None:
    with pytest.raises(NotJson):
        take(sessions, "plans", text.encode("latin-1"))


def test_r32_a_field_that_stands_twice_among_very_many_is_named_in_a_moment(sessions: Sessions) -> None:
    fields = ",".join(f'"{number}":0' for number in (*range(100_000), 99_999))
    start = time.process_time()
    with pytest.raises(NotJson, match="“99999” stands twice"):
        take(sessions, "plans", f"{{{fields}}}")
    assert time.process_time() - start < 5


def test_a_plan_of_every_kind_of_component_is_taken(sessions: Sessions) -> None:
    assert take(sessions, "plans", json.dumps(WHOLE)).accepted == 1
