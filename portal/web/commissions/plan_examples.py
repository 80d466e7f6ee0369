"""Live examples beside a plan that is edited: a line that the reader sets, calculated by the engine."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from commissions.facts.house_rules import HouseRules
from commissions.simulation.simulation_answers import answer
from commissions.simulation.simulation_reading import MOST_LEVELS
from portal.kernel.json_fields import FieldRefused

# what the example starts with, and the names of its fields
EXAMPLE = {
    "example.pricing": "per_spot",
    "example.units": "90",
    "example.booked": "100",
    "example.rate": "50.00",
    "example.agency": "15",
    "example.split": "60",
    "example.station": "WXYZ-FM",
    "example.product": "",
    "example.currency": "USD",
}
_PATHS = {
    "lines[0].facts[0].units": "example.units",
    "lines[0].booked_units": "example.booked",
    "lines[0].rate": "example.rate",
    "lines[0].agency_percent": "example.agency",
    "lines[0].station": "example.station",
    "lines[0].product": "example.product",
    "currency": "example.currency",
}
# how much more or less of the same line is shown beside it
_TIMES = ((1, 2), (1, 1), (2, 1), (5, 1), (20, 1))
_SHARE = re.compile("|[0-9]{1,2}|100")
YOU, OTHER = "first", "second"


@dataclass(frozen=True, slots=True)
class Step:
    """The same line with more or fewer units, all of them booked: commission as decimal text."""

    units: str
    net: str
    commission: str


@dataclass(frozen=True, slots=True)
class Example:
    """An answer of the simulation for the reader's line, or the field that stands in its way."""

    given: Mapping[str, str]
    currency: str
    line: Mapping[str, Any] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    error_field: str = ""
    error_place: str = ""
    error: str = ""


def example_of(document: Mapping[str, Any], form: Mapping[str, str], house: HouseRules) -> Example:
    """The example that the form names, under the plan of the document. Raises FieldRefused."""
    given = {name: form.get(name, default).strip() for name, default in EXAMPLE.items()}
    currency = str(document.get("currency") or given["example.currency"])
    if not _SHARE.fullmatch(given["example.split"]):
        raise FieldRefused("example.split", _("A share is a whole number from 0 to 100."))
    case = _case(document, given, currency, given["example.units"])
    found = answer(case, house)
    if "error" in found:
        path = found["error"]["path"]
        raise FieldRefused(_PATHS.get(path, path), found["error"]["message"])
    line = _without_version(found["lines"][0], case["plan"]["plan"])
    return Example(given, currency, line, _steps(document, given, currency, house))


def refused_example(document: Mapping[str, Any], form: Mapping[str, str], refusal: FieldRefused) -> Example:
    """No answer: the field that stands in its way."""
    given = {name: form.get(name, default).strip() for name, default in EXAMPLE.items()}
    currency = str(document.get("currency") or given["example.currency"])
    place = _place(document, refusal.path)
    return Example(given, currency, error_field=refusal.path, error_place=place, error=refusal.message)


def _without_version(line: Mapping[str, Any], plan: str) -> Mapping[str, Any]:
    """A plan that is being written has no version yet."""
    postings = [
        {
            **posting,
            "explanation": [
                text.replace(f", plan {plan} version 1)", ")") for text in posting["explanation"]
            ],
        }
        for posting in line["postings"]
    ]
    return {**line, "postings": postings}


def _place(document: Mapping[str, Any], path: str) -> str:
    """A path for people: "base, percent" of "plan.components[0].percent"."""
    way = path.partition(".")[2]
    found = re.match(r"components\[(\d+)\]\.?", way)
    if found is None:
        return way or path
    component = document["components"][int(found[1])]
    rest = re.sub(r"\[(\d+)\]", lambda row: f" {int(row[1]) + 1}", way[found.end() :]).replace(".", " ")
    return ", ".join(filter(None, (str(component.get("name", "")), rest)))


def _steps(
    document: Mapping[str, Any], given: Mapping[str, str], currency: str, house: HouseRules
) -> tuple[Step, ...]:
    steps = []
    for times, per in _TIMES:
        units = str(int(Decimal(given["example.units"])) * times // per)
        booked = {**given, "example.booked": units}
        found = answer(_case(document, booked, currency, units), house)
        if "error" not in found:
            steps.append(Step(units, found["lines"][0]["net"], found["commission"]))
    return tuple(steps)


def _case(document: Mapping[str, Any], given: Mapping[str, str], currency: str, units: str) -> dict[str, Any]:
    # a plan that has no name yet is tried all the same
    named = {**document, "plan": document.get("plan") or "new-plan"}
    day = str(document.get("valid_from") or document.get("valid_to") or "2026-03-01")
    share = given["example.split"]
    rest = str(100 - int(share)) if share and int(share) < 100 else ""
    line = {
        "line_ref": "example",
        "pricing": given["example.pricing"],
        "rate": given["example.rate"],
        "booked_units": given["example.booked"],
        "agency_percent": given["example.agency"] or "0",
        "signed_on": day,
        "first_day": day,
        "last_day": day,
        "station": given["example.station"] or None,
        "product": given["example.product"] or None,
        "split": {YOU: share or "100", OTHER: rest} if rest else {YOU: "1"},
        "overrides": {f"level-{level}": level for level in range(1, MOST_LEVELS + 1)},
        "facts": [{"service_date": day, "units": units}],
    }
    return {"plan": named, "currency": currency, "lines": [line]}
