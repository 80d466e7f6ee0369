"""What a case says: the JSON of interfaces.md "Simulate", and a few fields that it lacks.

Beyond it a case may name a `calendar`, the `versions` of all plans, oldest first, and the dated terms of
`partners`, by ref; a line its `plan`, its `disallowed` units by day, its `makegood_for` and its `terms`
(price, agency and split from a day on), what of its debt was `written_off`; a credit its `net` and
`service_month`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from tests.commissions.rules_again.plans import Plan, above, holds_on, plan_of


@dataclass(frozen=True)
class Terms:
    """What holds from a day on."""

    valid_from: date
    rate: Fraction
    agency: Fraction
    weights: Mapping[str, Fraction]


@dataclass(frozen=True)
class Credit:
    on: date
    units: int
    net: Fraction
    effect: str
    service_month: str | None


@dataclass(frozen=True)
class Line:
    ref: str
    partner: str
    pricing: str
    booked: int
    first_day: date
    last_day: date
    cap: str
    tolerance: Fraction
    station: str | None
    product: str | None
    category: str | None
    terms: Sequence[Terms]
    overrides: Mapping[str, int]
    counts: Mapping[date, int]
    disallowed: Mapping[date, int]
    credits: Sequence[Credit]
    # units that nobody owes any more, and since when
    written_off: Sequence[tuple[date, int]]
    collected: Fraction
    makegood_for: str | None
    # as valid when the order was signed; a line without one earns nothing
    plan: Plan | None
    # of the same plan, oldest first
    versions: Sequence[Plan]

    def rates_on(self, day: date) -> Plan:
        """The version whose rates hold on a day."""
        assert self.plan is not None
        if self.plan.get("rate_as_of") != "service_date":
            return self.plan
        return next((one for one in reversed(self.versions) if holds_on(one, day)), self.plan)

    def terms_on(self, day: date) -> Terms:
        return [terms for terms in self.terms if terms.valid_from <= day or terms is self.terms[0]][-1]


@dataclass(frozen=True)
class Case:
    currency: str
    calendar: str
    lines: Sequence[Line]


def read_case(case: Mapping[str, Any]) -> Case:
    lines = [_line(case, line) for line in case["lines"]]
    return Case(case["currency"], case.get("calendar", "month"), lines)


def number(text: object, default: str = "0") -> Fraction:
    return Fraction(default if text is None else str(text))


def _line(case: Mapping[str, Any], line: Mapping[str, Any]) -> Line:
    versions, partners = case.get("versions"), case.get("partners")
    plan = plan_of(versions, partners or {}, line) if versions else case["plan"]
    overrides = line.get("overrides") or {}
    if partners is not None:
        overrides = above(partners, line["partner_ref"], date.fromisoformat(line["signed_on"]))
    return Line(
        ref=line["line_ref"],
        partner=line.get("partner_ref") or "",
        pricing=line["pricing"],
        booked=int(line["booked_units"]),
        first_day=date.fromisoformat(line["first_day"]),
        last_day=date.fromisoformat(line["last_day"]),
        cap=line.get("cap") or "cumulative",
        tolerance=number(line.get("cap_tolerance_percent")),
        station=line.get("station"),
        product=line.get("product"),
        category=line.get("category"),
        terms=_terms(line),
        overrides={payee: int(level) for payee, level in overrides.items()},
        counts=_latest(line.get("facts") or []),
        disallowed=_latest(line.get("disallowed") or []),
        credits=[_credit(credit) for credit in line.get("credits") or []],
        written_off=[_written_off(row) for row in line.get("written_off") or []],
        collected=number(line.get("collected_net")),
        makegood_for=line.get("makegood_for"),
        plan=plan,
        versions=[one for one in versions or () if plan is not None and one["plan"] == plan["plan"]],
    )


def _terms(line: Mapping[str, Any]) -> list[Terms]:
    """The line's own terms, then the dated ones; what a dated one does not name stays as it was."""
    said: dict[str, Any] = {"valid_from": "0001-01-01", "agency_percent": "0"}
    said["split"] = {line.get("partner_ref") or "": "1"}
    found = []
    for row in [line, *(line.get("terms") or [])]:
        named = {key: row[key] for key in ("valid_from", "rate", "agency_percent", "split") if row.get(key)}
        said |= named
        weights = {payee: number(weight) for payee, weight in said["split"].items()}
        since = date.fromisoformat(said["valid_from"])
        found.append(Terms(since, number(said["rate"]), number(said["agency_percent"]) / 100, weights))
    return found


def _latest(rows: Sequence[Mapping[str, Any]]) -> dict[date, int]:
    """By day the units of the highest revision; without one, the later row is the next revision."""
    found: dict[date, tuple[int, int]] = {}
    for row in rows:
        day = date.fromisoformat(row["service_date"])
        before = found.get(day, (0, 0))
        revision = int(row.get("revision") or before[0] + 1)
        found[day] = max(before, (revision, int(row["units"])))
    return {day: units for day, (_, units) in sorted(found.items())}


def _written_off(row: Mapping[str, Any]) -> tuple[date, int]:
    return date.fromisoformat(row["on"]), int(row["units"])


def _credit(credit: Mapping[str, Any]) -> Credit:
    return Credit(
        on=date.fromisoformat(credit["on"]),
        units=int(credit.get("units") or 0),
        net=number(credit.get("net")),
        effect=credit.get("commission_effect") or "reduce",
        service_month=credit.get("service_month"),
    )
