"""The examples of tests/commissions/worked_examples/, as the cases of `flask commissions simulate`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parents[1] / "commissions" / "worked_examples"
# what README.md of the folder calls by a shorter name, or leaves out
_OF_A_PLAN: dict[str, Any] = {"plan": "example", "finality_days": "0"}
_OF_A_LINE: dict[str, Any] = {"signed_on": "2026-02-01"}

Amounts = dict[tuple[str, str, str], str]


@dataclass(frozen=True, slots=True)
class Example:
    """An example; `expected` by (line, payee, component), and `figures` of its one line."""

    title: str
    sentence: str
    case: dict[str, Any]
    expected: Amounts
    figures: Mapping[str, str]


def read_topic(path: Path) -> dict[str, Any]:
    """A file, everything in it as text: a float would not be what was written."""
    # the loader that makes nothing but texts, lists and mappings
    found = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    assert isinstance(found, dict)
    return found


def examples() -> Iterator[Example]:
    """Of all files that tell no story, in the order of their names."""
    for path in sorted(FOLDER.glob("[0-9]*.yaml")):
        topic = read_topic(path)
        for row in topic["examples"]:
            yield _example(path.stem, topic["usual"], row)


def _example(topic: str, usual: Mapping[str, Any], row: Mapping[str, Any]) -> Example:
    named = row.get("lines") or {"L1": row["line"]}
    lines = [a_line({"line_ref": ref} | usual["line"] | said) for ref, said in named.items()]
    case = {
        "plan": a_plan(row.get("plan") or usual["plan"]),
        "currency": row.get("currency", "USD"),
        "calendar": row.get("calendar", "month"),
        "lines": lines,
    }
    expected = row["expect"] if "lines" in row else {"L1": row["expect"]}
    amounts = {
        (line, payee, component): amount
        for line, payees in expected.items()
        for payee, components in payees.items()
        for component, amount in components.items()
    }
    figures = {name.removeprefix("expect_"): row[name] for name in row if name.startswith("expect_")}
    return Example(f"{topic}: {row['name']}", row["because"], case, amounts, figures)


def a_plan(said: Mapping[str, Any]) -> dict[str, Any]:
    """The plan as a file has it: components with names, ladders with their last bound, numbers as numbers."""
    components = [{"name": component["kind"]} | component for component in said["components"]]
    plan: dict[str, Any] = (
        _OF_A_PLAN | {**said} | {"components": [_a_component(component) for component in components]}
    )
    days = {name: int(plan[name]) for name in ("finality_days", "holdback_days") if name in plan}
    return plan | days


def _a_component(said: Mapping[str, Any]) -> dict[str, Any]:
    component = dict(said)
    if "level" in component:
        component["level"] = int(component["level"])
    if "tiers" in component:
        component["tiers"] = [{"upto": None} | tier for tier in component["tiers"]]
    return component


def a_line(said: Mapping[str, Any]) -> dict[str, Any]:
    """A line as `simulate` takes it, with its counts as facts."""
    line = _OF_A_LINE | {name: value for name, value in said.items() if name != "delivered"}
    if "overrides" in line:
        line["overrides"] = {payee: int(level) for payee, level in line["overrides"].items()}
    line["facts"] = []
    for day, counts in (said.get("delivered") or {}).items():
        for revision, units in enumerate([counts] if isinstance(counts, str) else counts, 1):
            line["facts"].append({"service_date": day, "units": units, "revision": revision})
    return line
